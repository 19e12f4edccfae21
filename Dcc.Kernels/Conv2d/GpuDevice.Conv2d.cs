// Convolution and its gradients on the GPU: products whose factors are gathered (implicit GEMM; no im2col buffer). Only the decoding of indices is here,
// the kernels are shared with the matrix product. Read next: README.md, ../MatMul/GpuDevice.Product.cs, GpuDevice.Conv2dWinograd.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

/// <summary>y[position, channel] = sum over taps of x(position, tap) · weight[tap, channel].</summary>
/// <param name="S">The convolution.</param>
/// <param name="OutHeight">Rows of y.</param>
/// <param name="OutWidth">Columns of y.</param>
/// <param name="TapWidth">Pixels from a kernel's first column to one beyond its last.</param>
/// <param name="TapStep">Floats from one tap's last channel to the next tap's first, less those that a step of channels covers.</param>
/// <param name="TapRowStep">The same from the end of one row of taps to the next one's beginning.</param>
internal readonly record struct ConvForwardSource(Conv2dShape S, int OutHeight, int OutWidth, int TapWidth, int TapStep, int TapRowStep) : IProductSource
{
    public ConvForwardSource(in Conv2dShape s) : this(s, s.OutHeight, s.OutWidth, s.KernelWidth * s.Dilation, (s.Dilation - 1) * s.InChannels,
        (s.Width - s.KernelWidth) * s.Dilation * s.InChannels)
    { }

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
        int x = joined.X + S.Dilation, tapX = joined.Outer + S.Dilation;
        if (tapX < TapWidth) return new(offset + TapStep, joined.Y, x, 0, tapX);
        return new(offset + TapStep + TapRowStep, joined.Y + S.Dilation, x - TapWidth, 0, 0);
    }

    public Place DepthB(int k) => new(k * S.OutChannels);
    public Place NextB(Place depth) => new(depth.Offset + GpuKernelChoice.Depth128 * S.OutChannels);
    public int Column(int n) => n;
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

    /// <summary>A pixel; Inner is its image's first row of outputs.</summary>
    public Place Row(int m)
    {
        int line = m / S.Width, image = line / S.Height;
        return new(0, line - image * S.Height + S.Padding, m - line * S.Width + S.Padding, image * OutHeight);
    }

    /// <summary>A tap and output channel (Inner).</summary>
    public Place Depth(int k)
    {
        int tap = k / S.OutChannels, tapY = tap / S.KernelWidth;
        return new(0, -tapY * S.Dilation, (tapY * S.KernelWidth - tap) * S.Dilation, k - tap * S.OutChannels);
    }

    public Place Join(Place row, Place depth)
    {
        int y = row.Y + depth.Y, x = row.X + depth.X, outY = y / S.Stride, outX = x / S.Stride;
        bool divides = outY * S.Stride == y && outX * S.Stride == x;
        return new(((row.Inner + outY) * OutWidth + outX) * S.OutChannels + depth.Inner, divides ? outY : -1, outX);
    }

    public int Index(Place joined) => (uint)joined.Y < (uint)OutHeight && (uint)joined.X < (uint)OutWidth ? joined.Offset : -1;

    /// <summary>weight[tap, channel n, output channel].</summary>
    public Place DepthB(int k)
    {
        int tap = k / S.OutChannels;
        return new(tap * S.InChannels * S.OutChannels + k - tap * S.OutChannels);
    }

    public int Column(int n) => n * S.OutChannels;

    // The tile that walks never gets this source: with a stride most taps are nobody's, and a walk would have to divide.
    public Place Next(Place joined) => joined;
    public Place NextB(Place depth) => depth;
}

/// <summary>
/// gradWeight[tap, channel] = sum over positions of x(position, tap) · gradY[position, channel]: the forward gather with rows and depths exchanged.
/// </summary>
/// <param name="Gather">The forward gather.</param>
/// <param name="Step">Floats of x that a lot of positions in a row covers.</param>
/// <param name="RowStep">Floats from the end of a row of positions to the next one's beginning.</param>
/// <param name="ImageStep">The same from one picture to the next.</param>
/// <param name="StrideX">Pixels of x that a lot of positions covers.</param>
/// <param name="RowX">Pixels of x that a row of positions covers.</param>
/// <param name="ImageY">Rows of x that a picture's positions cover.</param>
internal readonly record struct ConvWeightSource(ConvForwardSource Gather, int Step, int RowStep, int ImageStep, int StrideX, int RowX, int ImageY) : INarrowProductSource
{
    public ConvWeightSource(in Conv2dShape s) : this(new ConvForwardSource(s), GpuKernelChoice.Depth128 * s.Stride * s.InChannels, s.Stride * (s.Width - s.OutWidth) * s.InChannels,
        (s.Height - s.OutHeight * s.Stride) * s.Width * s.InChannels, GpuKernelChoice.Depth128 * s.Stride, s.OutWidth * s.Stride, s.OutHeight * s.Stride)
    { }

    public bool RowsAdjacent => true;
    public bool ColumnsAdjacent => true;

    public Place Row(int m) => Gather.Depth(m);
    public Place Depth(int k) => Gather.Row(k);
    public Place Join(Place row, Place depth) => Gather.Join(row, depth);
    public int Index(Place joined) => Gather.Index(joined);

    /// <summary>Some positions further: at most over one row's end, and an image's.</summary>
    public Place Next(Place joined)
    {
        int outX = joined.Inner + GpuKernelChoice.Depth128, offset = joined.Offset + Step, x = joined.X + StrideX;
        if (outX < Gather.OutWidth) return new(offset, joined.Y, x, outX, joined.Outer);
        int outY = joined.Outer + 1, y = joined.Y + Gather.S.Stride;
        x -= RowX;
        outX -= Gather.OutWidth;
        offset += RowStep;
        return outY < Gather.OutHeight ? new(offset, y, x, outX, outY) : new(offset + ImageStep, y - ImageY, x, outX, 0);
    }

    public Place DepthB(int k) => Gather.DepthB(k);
    public Place NextB(Place depth) => Gather.NextB(depth);
    public int Column(int n) => n;
}

public sealed partial class GpuDevice
{
    /// <summary>turned[tap, out, in] = weight[last tap - tap, in, out], a thread an element. Bound: memory bandwidth.</summary>
    private static void TurnWeightKernel(Index1D i, int taps, int inChannels, int outChannels, ArrayView<float> weight, ArrayView<float> turned)
    {
        int line = i / inChannels, c = i - line * inChannels, tap = line / outChannels, k = line - tap * outChannels;
        turned[i] = weight[((taps - 1 - tap) * inChannels + c) * outChannels + k];
    }

    private GpuKernel<Action<Index1D, int, int, int, ArrayView<float>, ArrayView<float>>>? turnWeight;
    private ProductKernels<ConvForwardSource>? convForward;
    private ProductKernels<ConvDataSource>? convData;
    private ProductKernels<ConvWeightSource>? convWeight;

    /// <summary>For tests and measurements: the path of every convolution that it fits, instead of the chosen one.</summary>
    internal Conv2dPath? ForcedPath { get; set; }

    private Conv2dPath PathOf(in Conv2dShape shape, Conv2dPass pass) => ForcedPath is { } path && Conv2dChoice.Fits(shape) ? path : GpuConv2dChoice.Choose(shape, pass, Limits);

    private protected override void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y)
    {
        Conv2dPath path = PathOf(shape, Conv2dPass.Forward);
        if (path != Conv2dPath.Direct)
        {
            Winograd(WinogradSizes.Forward(shape, TileOf(path), epilogue), x, weight, bias, y);
            return;
        }
        Product(convForward ??= new(this), ProductOf(shape, epilogue), new ConvForwardSource(shape), ReadsFours(shape.InChannels), x, weight, bias, y);
    }

    private protected override void Conv2dBackwardDataCore(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        Conv2dPath path = PathOf(shape, Conv2dPass.BackwardData);
        if (path != Conv2dPath.Direct)
        {
            Winograd(WinogradSizes.BackwardData(shape, TileOf(path)), gradY, weight, null, gradX);
            return;
        }
        int padding = shape.Dilation * (shape.KernelHeight - 1) - shape.Padding;
        if (shape.Stride == 1 && shape.KernelHeight == shape.KernelWidth && padding >= 0)
        {
            // A convolution of gradY with the kernel turned by 180 degrees and its channels swapped.
            using DeviceBuffer<float> turned = Rent<float>(weight.Length);
            turnWeight ??= Load(nameof(TurnWeightKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, int, int, ArrayView<float>, ArrayView<float>>(TurnWeightKernel));
            turnWeight.Launch(weight.Length, shape.KernelHeight * shape.KernelWidth, shape.InChannels, shape.OutChannels, View(weight), View(turned));
            Conv2dShape back = new(shape.Batch, shape.OutHeight, shape.OutWidth, shape.OutChannels, shape.InChannels, shape.KernelHeight, shape.KernelWidth, 1, padding, shape.Dilation);
            Product(convForward ??= new(this), ProductOf(back, Epilogue.None), new ConvForwardSource(back), ReadsFours(back.InChannels), gradY, turned, null, gradX);
            return;
        }
        ProductSizes sizes = ProductSizes.Of(1, shape.LengthX / shape.InChannels, shape.InChannels, shape.KernelHeight * shape.KernelWidth * shape.OutChannels);
        Product(convData ??= new(this), sizes, new ConvDataSource(shape), false, gradY, weight, null, gradX);
    }

    /// <summary>The sum runs over all positions of the batch, the result is small: this is the product that needs its sums cut.</summary>
    private protected override void Conv2dBackwardWeightCore(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight)
    {
        ProductSizes sizes = ProductSizes.Of(1, shape.Taps, shape.OutChannels, shape.LengthY / shape.OutChannels);
        bool fours = shape.InChannels % 4 == 0 && sizes.K % GpuKernelChoice.Depth128 == 0 && shape.OutWidth >= GpuKernelChoice.Depth128;
        Product(convWeight ??= Narrow<ConvWeightSource>(), sizes, new ConvWeightSource(shape), fours, x, gradY, null, gradWeight);
    }

    private static ProductSizes ProductOf(in Conv2dShape s, Epilogue epilogue) => ProductSizes.Of(1, s.LengthY / s.OutChannels, s.OutChannels, s.Taps, epilogue: epilogue);

    /// <summary>Whether a tap's channels are whole lots of depths.</summary>
    private static bool ReadsFours(int channels) => channels % GpuKernelChoice.Depth128 == 0;
}
