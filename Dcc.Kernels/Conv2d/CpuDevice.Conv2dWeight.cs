// Gradient of the weights: an outer product per pixel, accumulated in registers. Read next: ../MatMul/MicroKernel.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Partial gradients are limited to this many floats in all (32 MiB).</summary>
    private const int WeightPartialLimit = 8 * 1024 * 1024;

    /// <summary>Most partial gradients: fixed, so that the order of additions does not depend on the threads.</summary>
    private const int WeightPartials = 8;

    private protected override void Conv2dBackwardWeightCore(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight)
    {
        Conv2dPath path = PathOf(shape, Conv2dPass.BackwardWeight);
        if (path != Conv2dPath.Direct)
        {
            WinogradWeightGradient(path == Conv2dPath.Winograd4, shape, Pointer(x), Pointer(gradY), Pointer(gradWeight));
            return;
        }
        BandPlan plan = BandPlan.Forward(shape);
        int channels = shape.OutChannels, length = shape.LengthWeight;
        int units = plan.Batch * plan.Bands, chunks = Math.Max(1, Math.Min(Math.Min(units, WeightPartials), WeightPartialLimit / Math.Max(1, length)));
        // gradY is read whole vectors at a time: with an awkward number of channels it is copied to padded rows first.
        int padded = (channels + 15) / 16 * 16;
        bool copies = padded != channels;
        int bandLength = RoundUp(plan.BandLength, 16), perLane = bandLength + (copies ? RoundUp(plan.RowsPerBand * plan.OutWidth * padded, 16) : 0);
        using DeviceBuffer<float> scratch = Rent<float>(checked(Lanes(chunks) * perLane));
        using DeviceBuffer<float> partial = Rent<float>(chunks == 1 ? 0 : checked(chunks * length));
        float* parts = chunks == 1 ? Pointer(gradWeight) : Pointer(partial);
        RunLanes(chunks, new WeightGradientBands(plan, Pointer(x), Pointer(gradY), parts, chunks, length, padded, Pointer(scratch), bandLength, perLane));
        if (chunks > 1) RunRanges(length, 4096, new AddPartials(parts, chunks, length, Pointer(gradWeight), adds: false));
    }

    /// <summary>Part c: the gradient over chunk c of all bands.</summary>
    private readonly struct WeightGradientBands(BandPlan plan, float* x, float* gradY, float* parts, int chunks, int length, int padded, float* scratch, int bandLength, int perLane) : ILaneParts
    {
        public void Part(int lane, int chunk)
        {
            int channels = plan.OutChannels, width = MicroKernel.Width, panels = (channels + width - 1) / width, units = plan.Batch * plan.Bands;
            float* band = scratch + (nint)lane * perLane, gradRows = band + bandLength, sum = parts + (nint)chunk * length;
            new Span<float>(sum, length).Clear();
            for (int unit = (int)((long)units * chunk / chunks); unit < (int)((long)units * (chunk + 1) / chunks); unit++)
            {
                int image = unit / plan.Bands, firstRow = unit % plan.Bands * plan.RowsPerBand, rows = Math.Min(plan.RowsPerBand, plan.OutHeight - firstRow);
                FillBand(plan, x + (nint)image * plan.SourceHeight * plan.SourceWidth * plan.Channels, firstRow, rows, band);
                float* g = gradY + ((nint)image * plan.OutHeight + firstRow) * plan.OutWidth * channels;
                if (padded != channels)
                {
                    for (int pixel = 0; pixel < rows * plan.OutWidth; pixel++)
                    {
                        new ReadOnlySpan<float>(g + (nint)pixel * channels, channels).CopyTo(new Span<float>(gradRows + (nint)pixel * padded, channels));
                        new Span<float>(gradRows + (nint)pixel * padded + channels, padded - channels).Clear();
                    }
                    g = gradRows;
                }
                for (int segment = 0; segment < plan.Segments; segment++)
                for (int panel = 0; panel < panels; panel++)
                    AddOuterProducts(plan, band + plan.SegmentOffset(segment), g + panel * width, padded, rows,
                        Math.Min(width, padded - panel * width), Math.Min(width, channels - panel * width),
                        sum + (nint)segment * plan.SegmentLength * channels + panel * width);
            }
        }
    }

    /// <summary>target = (what it was, if <paramref name="adds"/>) + the sum of all partial gradients, in order.</summary>
    private readonly struct AddPartials(float* parts, int chunks, int length, float* target, bool adds) : IRanges
    {
        public void Range(int start, int end)
        {
            if (!adds) new ReadOnlySpan<float>(parts + start, end - start).CopyTo(new Span<float>(target + start, end - start));
            for (int chunk = adds ? 0 : 1; chunk < chunks; chunk++) AddInto(parts + (nint)chunk * length + start, target + start, end - start);
        }
    }

    /// <summary>sum[r, :] += over the band's pixels, input element r of the segment times gradient row. Computes in whole tiles, stores what exists.</summary>
    private static void AddOuterProducts(in BandPlan plan, float* input, float* grad, int gradStep, int rows, int readable, int columns, float* sum)
    {
        float* tileRoom = stackalloc float[MicroKernel.TileLength + AlignmentSlack], tile = Aligned(tileRoom);
        int width = MicroKernel.Width;
        nint step = (nint)plan.Stride * plan.Channels, line = (nint)plan.Stride * plan.BandWidth * plan.Channels;
        for (int first = 0; first < plan.SegmentLength; first += MicroKernel.Rows)
        {
            int count = Math.Min(MicroKernel.Rows, plan.SegmentLength - first);
            MicroKernel.Outer(input + first, step, line, count, grad, gradStep, (nint)gradStep * plan.OutWidth, rows, plan.OutWidth, readable, false, tile);
            for (int r = 0; r < count; r++) AddInto(tile + r * width, sum + (nint)(first + r) * plan.OutChannels, columns);
        }
    }
}
