// Convolution and its gradients on the GPU: products whose factors are gathered (implicit GEMM; no im2col buffer). Only the decoding of indices is here,
// the kernels are shared with the matrix product. Read next: README.md, ../MatMul/GpuDevice.Product.cs, GpuDevice.Conv2dWinograd.cs.
using ILGPU;

namespace Dcc.Kernels;

/// <summary>y[position, channel] = sum over taps of x(position, tap) · weight[tap, channel].</summary>
internal readonly record struct ConvForwardSource(Conv2dShape S, int OutHeight, int OutWidth) : IProductSource
{
    public ConvForwardSource(in Conv2dShape s) : this(s, s.OutHeight, s.OutWidth) { }

    public bool RowsAdjacent => false;
    public bool ColumnsAdjacent => true;

    /// <summary>An output position: the input pixel under the kernel's first tap, which may lie in the padding.</summary>
    public Place Row(int m)
    {
        int line = m / OutWidth, image = line / OutHeight;
        int y = (line - image * OutHeight) * S.Stride - S.Padding, x = (m - line * OutWidth) * S.Stride - S.Padding;
        return new(((image * S.Height + y) * S.Width + x) * S.InChannels, y, x);
    }

    /// <summary>A tap and channel: the way from the first tap's pixel.</summary>
    public Place Depth(int k)
    {
        int tap = k / S.InChannels, tapY = tap / S.KernelWidth;
        int y = tapY * S.Dilation, x = (tap - tapY * S.KernelWidth) * S.Dilation;
        return new((y * S.Width + x) * S.InChannels + k - tap * S.InChannels, y, x);
    }

    public float A(ArrayView<float> a, Place row, Place depth)
    {
        int y = row.Y + depth.Y, x = row.X + depth.X;
        return y >= 0 && y < S.Height && x >= 0 && x < S.Width ? a[row.Offset + depth.Offset] : 0f;
    }

    public float B(ArrayView<float> b, int k, int n) => b[k * S.OutChannels + n];
}

/// <summary>
/// gradX[pixel, channel] = sum over taps and output channels of gradY(pixel, tap) · weight[tap, channel, output channel]. Every pixel gathers from
/// those outputs that read it: output row = (y + padding - tap · dilation) / stride, where that divides and exists.
/// </summary>
internal readonly record struct ConvDataSource(Conv2dShape S, int OutHeight, int OutWidth) : IProductSource
{
    public ConvDataSource(in Conv2dShape s) : this(s, s.OutHeight, s.OutWidth) { }

    public bool RowsAdjacent => false;
    public bool ColumnsAdjacent => false;

    public Place Row(int m)
    {
        int line = m / S.Width, image = line / S.Height;
        return new(image * OutHeight, line - image * S.Height + S.Padding, m - line * S.Width + S.Padding);
    }

    public Place Depth(int k)
    {
        int tap = k / S.OutChannels, tapY = tap / S.KernelWidth;
        return new(k - tap * S.OutChannels, tapY * S.Dilation, (tap - tapY * S.KernelWidth) * S.Dilation);
    }

    public float A(ArrayView<float> a, Place row, Place depth)
    {
        int y = row.Y - depth.Y, x = row.X - depth.X;
        if (y < 0 || x < 0) return 0f;
        int outY = y, outX = x;
        if (S.Stride > 1)
        {
            outY = y / S.Stride;
            outX = x / S.Stride;
            if (outY * S.Stride != y || outX * S.Stride != x) return 0f;
        }
        return outY < OutHeight && outX < OutWidth ? a[((row.Offset + outY) * OutWidth + outX) * S.OutChannels + depth.Offset] : 0f;
    }

    public float B(ArrayView<float> b, int k, int n)
    {
        int tap = k / S.OutChannels;
        return b[(tap * S.InChannels + n) * S.OutChannels + k - tap * S.OutChannels];
    }
}

/// <summary>
/// gradWeight[tap, channel] = sum over positions of x(position, tap) · gradY[position, channel]: the forward gather with rows and depths exchanged.
/// </summary>
internal readonly record struct ConvWeightSource(ConvForwardSource Gather) : IProductSource
{
    public bool RowsAdjacent => true;
    public bool ColumnsAdjacent => true;

    public Place Row(int m) => Gather.Depth(m);
    public Place Depth(int k) => Gather.Row(k);
    public float A(ArrayView<float> a, Place row, Place depth) => Gather.A(a, row, depth);
    public float B(ArrayView<float> b, int k, int n) => Gather.B(b, k, n);
}

public sealed partial class GpuDevice
{
    private ProductKernels<ConvForwardSource>? convForward;
    private ProductKernels<ConvDataSource>? convData;
    private ProductKernels<ConvWeightSource>? convWeight;

    /// <summary>For tests and measurements: the path of every convolution that it fits, instead of the chosen one.</summary>
    internal Conv2dPath? ForcedPath { get; set; }

    private Conv2dPath PathOf(in Conv2dShape shape, Conv2dPass pass) => ForcedPath is { } path && Conv2dChoice.Fits(shape) ? path : GpuConv2dChoice.Choose(shape, pass);

    private protected override void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y)
    {
        Conv2dPath path = PathOf(shape, Conv2dPass.Forward);
        if (path != Conv2dPath.Direct)
        {
            Winograd(WinogradSizes.Forward(shape, TileOf(path), epilogue), x, weight, bias, y);
            return;
        }
        ProductSizes sizes = ProductSizes.Of(1, shape.LengthY / shape.OutChannels, shape.OutChannels, shape.Taps, epilogue: epilogue);
        Product(convForward ??= new(this), sizes, new ConvForwardSource(shape), x, weight, bias, y);
    }

    private protected override void Conv2dBackwardDataCore(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        Conv2dPath path = PathOf(shape, Conv2dPass.BackwardData);
        if (path != Conv2dPath.Direct)
        {
            Winograd(WinogradSizes.BackwardData(shape, TileOf(path)), gradY, weight, null, gradX);
            return;
        }
        ProductSizes sizes = ProductSizes.Of(1, shape.LengthX / shape.InChannels, shape.InChannels, shape.KernelHeight * shape.KernelWidth * shape.OutChannels);
        Product(convData ??= new(this), sizes, new ConvDataSource(shape), gradY, weight, null, gradX);
    }

    /// <summary>The sum runs over all positions of the batch, the result is small: this is the product that needs its sums cut.</summary>
    private protected override void Conv2dBackwardWeightCore(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight)
    {
        ProductSizes sizes = ProductSizes.Of(1, shape.Taps, shape.OutChannels, shape.LengthY / shape.OutChannels);
        Product(convWeight ??= new(this), sizes, new ConvWeightSource(new ConvForwardSource(shape)), x, gradY, null, gradWeight);
    }
}
