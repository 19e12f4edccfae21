// All sizes of a 2-D convolution; the only place where this arithmetic exists. Read next: Conv2d.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// x [batch, height, width, inChannels] with weight [kernelHeight, kernelWidth, inChannels, outChannels] gives
/// y [batch, outHeight, outWidth, outChannels]. Cross-correlation: the kernel is not flipped. Padding is zeros, the same on all four sides.
/// </summary>
public readonly record struct Conv2dShape(
    int Batch, int Height, int Width, int InChannels, int OutChannels, int KernelHeight, int KernelWidth, int Stride = 1, int Padding = 0, int Dilation = 1)
{
    /// <summary>3x3, stride 1, same size out as in: what VGG is made of.</summary>
    public static Conv2dShape Same3x3(int batch, int height, int width, int inChannels, int outChannels) =>
        new(batch, height, width, inChannels, outChannels, 3, 3, Stride: 1, Padding: 1);

    public int OutHeight => (Height + 2 * Padding - Dilation * (KernelHeight - 1) - 1) / Stride + 1;
    public int OutWidth => (Width + 2 * Padding - Dilation * (KernelWidth - 1) - 1) / Stride + 1;

    public int LengthX => checked(Batch * Height * Width * InChannels);
    public int LengthWeight => checked(KernelHeight * KernelWidth * InChannels * OutChannels);
    public int LengthY => checked(Batch * OutHeight * OutWidth * OutChannels);

    /// <summary>Inputs that one output adds up: kernelHeight * kernelWidth * inChannels.</summary>
    public int Taps => KernelHeight * KernelWidth * InChannels;

    /// <summary>A multiply-add counts two; taps that fall on padding are counted.</summary>
    public double Flops => 2.0 * Batch * OutHeight * OutWidth * OutChannels * Taps;

    /// <summary>The 2x2 max pool, at steps of 2, of the output.</summary>
    public PoolShape Pooled(bool ceil) => new(Batch, OutHeight, OutWidth, OutChannels, 2, 2, ceil);

    public void Validate()
    {
        if (Batch < 1 || Height < 1 || Width < 1 || InChannels < 1 || OutChannels < 1 || KernelHeight < 1 || KernelWidth < 1)
            throw new ArgumentException($"Conv2d: every size must be at least 1, got {this}.");
        if (Stride < 1 || Dilation < 1 || Padding < 0)
            throw new ArgumentException($"Conv2d: stride and dilation must be at least 1 and padding at least 0, got {this}.");
        if (Height + 2 * Padding < Dilation * (KernelHeight - 1) + 1 || Width + 2 * Padding < Dilation * (KernelWidth - 1) + 1)
            throw new ArgumentException($"Conv2d: a kernel of {KernelHeight}x{KernelWidth} (dilation {Dilation}) does not fit into {Height}x{Width} with padding {Padding}. Use a larger input or more padding.");
        _ = (LengthX, LengthWeight, LengthY);
    }
}
