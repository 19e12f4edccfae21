// 3x3 convolution by Winograd's minimal filtering, forward and backward to data. Read next: CpuDevice.Conv2dWinogradWeight.cs.
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>
    /// A 3x3, stride-1 convolution cut into tiles: source [batch, sourceHeight, sourceWidth, channels] with Pad zeros around it gives
    /// [batch, outHeight, outWidth, outChannels]. Tiles are numbered image by image, row by row.
    /// </summary>
    private readonly record struct TilePlan(int Batch, int SourceHeight, int SourceWidth, int Channels, int Pad, int OutHeight, int OutWidth, int OutChannels, int TileSize)
    {
        public int TilesDown => (OutHeight + TileSize - 1) / TileSize;

        public int TilesAcross => (OutWidth + TileSize - 1) / TileSize;

        public int Tiles => Batch * TilesDown * TilesAcross;

        public int Planes => (TileSize + 2) * (TileSize + 2);

        public static TilePlan Forward(in Conv2dShape s, int tile) => new(s.Batch, s.Height, s.Width, s.InChannels, s.Padding, s.OutHeight, s.OutWidth, s.OutChannels, tile);

        /// <summary>The gradient of the data is a convolution of gradY with the kernel turned by 180 degrees and its channels swapped.</summary>
        public static TilePlan BackwardData(in Conv2dShape s, int tile) => new(s.Batch, s.OutHeight, s.OutWidth, s.OutChannels, 2 - s.Padding, s.Height, s.Width, s.InChannels, tile);

        public (int Image, int Row, int Column) Place(int tile)
        {
            int inImage = tile % (TilesDown * TilesAcross);
            return (tile / (TilesDown * TilesAcross), inImage / TilesAcross * TileSize, inImage % TilesAcross * TileSize);
        }
    }

    /// <summary>Where a 3x3 kernel's taps lie: tap (r, s) of input channel c begins at Start + r RowStep + s ColumnStep + c ChannelStep, output channels contiguous.</summary>
    private readonly struct TapSource(float* start, nint rowStep, nint columnStep, nint channelStep)
    {
        public readonly float* Start = start;
        public readonly nint RowStep = rowStep, ColumnStep = columnStep, ChannelStep = channelStep;

        public static TapSource Of(float* weight, int channels, int outChannels) =>
            new(weight, (nint)3 * channels * outChannels, (nint)channels * outChannels, outChannels);

        public static TapSource Turned(float* weight, int channels, int outChannels) =>
            new(weight + (nint)8 * channels * outChannels, (nint)(-3) * channels * outChannels, -(nint)channels * outChannels, outChannels);
    }

    /// <summary>Tiles that one lane takes at a time where tiles are many: two register tiles, whose transformed inputs stay in the second-level cache.</summary>
    private const int TileBlock = 24;

    /// <summary>Most tiles of a group where weights are many: enough to pay for transforming each weight once a group.</summary>
    private const int TileGroup = 108;

    /// <summary>Floats by which weights that come from memory or from the last-level cache are asked for ahead: 4 KiB, the time of half a chunk's products.</summary>
    private const nint Ahead = 1024;

    /// <summary>Input channels whose transformed inputs lie together where weights are many. As many weights are transformed at a time, for 32 output channels; half for 64.</summary>
    private const int WeightChunk = 64;

    /// <summary>Transformed weights up to this many floats (4.5 MiB) are kept whole and read once a block of tiles; larger ones are made panel by panel, used and forgotten.</summary>
    private const int WholeWeightLimit = 36 * 128 * 256;

    /// <summary>Rows of transformed values are this many floats apart: whole vectors, and not a power of two, which would crowd a few sets of the cache.</summary>
    private static int SpacedChannels(int channels) => (channels + 15) / 16 * 16 + 16;

    /// <summary>
    /// Floats from one plane of a transform to the next: whole cache lines, and an odd number of them. A transform touches the same place of every plane; at a power
    /// of two apart they would all fall into one set of the cache.
    /// </summary>
    private static int PlaneStep(int floats) => (RoundUp(floats, 16) / 16 | 1) * 16;

    private protected override PreparedWeights? PrepareConv2dCore(in Conv2dShape shape, DeviceBuffer<float> weight)
    {
        Conv2dPath path = PathOf(shape, Conv2dPass.Forward);
        return Conv2dChoice.Keeps(shape, path) ? Transformed(shape, path, Pointer(weight)) : null;
    }

    private PreparedWeights Transformed(in Conv2dShape shape, Conv2dPath path, float* weight)
    {
        TilePlan plan = TilePlan.Forward(shape, path == Conv2dPath.Winograd4 ? 4 : 2);
        TapSource taps = TapSource.Of(weight, shape.InChannels, shape.OutChannels);
        DeviceBuffer<float> values = Rent<float>(TransformedLength(plan));
        if (Vector512.IsHardwareAccelerated)
        {
            if (path == Conv2dPath.Winograd4) Transform<Winograd4, Lanes512>(plan, taps, Pointer(values));
            else Transform<Winograd2, Lanes512>(plan, taps, Pointer(values));
        }
        else if (path == Conv2dPath.Winograd4) Transform<Winograd4, LanesNative>(plan, taps, Pointer(values));
        else Transform<Winograd2, LanesNative>(plan, taps, Pointer(values));
        return new PreparedWeights(path, shape.InChannels, shape.OutChannels, values);
    }

    private void Transform<TForm, T>(in TilePlan plan, TapSource taps, float* to) where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        int panels = (plan.OutChannels + MicroKernel.Width - 1) / MicroKernel.Width;
        Run(panels, new TransformWeights<TForm, T>(plan, taps, to));
    }

    /// <summary>For tests: throws if the weights have changed since they were prepared.</summary>
    private void RequireCurrent(in Conv2dShape shape, Conv2dPath path, float* weight, PreparedWeights prepared)
    {
        using PreparedWeights fresh = Transformed(shape, path, weight);
        // Plane by plane: between two there is a gap that nothing writes.
        int panels = (shape.OutChannels + MicroKernel.Width - 1) / MicroKernel.Width, width = MicroKernel.Width, half = width / 2, step = PlaneStep(shape.InChannels * width), planes = fresh.Values.Length / step / panels;
        for (int plane = 0; plane < panels * planes; plane++)
        for (int c = 0; c < shape.InChannels; c++)
        {
            int own = Math.Min(width, shape.OutChannels - plane / planes * width), columns = own > half ? width : half;
            nint at = (nint)plane * step + c * width;
            if (!new ReadOnlySpan<float>(Pointer(fresh.Values) + at, columns).SequenceEqual(new ReadOnlySpan<float>(Pointer(prepared.Values) + at, columns)))
                throw new InvalidOperationException("A convolution met prepared weights of other values than its weights: whoever changed these must drop what was prepared (ParameterSet.Changed).");
        }
    }

    private void ConvolveWinograd(bool large, in TilePlan plan, float* source, TapSource taps, float* kept, in ConvolutionOutput output)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            if (large) ConvolveWinograd<Winograd4, Lanes512>(plan, source, taps, kept, output);
            else ConvolveWinograd<Winograd2, Lanes512>(plan, source, taps, kept, output);
        }
        else if (large) ConvolveWinograd<Winograd4, LanesNative>(plan, source, taps, kept, output);
        else ConvolveWinograd<Winograd2, LanesNative>(plan, source, taps, kept, output);
    }

    /// <param name="plan">Sizes and tiles.</param>
    /// <param name="source">What is convolved.</param>
    /// <param name="taps">The weights.</param>
    /// <param name="kept">The transformed weights, [panel][plane][channel][width] as <see cref="TransformWeights{TForm, T}"/> leaves them; null where they are transformed here.</param>
    /// <param name="output">Where the sums go.</param>
    private void ConvolveWinograd<TForm, T>(in TilePlan plan, float* source, TapSource taps, float* kept, in ConvolutionOutput output)
        where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        int width = MicroKernel.Width, panels = (plan.OutChannels + width - 1) / width, planes = plan.Planes;
        if ((long)planes * plan.Channels * plan.OutChannels <= WholeWeightLimit)
        {
            int blocks = (plan.Tiles + TileBlock - 1) / TileBlock, perLane = planes * (PlaneStep(TileBlock * SpacedChannels(plan.Channels)) + PlaneStep(TileBlock * width));
            using DeviceBuffer<float> weights = Rent<float>(kept == null ? TransformedLength(plan) : 0), scratch = Rent<float>(checked(Lanes(blocks) * perLane));
            if (kept == null) Run(panels, new TransformWeights<TForm, T>(plan, taps, kept = Pointer(weights)));
            RunLanes(blocks, new TileBlocks<TForm, T>(plan, source, kept, output, Pointer(scratch), perLane));
            return;
        }
        int groups = (plan.Tiles + TileGroup - 1) / TileGroup, group = RoundUp((plan.Tiles + groups - 1) / groups, 4);
        // Two panels a part read twice as much of every line of weights and half as often the inputs, as long as each lane still gets several parts.
        int perPart = kept == null && panels >= 4 * Threads ? 2 : 1, parts = (panels + perPart - 1) / perPart;
        int chunks = (plan.Channels + WeightChunk - 1) / WeightChunk, productLength = planes * PlaneStep(group * width), scratchLength = productLength * perPart + (kept == null ? perPart * planes * PlaneStep(WeightChunk / perPart * width) : 0);
        using DeviceBuffer<float> points = Rent<float>(checked(chunks * planes * PlaneStep(group * WeightChunk))), partScratch = Rent<float>(checked(Lanes(parts) * scratchLength));
        for (int first = 0; first < plan.Tiles; first += group)
        {
            int count = Math.Min(group, plan.Tiles - first);
            Run((count + 3) / 4, new TransformInputs<TForm, T>(plan, source, first, count, group, Pointer(points)));
            if (kept != null) RunLanes(panels, new KeptPanels<TForm, T>(plan, kept, Pointer(points), first, count, group, output, Pointer(partScratch), scratchLength));
            else RunLanes(parts, new WeightPanels<TForm, T>(plan, taps, Pointer(points), first, count, group, perPart, output, Pointer(partScratch), scratchLength));
        }
    }

    /// <summary>Floats of all transformed weights.</summary>
    private static int TransformedLength(in TilePlan plan) => checked((plan.OutChannels + MicroKernel.Width - 1) / MicroKernel.Width * plan.Planes * PlaneStep(plan.Channels * MicroKernel.Width));

    private static int RoundUp(int value, int step) => (value + step - 1) / step * step;

    /// <summary>Part p: panel p of the transformed weights, [plane][channel][width].</summary>
    private readonly struct TransformWeights<TForm, T>(TilePlan plan, TapSource taps, float* weights) : IParts where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int panel) => WeightsOfPanel<TForm, T>(plan, taps, panel, 0, plan.Channels, weights + (nint)panel * plan.Planes * PlaneStep(plan.Channels * MicroKernel.Width), PlaneStep(plan.Channels * MicroKernel.Width));
    }

    /// <summary>Channels first..first+count-1 of one panel of output channels, [plane][count][width].</summary>
    private static void WeightsOfPanel<TForm, T>(in TilePlan plan, in TapSource taps, int panel, int first, int count, float* to, nint planeStep) where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        float* lineRoom = stackalloc float[WinogradTransforms<TForm, T>.ScratchLength + AlignmentSlack], line = Aligned(lineRoom), partRoom = stackalloc float[9 * 16 + AlignmentSlack], part = Aligned(partRoom);
        int width = MicroKernel.Width;
        for (int half = 0; half < width; half += T.Count)
        {
            int column = panel * width + half, columns = Math.Min(T.Count, plan.OutChannels - column);
            if (columns <= 0 && half > 0) break; // the narrow tile never reads the second half
            for (int c = 0; c < count; c++)
            {
                float* from = taps.Start + (first + c) * taps.ChannelStep + column;
                nint rowStep = taps.RowStep, columnStep = taps.ColumnStep;
                if (columns < T.Count)
                {
                    for (int tap = 0; tap < 9; tap++)
                    for (int n = 0; n < T.Count; n++)
                        part[tap * T.Count + n] = n < columns ? from[tap / 3 * rowStep + tap % 3 * columnStep + n] : 0f;
                    from = part;
                    rowStep = 3 * T.Count;
                    columnStep = T.Count;
                }
                WinogradTransforms<TForm, T>.Weight(from, rowStep, columnStep, to + (nint)c * width + half, planeStep, line);
            }
        }
    }

    /// <summary>Part b: block b of tiles, all the way: inputs, products with every panel, outputs.</summary>
    private readonly struct TileBlocks<TForm, T>(TilePlan plan, float* source, float* weights, ConvolutionOutput output, float* scratch, int perLane) : ILaneParts
        where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int lane, int block)
        {
            int first = block * TileBlock, count = Math.Min(TileBlock, plan.Tiles - first), width = MicroKernel.Width, spaced = SpacedChannels(plan.Channels), planes = plan.Planes;
            nint pointStep = PlaneStep(TileBlock * spaced), productStep = PlaneStep(TileBlock * width), weightStep = PlaneStep(plan.Channels * width);
            float* points = scratch + (nint)lane * perLane, products = points + planes * pointStep;
            for (int t = 0; t < count; t++) InputOfTile<TForm, T>(plan, source, first + t, 0, plan.Channels, points + (nint)t * spaced, pointStep);
            for (int panel = 0; panel * width < plan.OutChannels; panel++)
            {
                float* own = weights + panel * planes * weightStep;
                int columns = Math.Min(width, plan.OutChannels - panel * width);
                for (int plane = 0; plane < planes; plane++)
                    MicroKernel.Product(points + plane * pointStep, spaced, count, plan.Channels, own + plane * weightStep, width, columns, false, products + plane * productStep, Ahead);
                for (int t = 0; t < count; t++)
                    OutputOfTile<TForm, T>(plan, first + t, panel * width, products + (nint)t * width, productStep, output);
            }
        }
    }

    /// <summary>Part q: transformed inputs of tiles 4q..4q+3 of a group, [chunk][plane][tile][channels of the chunk]: each chunk is read as one stream.</summary>
    private readonly struct TransformInputs<TForm, T>(TilePlan plan, float* source, int first, int count, int group, float* points) : IParts where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int quad)
        {
            nint pointStep = PlaneStep(group * WeightChunk);
            for (int t = quad * 4; t < Math.Min(count, quad * 4 + 4); t++)
            for (int c = 0; c < plan.Channels; c += WeightChunk)
                InputOfTile<TForm, T>(plan, source, first + t, c, Math.Min(WeightChunk, plan.Channels - c), points + c / WeightChunk * plan.Planes * pointStep + t * WeightChunk, pointStep);
        }
    }

    /// <summary>
    /// Part p: one or two panels of output channels for a whole group of tiles; their weights are transformed here, a few input channels at a time, used and forgotten.
    /// </summary>
    private readonly struct WeightPanels<TForm, T>(TilePlan plan, TapSource taps, float* points, int first, int count, int group, int perPart, ConvolutionOutput output, float* scratch, int perLane) : ILaneParts
        where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int lane, int part)
        {
            int width = MicroKernel.Width, planes = plan.Planes, panels = (plan.OutChannels + width - 1) / width, chunk = WeightChunk / perPart;
            int firstPanel = part * perPart, own = Math.Min(perPart, panels - firstPanel);
            nint pointStep = PlaneStep(group * WeightChunk), productStep = PlaneStep(group * width), weightStep = PlaneStep(chunk * width);
            float* weights = scratch + (nint)lane * perLane, products = weights + perPart * planes * weightStep;
            for (int c = 0; c < plan.Channels; c += chunk)
            {
                int depth = Math.Min(chunk, plan.Channels - c);
                for (int p = 0; p < own; p++) WeightsOfPanel<TForm, T>(plan, taps, firstPanel + p, c, depth, weights + p * planes * weightStep, weightStep);
                for (int plane = 0; plane < planes; plane++)
                {
                    PrefetchTaps(plan, taps, firstPanel, own, c + chunk, chunk, plane);
                    float* inputs = points + (c / WeightChunk * planes + plane) * pointStep + c % WeightChunk;
                    for (int p = 0; p < own; p++)
                        MicroKernel.Product(inputs, WeightChunk, count, depth, weights + (p * planes + plane) * weightStep, width, Math.Min(width, plan.OutChannels - (firstPanel + p) * width), c > 0,
                            products + (p * planes + plane) * productStep);
                }
            }
            for (int t = 0; t < count; t++)
            for (int p = 0; p < own; p++)
                OutputOfTile<TForm, T>(plan, first + t, (firstPanel + p) * width, products + p * planes * productStep + (nint)t * width, productStep, output);
        }
    }

    /// <summary>Part p: the same with kept weights, which lie in the order in which they are read: a panel is one stream from memory.</summary>
    private readonly struct KeptPanels<TForm, T>(TilePlan plan, float* kept, float* points, int first, int count, int group, ConvolutionOutput output, float* scratch, int perLane) : ILaneParts
        where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int lane, int panel)
        {
            int width = MicroKernel.Width, planes = plan.Planes, columns = Math.Min(width, plan.OutChannels - panel * width);
            nint pointStep = PlaneStep(group * WeightChunk), productStep = PlaneStep(group * width), weightStep = PlaneStep(plan.Channels * width);
            float* products = scratch + (nint)lane * perLane, weights = kept + panel * planes * weightStep;
            for (int plane = 0; plane < planes; plane++)
            for (int c = 0; c < plan.Channels; c += WeightChunk)
                MicroKernel.Product(points + (c / WeightChunk * planes + plane) * pointStep, WeightChunk, count, Math.Min(WeightChunk, plan.Channels - c), weights + plane * weightStep + c * width, width, columns, c > 0,
                    products + plane * productStep, Ahead);
            for (int t = 0; t < count; t++)
                OutputOfTile<TForm, T>(plan, first + t, panel * width, products + (nint)t * width, productStep, output);
        }
    }

    /// <summary>Asks for a share of the next chunk's weights while this one's products run: they lie in short pieces, which no hardware prefetcher follows.</summary>
    private static void PrefetchTaps(in TilePlan plan, in TapSource taps, int firstPanel, int panels, int first, int chunk, int plane)
    {
        if (!Sse.IsSupported) return;
        int rows = 9 * Math.Min(chunk, plan.Channels - first), share = (9 * chunk + plan.Planes - 1) / plan.Planes, length = Math.Min(panels * MicroKernel.Width, plan.OutChannels - firstPanel * MicroKernel.Width);
        for (int row = plane * share; row < Math.Min(rows, (plane + 1) * share); row++)
        {
            int tap = row % 9;
            float* line = taps.Start + tap / 3 * taps.RowStep + tap % 3 * taps.ColumnStep + (first + row / 9) * taps.ChannelStep + firstPanel * MicroKernel.Width;
            for (int n = 0; n < length; n += 16) Sse.Prefetch1(line + n);
        }
    }

    /// <summary>B^T d B of <paramref name="channelCount"/> channels of one tile; what lies outside the picture is zero, and so are the channels up to a whole vector.</summary>
    private static void InputOfTile<TForm, T>(in TilePlan plan, float* source, int tile, int firstChannel, int channelCount, float* to, nint planeStep) where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        float* lineRoom = stackalloc float[WinogradTransforms<TForm, T>.ScratchLength + AlignmentSlack], line = Aligned(lineRoom), patchRoom = stackalloc float[WinogradTransforms<TForm, T>.ScratchLength + AlignmentSlack], patch = Aligned(patchRoom);
        (int image, int row, int column) = plan.Place(tile);
        int n = plan.TileSize + 2, top = row - plan.Pad, left = column - plan.Pad, channels = plan.Channels;
        nint rowStep = (nint)plan.SourceWidth * channels;
        float* corner = source + (((nint)image * plan.SourceHeight + top) * plan.SourceWidth + left) * channels + firstChannel;
        bool inside = top >= 0 && left >= 0 && top + n <= plan.SourceHeight && left + n <= plan.SourceWidth;
        int firstRow = Math.Clamp(-top, 0, n), lastRow = Math.Clamp(plan.SourceHeight - top, firstRow, n), firstColumn = Math.Clamp(-left, 0, n), lastColumn = Math.Clamp(plan.SourceWidth - left, firstColumn, n);
        T.Broadcast(0f).Store(patch);
        for (int c = 0; c < channelCount; c += T.Count)
        {
            int count = Math.Min(T.Count, channelCount - c);
            if (!inside && count == T.Count)
            {
                WinogradTransforms<TForm, T>.InputAtBorder(corner + c, rowStep, channels, firstRow, lastRow, firstColumn, lastColumn, patch, to + c, planeStep, line);
                continue;
            }
            if (inside && count == T.Count)
            {
                WinogradTransforms<TForm, T>.Input(corner + c, rowStep, channels, to + c, planeStep, line);
                continue;
            }
            GatherPatch<T>(plan.SourceHeight, plan.SourceWidth, channels, corner + c, top, left, n, count, patch);
            WinogradTransforms<TForm, T>.Input(patch, n * T.Count, T.Count, to + c, planeStep, line);
        }
    }

    /// <summary>Copies a patch of size x size pixels, <paramref name="count"/> channels of it, with zeros where the picture or the channels end.</summary>
    private static void GatherPatch<T>(int height, int width, int channels, float* corner, int top, int left, int size, int count, float* patch) where T : struct, ILanes<T>
    {
        T zero = T.Broadcast(0f);
        int firstColumn = Math.Clamp(-left, 0, size), lastColumn = Math.Clamp(width - left, firstColumn, size);
        for (int y = 0; y < size; y++, patch += size * T.Count)
        {
            bool outside = top + y < 0 || top + y >= height;
            int begin = outside ? size : firstColumn, end = outside ? size : lastColumn;
            float* from = corner + (nint)y * width * channels;
            for (int x = 0; x < begin; x++) zero.Store(patch + x * T.Count);
            if (count == T.Count)
                for (int x = begin; x < end; x++) T.Load(from + (nint)x * channels).Store(patch + x * T.Count);
            else
                for (int x = begin; x < end; x++)
                for (int n = 0; n < T.Count; n++) patch[x * T.Count + n] = n < count ? from[(nint)x * channels + n] : 0f;
            for (int x = end; x < size; x++) zero.Store(patch + x * T.Count);
        }
    }

    /// <summary>A^T M A of one tile and one panel of output channels, with bias and ReLU, to where the picture has pixels.</summary>
    private static void OutputOfTile<TForm, T>(in TilePlan plan, int tile, int firstChannel, float* products, nint planeStep, in ConvolutionOutput output) where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        float* lineRoom = stackalloc float[WinogradTransforms<TForm, T>.ScratchLength + AlignmentSlack], line = Aligned(lineRoom), resultRoom = stackalloc float[16 * 16 + AlignmentSlack], result = Aligned(resultRoom);
        (int image, int row, int column) = plan.Place(tile);
        int m = plan.TileSize, rows = Math.Min(m, plan.OutHeight - row), columns = Math.Min(m, plan.OutWidth - column), last = Math.Min(firstChannel + 2 * T.Count, plan.OutChannels);
        float* corner = output.Y + (((nint)image * plan.OutHeight + row) * plan.OutWidth + column) * plan.OutChannels;
        for (int channel = firstChannel; channel < last; channel += T.Count, products += T.Count)
        {
            WinogradTransforms<TForm, T>.Output(products, planeStep, result, line);
            int count = Math.Min(T.Count, last - channel);
            if (output.Pools)
            {
                StorePooled<T>(output, image, row, column, channel, count, plan.OutChannels, result, rows, columns, m * T.Count, T.Count);
                continue;
            }
            if (count == T.Count)
            {
                T zero = T.Broadcast(0f), shift = output.Epilogue == Epilogue.None ? zero : T.Load(output.Bias + channel);
                for (int y = 0; y < rows; y++)
                for (int x = 0; x < columns; x++)
                {
                    T value = T.Load(result + (y * m + x) * T.Count) + shift;
                    if (output.Epilogue == Epilogue.BiasRelu) value = T.Max(value, zero);
                    value.Store(corner + ((nint)y * plan.OutWidth + x) * plan.OutChannels + channel);
                }
                continue;
            }
            for (int y = 0; y < rows; y++)
            for (int x = 0; x < columns; x++)
                StoreRow(result + (y * m + x) * T.Count, count, output.Epilogue, output.Bias + channel, corner + ((nint)y * plan.OutWidth + x) * plan.OutChannels + channel);
        }
    }
}
