// How the values of a pixel become inputs of a network. Read next: Device.Resize.cs.
namespace Dcc.Kernels;

/// <summary>y[c] = x[source of c] * scale[c] + offset[c] for three channels. The source of c is c, or 2 - c if <paramref name="SwapRedBlue"/> is not 0; scale and offset count output channels.</summary>
public readonly record struct PixelNormalization(float Scale0, float Scale1, float Scale2, float Offset0, float Offset1, float Offset2, int SwapRedBlue)
{
    /// <summary>x / 127.5 - 1: the released DCC code.</summary>
    public static PixelNormalization MinusOneToOne { get; } = new(1f / 127.5f, 1f / 127.5f, 1f / 127.5f, -1f, -1f, -1f, 0);

    /// <summary>Blue green red, minus the mean pixel of ImageNet: weights made with Caffe or Keras.</summary>
    public static PixelNormalization CaffeBgrMean { get; } = new(1f, 1f, 1f, -103.939f, -116.779f, -123.68f, 1);

    /// <summary>(x / 255 - mean) / deviation of ImageNet: torchvision's weights.</summary>
    public static PixelNormalization Torchvision { get; } = new(
        (float)(1 / (255 * 0.229)), (float)(1 / (255 * 0.224)), (float)(1 / (255 * 0.225)), (float)(-0.485 / 0.229), (float)(-0.456 / 0.224), (float)(-0.406 / 0.225), 0);
}
