// Contract of image resizing and pixel normalisation. Read next: CpuDevice.Resize.cs, GpuDevice.Resize.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>x [batch, height, width, channels] -> y [batch, outHeight, outWidth, channels].</summary>
    public void ResizeForward(in ResizeShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        shape.Validate();
        Require("ResizeForward", "x", x, shape.LengthX);
        Require("ResizeForward", "y", y, shape.LengthY);
        ResizeAxis rows = new(shape.Height, shape.OutHeight, shape.Antialias, shape.AlignCorners);
        ResizeAxis columns = new(shape.Width, shape.OutWidth, shape.Antialias, shape.AlignCorners);
        ResizeForwardCore(shape, rows, columns, x, y);
    }

    /// <summary>x [pixels, 3] -> y [pixels, 3], another buffer.</summary>
    public void NormalizePixels(in PixelNormalization normalization, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        if (x.Length % 3 != 0)
            throw new ArgumentException($"NormalizePixels: pixels have 3 channels, x has {x.Length} elements. Give pictures [.., 3].");
        Require("NormalizePixels", "x", x, x.Length);
        Require("NormalizePixels", "y", y, x.Length);
        NormalizePixelsCore(normalization, x, y);
    }

    private protected abstract void ResizeForwardCore(in ResizeShape shape, ResizeAxis rows, ResizeAxis columns, DeviceBuffer<float> x, DeviceBuffer<float> y);
    private protected abstract void NormalizePixelsCore(in PixelNormalization normalization, DeviceBuffer<float> x, DeviceBuffer<float> y);
}
