// Convolution as a product over a padded band of rows: no im2col. One routine serves the forward pass and the gradient of the data.
// Read next: CpuDevice.Conv2dWeight.cs, ../MatMul/MicroKernel.cs.
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

        /// <summary>Output rows that a band computes: about 32 KiB of input, so that a band stays in the first- or second-level cache.</summary>
        public int RowsPerBand => Math.Clamp(8192 / Math.Max(1, BandWidth * Channels * Stride), 1, OutHeight);

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

    private protected override void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y)
    {
        Conv2dShape s = shape;
        float* w = Pointer(weight);
        Conv2dPath path = Conv2dChoice.Choose(s, Conv2dPass.Forward);
        if (path == Conv2dPath.Direct) Convolve(BandPlan.Forward(s), epilogue, x, bias, y, (tap, channel) => w + (nint)(tap * s.InChannels + channel) * s.OutChannels, 1);
        else ConvolveWinograd(path == Conv2dPath.Winograd4, TilePlan.Forward(s, path == Conv2dPath.Winograd4 ? 4 : 2), epilogue, Pointer(x), TapSource.Of(w, s.InChannels, s.OutChannels), bias is null ? null : Pointer(bias), Pointer(y));
    }

    private protected override void Conv2dBackwardDataCore(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        Conv2dShape s = shape;
        float* w = Pointer(weight);
        Conv2dPath path = Conv2dChoice.Choose(s, Conv2dPass.BackwardData);
        int lastTap = s.KernelHeight * s.KernelWidth - 1;
        if (path == Conv2dPath.Direct)
        {
            Convolve(BandPlan.BackwardData(s), Epilogue.None, gradY, null, gradX, (tap, channel) => w + (nint)(lastTap - tap) * s.InChannels * s.OutChannels + channel, s.OutChannels);
            return;
        }
        using DeviceBuffer<float> swapped = Rent<float>(weight.Length);
        float* turned = Pointer(swapped);
        TransposeBatch(9, s.InChannels, s.OutChannels, w, turned);
        ConvolveWinograd(path == Conv2dPath.Winograd4, TilePlan.BackwardData(s, path == Conv2dPath.Winograd4 ? 4 : 2), Epilogue.None, Pointer(gradY), TapSource.Turned(turned, s.OutChannels, s.InChannels), null, Pointer(gradX));
    }

    /// <summary>Address of the weight that joins tap and source channel to output channel 0.</summary>
    private delegate float* WeightRow(int tap, int channel);

    private void Convolve(BandPlan plan, Epilogue epilogue, DeviceBuffer<float> source, DeviceBuffer<float>? bias, DeviceBuffer<float> target, WeightRow weightRow, int weightStep)
    {
        int width = MicroKernel.Width, panels = (plan.OutChannels + width - 1) / width, taps = plan.KernelHeight * plan.KernelWidth;
        int depth = taps * plan.Channels, bands = plan.Bands, units = plan.Batch * bands;
        using DeviceBuffer<float> packed = Rent<float>(checked(panels * depth * width));
        float* panelStart = Pointer(packed), from = Pointer(source), to = Pointer(target), biases = bias is null ? null : Pointer(bias);

        Run(panels, part =>
        {
            int first = part * width, columns = Math.Min(width, plan.OutChannels - first);
            float* line = panelStart + (nint)part * depth * width;
            for (int tap = 0; tap < taps; tap++)
            for (int channel = 0; channel < plan.Channels; channel++, line += width)
            {
                float* weights = weightRow(tap, channel) + (nint)first * weightStep;
                for (int n = 0; n < columns; n++) line[n] = weights[(nint)n * weightStep];
                new Span<float>(line + columns, width - columns).Clear();
            }
        });

        // Work is dealt in at most this many runs of consecutive bands; each run has its own scratch.
        int runs = Math.Min(units, Threads * 4);
        using DeviceBuffer<float> scratch = Rent<float>(checked(runs * RoundToLine(plan.BandLength)));
        float* scratchStart = Pointer(scratch);
        Run(runs, run =>
        {
            float* band = scratchStart + (nint)run * RoundToLine(plan.BandLength);
            int* offsets = stackalloc int[plan.Segments];
            for (int segment = 0; segment < plan.Segments; segment++) offsets[segment] = plan.SegmentOffset(segment);
            for (int unit = (int)((long)units * run / runs); unit < (int)((long)units * (run + 1) / runs); unit++)
            {
                int image = unit / bands, firstRow = unit % bands * plan.RowsPerBand, rows = Math.Min(plan.RowsPerBand, plan.OutHeight - firstRow);
                FillBand(plan, from + (nint)image * plan.SourceHeight * plan.SourceWidth * plan.Channels, firstRow, rows, band);
                for (int part = 0; part < panels; part++)
                    ConvolveBand(plan, epilogue, band, offsets, panelStart + (nint)part * depth * width, part * width, biases,
                        to + ((nint)image * plan.OutHeight + firstRow) * plan.OutWidth * plan.OutChannels, rows);
            }
        });
    }

    /// <summary>One panel of output channels for all pixels of a band, twelve pixels at a time.</summary>
    private static void ConvolveBand(BandPlan plan, Epilogue epilogue, float* band, int* offsets, float* panel, int firstChannel, float* bias, float* target, int rows)
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

    /// <summary>Scratch parts start on cache lines of their own.</summary>
    private static int RoundToLine(int floats) => (floats + 15) / 16 * 16;
}
