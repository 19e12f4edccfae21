// Convolution as a product over a padded band of rows: no im2col. One routine serves the forward pass and the gradient of the data.
// Read next: CpuDevice.Conv2dWeight.cs, ../MatMul/MicroKernel.cs.
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>
    /// A band convolution: source [batch, sourceHeight, sourceWidth, channels], zeros put between its elements (Spread - 1 of them), PadTop / PadLeft
    /// zeros before (negative: rows or columns cut off), read with a kernel at steps of Stride. Forward: Spread = 1, Stride = the stride.
    /// Gradient of the data: source = gradY, Spread = the stride, Stride = 1, kernel turned by 180 degrees with its channels swapped.
    /// </summary>
    private readonly record struct BandPlan(
        int Batch, int SourceHeight, int SourceWidth, int Channels, int Spread, int PadTop, int PadLeft,
        int KernelHeight, int KernelWidth, int Dilation, int Stride, int OutHeight, int OutWidth, int OutChannels)
    {
        /// <summary>Output columns rounded up to whole groups of four pixels; the surplus is computed and dropped.</summary>
        public int GroupsPerRow => (OutWidth + 3) / 4;

        /// <summary>Columns of the padded band: all that a kernel at any (rounded) output column reads.</summary>
        public int BandWidth => (GroupsPerRow * 4 - 1) * Stride + (KernelWidth - 1) * Dilation + 1;

        /// <summary>Output rows that a band computes: about 32 KiB of input, so that a band stays in the first- or second-level cache. Even, for the pool.</summary>
        public int RowsPerBand => Math.Clamp(8192 / Math.Max(1, BandWidth * Channels * Stride) / 2 * 2, 2, RoundUp(OutHeight, 2));

        public int BandRows(int outputRows) => (outputRows - 1) * Stride + (KernelHeight - 1) * Dilation + 1;

        public int Bands => (OutHeight + RowsPerBand - 1) / RowsPerBand;

        /// <summary>Floats of band scratch; the slack lets a tile of twelve be read at the very end.</summary>
        public int BandLength => BandRows(RowsPerBand) * BandWidth * Channels + MicroKernel.Rows;

        /// <summary>A dilated kernel is read tap by tap, any other one row of taps at a time.</summary>
        public int SegmentLength => Dilation == 1 ? KernelWidth * Channels : Channels;

        public int Segments => Dilation == 1 ? KernelHeight : KernelHeight * KernelWidth;

        public int SegmentOffset(int segment) => Dilation == 1
            ? segment * BandWidth * Channels
            : (segment / KernelWidth * BandWidth + segment % KernelWidth) * Dilation * Channels;

        public static BandPlan Forward(Conv2dShape s) => new(
            s.Batch, s.Height, s.Width, s.InChannels, 1, s.Padding, s.Padding, s.KernelHeight, s.KernelWidth, s.Dilation, s.Stride, s.OutHeight, s.OutWidth, s.OutChannels);

        public static BandPlan BackwardData(Conv2dShape s) => new(
            s.Batch, s.OutHeight, s.OutWidth, s.OutChannels, s.Stride, (s.KernelHeight - 1) * s.Dilation - s.Padding, (s.KernelWidth - 1) * s.Dilation - s.Padding,
            s.KernelHeight, s.KernelWidth, s.Dilation, 1, s.Height, s.Width, s.InChannels);
    }

    /// <summary>For tests and measurements: the path of every convolution that it fits, instead of the chosen one.</summary>
    internal Conv2dPath? ForcedPath { get; init; }

    private Conv2dPath PathOf(in Conv2dShape shape, Conv2dPass pass) => ForcedPath is { } path && Conv2dChoice.Fits(shape) ? path : Conv2dChoice.Choose(shape, pass);

    /// <summary>Where a kernel's weights lie: tap t of source channel c to output channel n is at Start + t TapStep + c ChannelStep + n OutStep.</summary>
    private readonly struct WeightSource(float* start, nint tapStep, nint channelStep, nint outStep)
    {
        public readonly float* Start = start;
        public readonly nint TapStep = tapStep, ChannelStep = channelStep, OutStep = outStep;
    }

    private protected override void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y) =>
        Convolve(shape, Pointer(x), Pointer(weight), null, ConvolutionOutput.Whole(epilogue, bias, y));

    private protected override void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, PreparedWeights prepared, DeviceBuffer<float>? bias, DeviceBuffer<float> y) =>
        Convolve(shape, Pointer(x), Pointer(weight), prepared, ConvolutionOutput.Whole(epilogue, bias, y));

    private void Convolve(in Conv2dShape s, float* x, float* weight, PreparedWeights? prepared, in ConvolutionOutput output)
    {
        Conv2dPath path = PathOf(s, Conv2dPass.Forward);
        float* kept = prepared?.Path == path ? Pointer(prepared.Values) : null; // another size may go another way, with the weights as they are
        if (guards && kept != null) RequireCurrent(s, path, weight, prepared!);
        if (path == Conv2dPath.Direct) ConvolveDirect(BandPlan.Forward(s), x, new WeightSource(weight, (nint)s.InChannels * s.OutChannels, s.OutChannels, 1), output);
        else ConvolveWinograd(path == Conv2dPath.Winograd4, TilePlan.Forward(s, path == Conv2dPath.Winograd4 ? 4 : 2), x, TapSource.Of(weight, s.InChannels, s.OutChannels), kept, output);
    }

    private protected override void Conv2dBackwardDataCore(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        Conv2dShape s = shape;
        ConvolutionOutput output = ConvolutionOutput.Whole(Epilogue.None, null, gradX);
        Conv2dPath path = PathOf(s, Conv2dPass.BackwardData);
        nint tap = (nint)s.InChannels * s.OutChannels;
        if (path == Conv2dPath.Direct)
        {
            ConvolveDirect(BandPlan.BackwardData(s), Pointer(gradY), new WeightSource(Pointer(weight) + (s.KernelHeight * s.KernelWidth - 1) * tap, -tap, 1, s.OutChannels), output);
            return;
        }
        // Output channels must be adjacent for the transforms, and those are here the kernel's input channels.
        using DeviceBuffer<float> swapped = Rent<float>(weight.Length);
        TransposeBatch(9, s.InChannels, s.OutChannels, Pointer(weight), Pointer(swapped));
        ConvolveWinograd(path == Conv2dPath.Winograd4, TilePlan.BackwardData(s, path == Conv2dPath.Winograd4 ? 4 : 2), Pointer(gradY), TapSource.Turned(Pointer(swapped), s.OutChannels, s.InChannels), null, output);
    }

    private void ConvolveDirect(in BandPlan plan, float* source, WeightSource weights, in ConvolutionOutput output)
    {
        int width = MicroKernel.Width, panels = (plan.OutChannels + width - 1) / width, depth = plan.KernelHeight * plan.KernelWidth * plan.Channels, units = plan.Batch * plan.Bands;
        int bandLength = RoundUp(plan.BandLength, 16), perLane = bandLength + (output.Pools ? RoundUp(plan.RowsPerBand * plan.OutWidth * plan.OutChannels, 16) : 0);
        using DeviceBuffer<float> packed = Rent<float>(checked(panels * depth * width)), scratch = Rent<float>(checked(Lanes(units) * perLane));
        Run(panels, new PackKernel(plan, weights, Pointer(packed)));
        RunLanes(units, new ConvolveBands(plan, source, Pointer(packed), output, Pointer(scratch), bandLength, perLane));
    }

    /// <summary>Part p: the weights of panel p of output channels, [tap][channel][width], zero beyond the last.</summary>
    private readonly struct PackKernel(BandPlan plan, WeightSource weights, float* packed) : IParts
    {
        public void Part(int part)
        {
            int width = MicroKernel.Width, first = part * width, columns = Math.Min(width, plan.OutChannels - first), taps = plan.KernelHeight * plan.KernelWidth;
            float* line = packed + (nint)part * taps * plan.Channels * width;
            for (int tap = 0; tap < taps; tap++)
            for (int channel = 0; channel < plan.Channels; channel++, line += width)
            {
                float* from = weights.Start + tap * weights.TapStep + channel * weights.ChannelStep + first * weights.OutStep;
                for (int n = 0; n < columns; n++) line[n] = from[n * weights.OutStep];
                new Span<float>(line + columns, width - columns).Clear();
            }
        }
    }

    /// <summary>Part u: one band of one picture; with a pool its sums stay in the lane's scratch and only the pooled map is written.</summary>
    private readonly struct ConvolveBands(BandPlan plan, float* source, float* packed, ConvolutionOutput output, float* scratch, int bandLength, int perLane) : ILaneParts
    {
        public void Part(int lane, int unit)
        {
            float* band = scratch + (nint)lane * perLane, sums = band + bandLength;
            int* offsets = stackalloc int[plan.Segments];
            for (int segment = 0; segment < plan.Segments; segment++) offsets[segment] = plan.SegmentOffset(segment);
            int image = unit / plan.Bands, firstRow = unit % plan.Bands * plan.RowsPerBand, rows = Math.Min(plan.RowsPerBand, plan.OutHeight - firstRow);
            int width = MicroKernel.Width, depth = plan.KernelHeight * plan.KernelWidth * plan.Channels;
            FillBand(plan, source + (nint)image * plan.SourceHeight * plan.SourceWidth * plan.Channels, firstRow, rows, band);
            float* target = output.Pools ? sums : output.Y + ((nint)image * plan.OutHeight + firstRow) * plan.OutWidth * plan.OutChannels;
            for (int first = 0; first < plan.OutChannels; first += width)
                ConvolveBand(plan, output.Pools ? Epilogue.None : output.Epilogue, band, offsets, packed + (nint)first * depth, first, output.Bias, target, rows);
            if (!output.Pools) return;
            nint pixel = plan.OutChannels, line = pixel * plan.OutWidth;
            if (Vector512.IsHardwareAccelerated) StorePooled<Lanes512>(output, image, firstRow, 0, 0, plan.OutChannels, plan.OutChannels, sums, rows, plan.OutWidth, line, pixel);
            else StorePooled<LanesNative>(output, image, firstRow, 0, 0, plan.OutChannels, plan.OutChannels, sums, rows, plan.OutWidth, line, pixel);
        }
    }

    /// <summary>One panel of output channels for all pixels of a band, twelve pixels at a time.</summary>
    private static void ConvolveBand(in BandPlan plan, Epilogue epilogue, float* band, int* offsets, float* panel, int firstChannel, float* bias, float* target, int rows)
    {
        float* tileRoom = stackalloc float[MicroKernel.TileLength + AlignmentSlack], tile = Aligned(tileRoom);
        int width = MicroKernel.Width, columns = Math.Min(width, plan.OutChannels - firstChannel), groups = rows * plan.GroupsPerRow;
        nint pixelStep = (nint)plan.Stride * plan.Channels;
        for (int group = 0; group < groups; group += 3)
        {
            // A last tile of fewer than three groups repeats its last one.
            MicroKernel.Product(
                Start(plan, band, group), Start(plan, band, Math.Min(group + 1, groups - 1)), Start(plan, band, Math.Min(group + 2, groups - 1)),
                pixelStep, offsets, plan.Segments, plan.SegmentLength, panel, columns, tile);
            for (int g = group; g < Math.Min(group + 3, groups); g++)
            {
                int row = g / plan.GroupsPerRow, column = g % plan.GroupsPerRow * 4, pixels = Math.Min(4, plan.OutWidth - column);
                for (int p = 0; p < pixels; p++)
                    StoreRow(tile + ((g - group) * 4 + p) * width, columns, epilogue, bias + firstChannel,
                        target + ((nint)row * plan.OutWidth + column + p) * plan.OutChannels + firstChannel);
            }
        }

        static float* Start(in BandPlan plan, float* band, int group) =>
            band + ((nint)(group / plan.GroupsPerRow) * plan.Stride * plan.BandWidth + (nint)(group % plan.GroupsPerRow) * 4 * plan.Stride) * plan.Channels;
    }

    /// <summary>Copies the source rows that output rows firstRow.. read, with padding and spreading, into the band.</summary>
    private static void FillBand(BandPlan plan, float* image, int firstRow, int rows, float* band)
    {
        int channels = plan.Channels, bandWidth = plan.BandWidth, spreadHeight = (plan.SourceHeight - 1) * plan.Spread + 1;
        for (int r = 0; r < plan.BandRows(rows); r++)
        {
            Span<float> line = new(band + (nint)r * bandWidth * channels, bandWidth * channels);
            int y = firstRow * plan.Stride + r - plan.PadTop;
            if (y < 0 || y >= spreadHeight || y % plan.Spread != 0)
            {
                line.Clear();
                continue;
            }
            ReadOnlySpan<float> source = new(image + (nint)(y / plan.Spread) * plan.SourceWidth * channels, plan.SourceWidth * channels);
            if (plan.Spread == 1)
            {
                // Columns left of the picture, the picture, columns right of it; with negative padding the picture begins before the band.
                int skip = Math.Max(0, -plan.PadLeft), left = Math.Min(Math.Max(0, plan.PadLeft), bandWidth);
                int inside = Math.Clamp(plan.SourceWidth - skip, 0, bandWidth - left);
                line[..(left * channels)].Clear();
                source.Slice(Math.Min(skip, plan.SourceWidth) * channels, inside * channels).CopyTo(line[(left * channels)..]);
                line[((left + inside) * channels)..].Clear();
                continue;
            }
            line.Clear();
            for (int x = 0; x < plan.SourceWidth; x++)
            {
                int column = x * plan.Spread + plan.PadLeft;
                if (column >= 0 && column < bandWidth) source.Slice(x * channels, channels).CopyTo(line[(column * channels)..]);
            }
        }
        new Span<float>(band + (nint)plan.BandRows(rows) * bandWidth * channels, MicroKernel.Rows).Clear();
    }
}
