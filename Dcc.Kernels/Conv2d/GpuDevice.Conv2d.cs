// Convolution and its gradients on the GPU: products whose factors are gathered (implicit GEMM; no im2col buffer). Only the decoding of indices is here,
// the kernels are shared with the matrix product. Read next: README.md, ../MatMul/GpuDevice.Product.cs, GpuDevice.Conv2dWinograd.cs.

namespace Dcc.Kernels;

/// <summary>y[position, channel] = sum over taps of x(position, tap) · weight[tap, channel].</summary>
internal readonly record struct ConvForwardSource(Conv2dShape S, int OutHeight, int OutWidth) : IProductSource
{
    public ConvForwardSource(in Conv2dShape s) : this(s, s.OutHeight, s.OutWidth) { }

    public bool RowsAdjacent => false;
    public bool ColumnsAdjacent => true;

    /// <summary>An output position (Outer, Inner): the input pixel under the kernel's first tap, which may lie in the padding.</summary>
    public Place Row(int m)
    {
        int line = m / OutWidth, image = line / OutHeight, outY = line - image * OutHeight, outX = m - line * OutWidth;
        int y = outY * S.Stride - S.Padding, x = outX * S.Stride - S.Padding;
        return new(((image * S.Height + y) * S.Width + x) * S.InChannels, y, x, outX, outY);
    }

    /// <summary>A tap, its column (Outer) and channel (Inner): the way from the first tap's pixel.</summary>
    public Place Depth(int k)
    {
        int tap = k / S.InChannels, tapY = tap / S.KernelWidth, y = tapY * S.Dilation, x = (tap - tapY * S.KernelWidth) * S.Dilation, channel = k - tap * S.InChannels;
        return new((y * S.Width + x) * S.InChannels + channel, y, x, channel, x);
    }

    public Place Join(Place row, Place depth) => new(row.Offset + depth.Offset, row.Y + depth.Y, row.X + depth.X, depth.Inner, depth.Outer);

    public int Index(Place joined) => (uint)joined.Y < (uint)S.Height && (uint)joined.X < (uint)S.Width ? joined.Offset : -1;

    /// <summary>At most one tap further: channels come in whole lots of depths.</summary>
    public Place Next(Place joined)
    {
        int offset = joined.Offset + GpuKernelChoice.Depth128, channel = joined.Inner + GpuKernelChoice.Depth128;
        if (channel < S.InChannels) return new(offset, joined.Y, joined.X, channel, joined.Outer);
        offset += (S.Dilation - 1) * S.InChannels;
        channel -= S.InChannels;
        int x = joined.X + S.Dilation, tapX = joined.Outer + S.Dilation, width = S.KernelWidth * S.Dilation;
        if (tapX < width) return new(offset, joined.Y, x, channel, tapX);
        return new(offset + (S.Width * S.Dilation - width) * S.InChannels, joined.Y + S.Dilation, x - width, channel, 0);
    }

    public Place DepthB(int k) => new(k * S.OutChannels);
    public Place NextB(Place depth) => new(depth.Offset + GpuKernelChoice.Depth128 * S.OutChannels);
    public int Column(int n) => n;
}

/// <summary>
/// gradX[pixel, channel] = sum over taps and output channels of gradY(pixel, tap) · weight[tap, channel, output channel]: at stride 1 a pixel's outputs lie
/// at y + padding - tap · dilation.
/// </summary>
internal readonly record struct ConvDataSource(Conv2dShape S, int OutHeight, int OutWidth) : IProductSource
{
    public ConvDataSource(in Conv2dShape s) : this(s, s.OutHeight, s.OutWidth) { }

    public bool RowsAdjacent => false;
    public bool ColumnsAdjacent => false;

    /// <summary>A pixel: the output that reads it with the first tap.</summary>
    public Place Row(int m)
    {
        int line = m / S.Width, image = line / S.Height, y = line - image * S.Height + S.Padding, x = m - line * S.Width + S.Padding;
        return new(((image * OutHeight + y) * OutWidth + x) * S.OutChannels, y, x);
    }

    /// <summary>A tap, its column (Outer) and output channel (Inner): the way back from the first tap's output.</summary>
    public Place Depth(int k)
    {
        int tap = k / S.OutChannels, tapY = tap / S.KernelWidth, y = tapY * S.Dilation, x = (tap - tapY * S.KernelWidth) * S.Dilation, channel = k - tap * S.OutChannels;
        return new(channel - (y * OutWidth + x) * S.OutChannels, -y, -x, channel, x);
    }

    public Place Join(Place row, Place depth) => new(row.Offset + depth.Offset, row.Y + depth.Y, row.X + depth.X, depth.Inner, depth.Outer);

    public int Index(Place joined) => (uint)joined.Y < (uint)OutHeight && (uint)joined.X < (uint)OutWidth ? joined.Offset : -1;

    public Place Next(Place joined)
    {
        int offset = joined.Offset + GpuKernelChoice.Depth128, channel = joined.Inner + GpuKernelChoice.Depth128;
        if (channel < S.OutChannels) return new(offset, joined.Y, joined.X, channel, joined.Outer);
        offset -= (S.Dilation + 1) * S.OutChannels;
        channel -= S.OutChannels;
        int x = joined.X - S.Dilation, tapX = joined.Outer + S.Dilation, width = S.KernelWidth * S.Dilation;
        if (tapX < width) return new(offset, joined.Y, x, channel, tapX);
        return new(offset - (OutWidth * S.Dilation - width) * S.OutChannels, joined.Y - S.Dilation, x + width, channel, 0);
    }

    /// <summary>weight[tap, channel n, output channel (Inner)].</summary>
    public Place DepthB(int k)
    {
        int tap = k / S.OutChannels, channel = k - tap * S.OutChannels;
        return new(tap * S.InChannels * S.OutChannels + channel, Inner: channel);
    }

    public Place NextB(Place depth)
    {
        int offset = depth.Offset + GpuKernelChoice.Depth128, channel = depth.Inner + GpuKernelChoice.Depth128;
        return channel < S.OutChannels ? new(offset, Inner: channel) : new(offset + (S.InChannels - 1) * S.OutChannels, Inner: channel - S.OutChannels);
    }

    public int Column(int n) => n * S.OutChannels;
}

/// <summary>
/// The same at any stride: every pixel gathers from those outputs that read it, output row = (y + padding - tap · dilation) / stride, where that divides and exists.
/// </summary>
internal readonly record struct ConvStridedDataSource(ConvDataSource Gather) : IProductSource
{
    public bool RowsAdjacent => false;
    public bool ColumnsAdjacent => false;

    /// <summary>A pixel; Inner is its image's first row of outputs.</summary>
    public Place Row(int m)
    {
        Conv2dShape s = Gather.S;
        int line = m / s.Width, image = line / s.Height;
        return new(0, line - image * s.Height + s.Padding, m - line * s.Width + s.Padding, image * Gather.OutHeight);
    }

    public Place Depth(int k) => Gather.Depth(k);

    public Place Join(Place row, Place depth)
    {
        int stride = Gather.S.Stride, y = row.Y + depth.Y, x = row.X + depth.X, outY = y / stride, outX = x / stride;
        bool divides = outY * stride == y && outX * stride == x;
        return new(((row.Inner + outY) * Gather.OutWidth + outX) * Gather.S.OutChannels + depth.Inner, divides ? outY : -1, outX);
    }

    public int Index(Place joined) => Gather.Index(joined);
    public Place Next(Place joined) => joined; // no rung asks: ReadsFours
    public Place DepthB(int k) => Gather.DepthB(k);
    public Place NextB(Place depth) => Gather.NextB(depth);
    public int Column(int n) => Gather.Column(n);
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
    public Place Join(Place row, Place depth) => Gather.Join(row, depth);
    public int Index(Place joined) => Gather.Index(joined);

    /// <summary>Some positions further: at most over one row's end, and an image's.</summary>
    public Place Next(Place joined)
    {
        Conv2dShape s = Gather.S;
        int step = GpuKernelChoice.Depth128 * s.Stride, outX = joined.Inner + GpuKernelChoice.Depth128, offset = joined.Offset + step * s.InChannels, x = joined.X + step;
        if (outX < Gather.OutWidth) return new(offset, joined.Y, x, outX, joined.Outer);
        int row = Gather.OutWidth * s.Stride, outY = joined.Outer + 1, y = joined.Y + s.Stride;
        x -= row;
        outX -= Gather.OutWidth;
        offset += (s.Stride * s.Width - row) * s.InChannels;
        if (outY < Gather.OutHeight) return new(offset, y, x, outX, outY);
        int image = Gather.OutHeight * s.Stride;
        return new(offset + (s.Height - image) * s.Width * s.InChannels, y - image, x, outX, 0);
    }

    public Place DepthB(int k) => Gather.DepthB(k);
    public Place NextB(Place depth) => Gather.NextB(depth);
    public int Column(int n) => n;
}

public sealed partial class GpuDevice
{
    private ProductKernels<ConvForwardSource>? convForward;
    private ProductKernels<ConvDataSource>? convData;
    private ProductKernels<ConvStridedDataSource>? convStridedData;
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
        Product(convForward ??= new(this), sizes, new ConvForwardSource(shape), ReadsFours(shape.InChannels), x, weight, bias, y);
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
        ConvDataSource source = new(shape);
        if (shape.Stride == 1) Product(convData ??= new(this), sizes, source, ReadsFours(shape.OutChannels), gradY, weight, null, gradX);
        else Product(convStridedData ??= new(this), sizes, new ConvStridedDataSource(source), false, gradY, weight, null, gradX);
    }

    /// <summary>The sum runs over all positions of the batch, the result is small: this is the product that needs its sums cut.</summary>
    private protected override void Conv2dBackwardWeightCore(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight)
    {
        ProductSizes sizes = ProductSizes.Of(1, shape.Taps, shape.OutChannels, shape.LengthY / shape.OutChannels);
        bool fours = shape.InChannels % 4 == 0 && sizes.K % GpuKernelChoice.Depth128 == 0 && shape.OutWidth >= GpuKernelChoice.Depth128;
        Product(convWeight ??= new(this), sizes, new ConvWeightSource(new ConvForwardSource(shape)), fours, x, gradY, null, gradWeight);
    }

    /// <summary>Whether a tap's channels are whole lots of depths.</summary>
    private static bool ReadsFours(int channels) => channels % GpuKernelChoice.Depth128 == 0;
}
