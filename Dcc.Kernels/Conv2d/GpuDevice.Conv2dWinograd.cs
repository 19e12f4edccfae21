// 3x3 convolution by Winograd on the GPU, forward and backward to data: transform the weights, the inputs, multiply plane by plane, transform the sums back.
// Bound of the transforms: memory; a warp reads and writes whole lines of 32 channels, and every value is in a register between. Read next: GpuDevice.Conv2dWinogradPool.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>
    /// Most threads of a group, which is one tile (or one input channel of the weights) and a channel a thread: what is decoded from the tile's number is the same for all of
    /// them. One channel a thread, not four in 16-byte loads: 4 x 36 values alive would leave the registers. It costs nothing: a warp's load of 32 neighbouring floats is a whole
    /// line, and at 64 registers 32 warps a multiprocessor have up to 36 such lines each on their way, 144 KiB, where bandwidth times latency asks for about 16.
    /// </summary>
    private const int WinogradThreads = 128;

    /// <summary>G g G^T for F(4x4,3x3), planes [36][channels][outChannels] of the weight as it lies in memory. A thread: 9 loads, 36 stores.</summary>
    [GpuKernel(Threads = WinogradThreads)]
    private static void WinogradWeight4Kernel(int inChannels, int outChannels, int turned, ArrayView<float> weight, ArrayView<float> planes)
    {
        int chunks = (outChannels + Group.DimX - 1) / Group.DimX, input = Grid.IdxX / chunks, output = (Grid.IdxX - input * chunks) * Group.DimX + Group.IdxX;
        if (output >= outChannels) return;
        int length = inChannels * outChannels, at = input * outChannels + output, tap = turned != 0 ? at + 8 * length : at, column = turned != 0 ? -length : length, row = 3 * column;
        Line6 c0 = Line6.Weight(weight[tap], weight[tap + row], weight[tap + 2 * row]);
        tap += column;
        Line6 c1 = Line6.Weight(weight[tap], weight[tap + row], weight[tap + 2 * row]);
        tap += column;
        Line6 c2 = Line6.Weight(weight[tap], weight[tap + row], weight[tap + 2 * row]);
        StoreLine(planes, at, length, Line6.Weight(c0.P0, c1.P0, c2.P0));
        StoreLine(planes, at + 6 * length, length, Line6.Weight(c0.P1, c1.P1, c2.P1));
        StoreLine(planes, at + 12 * length, length, Line6.Weight(c0.P2, c1.P2, c2.P2));
        StoreLine(planes, at + 18 * length, length, Line6.Weight(c0.P3, c1.P3, c2.P3));
        StoreLine(planes, at + 24 * length, length, Line6.Weight(c0.P4, c1.P4, c2.P4));
        StoreLine(planes, at + 30 * length, length, Line6.Weight(c0.P5, c1.P5, c2.P5));
    }

    /// <summary>G g G^T for F(2x2,3x3), planes [16][channels][outChannels]. A thread: 9 loads, 16 stores.</summary>
    [GpuKernel(Threads = WinogradThreads)]
    private static void WinogradWeight2Kernel(int inChannels, int outChannels, int turned, ArrayView<float> weight, ArrayView<float> planes)
    {
        int chunks = (outChannels + Group.DimX - 1) / Group.DimX, input = Grid.IdxX / chunks, output = (Grid.IdxX - input * chunks) * Group.DimX + Group.IdxX;
        if (output >= outChannels) return;
        int length = inChannels * outChannels, at = input * outChannels + output, tap = turned != 0 ? at + 8 * length : at, column = turned != 0 ? -length : length, row = 3 * column;
        Line4 c0 = Line4.Weight(weight[tap], weight[tap + row], weight[tap + 2 * row]);
        tap += column;
        Line4 c1 = Line4.Weight(weight[tap], weight[tap + row], weight[tap + 2 * row]);
        tap += column;
        Line4 c2 = Line4.Weight(weight[tap], weight[tap + row], weight[tap + 2 * row]);
        StoreLine(planes, at, length, Line4.Weight(c0.P0, c1.P0, c2.P0));
        StoreLine(planes, at + 4 * length, length, Line4.Weight(c0.P1, c1.P1, c2.P1));
        StoreLine(planes, at + 8 * length, length, Line4.Weight(c0.P2, c1.P2, c2.P2));
        StoreLine(planes, at + 12 * length, length, Line4.Weight(c0.P3, c1.P3, c2.P3));
    }

    /// <summary>B^T d B for F(4x4,3x3), planes [36][tiles][channels]: down the columns as they are loaded, then along the rows. A thread: 36 loads, 36 stores, 36 values alive between.</summary>
    [GpuKernel(Threads = WinogradThreads, Warps = 32)]
    private static void WinogradInput4Kernel(WinogradSizes s, ArrayView<float> x, ArrayView<float> planes)
    {
        int chunks = (s.Channels + Group.DimX - 1) / Group.DimX, tile = Grid.IdxX / chunks, channel = (Grid.IdxX - tile * chunks) * Group.DimX + Group.IdxX;
        if (channel >= s.Channels) return;
        WinogradPlace place = s.Place(tile);
        Line6 c0 = InputColumn6(s, x, place, channel, 0), c1 = InputColumn6(s, x, place, channel, 1), c2 = InputColumn6(s, x, place, channel, 2);
        Line6 c3 = InputColumn6(s, x, place, channel, 3), c4 = InputColumn6(s, x, place, channel, 4), c5 = InputColumn6(s, x, place, channel, 5);
        int step = s.Tiles * s.Channels, at = tile * s.Channels + channel;
        StoreLine(planes, at, step, Line6.Input(c0.P0, c1.P0, c2.P0, c3.P0, c4.P0, c5.P0));
        StoreLine(planes, at + 6 * step, step, Line6.Input(c0.P1, c1.P1, c2.P1, c3.P1, c4.P1, c5.P1));
        StoreLine(planes, at + 12 * step, step, Line6.Input(c0.P2, c1.P2, c2.P2, c3.P2, c4.P2, c5.P2));
        StoreLine(planes, at + 18 * step, step, Line6.Input(c0.P3, c1.P3, c2.P3, c3.P3, c4.P3, c5.P3));
        StoreLine(planes, at + 24 * step, step, Line6.Input(c0.P4, c1.P4, c2.P4, c3.P4, c4.P4, c5.P4));
        StoreLine(planes, at + 30 * step, step, Line6.Input(c0.P5, c1.P5, c2.P5, c3.P5, c4.P5, c5.P5));
    }

    /// <summary>B^T d B for F(2x2,3x3), planes [16][tiles][channels]. A thread: 16 loads, 16 stores.</summary>
    [GpuKernel(Threads = WinogradThreads)]
    private static void WinogradInput2Kernel(WinogradSizes s, ArrayView<float> x, ArrayView<float> planes)
    {
        int chunks = (s.Channels + Group.DimX - 1) / Group.DimX, tile = Grid.IdxX / chunks, channel = (Grid.IdxX - tile * chunks) * Group.DimX + Group.IdxX;
        if (channel >= s.Channels) return;
        WinogradPlace place = s.Place(tile);
        Line4 c0 = InputColumn4(s, x, place, channel, 0), c1 = InputColumn4(s, x, place, channel, 1), c2 = InputColumn4(s, x, place, channel, 2), c3 = InputColumn4(s, x, place, channel, 3);
        int step = s.Tiles * s.Channels, at = tile * s.Channels + channel;
        StoreLine(planes, at, step, Line4.Input(c0.P0, c1.P0, c2.P0, c3.P0));
        StoreLine(planes, at + 4 * step, step, Line4.Input(c0.P1, c1.P1, c2.P1, c3.P1));
        StoreLine(planes, at + 8 * step, step, Line4.Input(c0.P2, c1.P2, c2.P2, c3.P2));
        StoreLine(planes, at + 12 * step, step, Line4.Input(c0.P3, c1.P3, c2.P3, c3.P3));
    }

    /// <summary>A^T M A for F(4x4,3x3), then bias and ReLU: planes [36][tiles][outChannels] to 4 x 4 pixels of y. A thread: 36 loads, 16 stores, 24 values alive between.</summary>
    [GpuKernel(Threads = WinogradThreads, Warps = 32)]
    private static void WinogradOutput4Kernel(WinogradSizes s, ArrayView<float> planes, ArrayView<float> bias, ArrayView<float> y)
    {
        int chunks = (s.OutChannels + Group.DimX - 1) / Group.DimX, tile = Grid.IdxX / chunks, channel = (Grid.IdxX - tile * chunks) * Group.DimX + Group.IdxX;
        if (channel >= s.OutChannels) return;
        WinogradPlace place = s.Place(tile);
        int step = s.Tiles * s.OutChannels, at = tile * s.OutChannels + channel;
        Line4 c0 = OutputColumn6(planes, at, step), c1 = OutputColumn6(planes, at + step, step), c2 = OutputColumn6(planes, at + 2 * step, step);
        Line4 c3 = OutputColumn6(planes, at + 3 * step, step), c4 = OutputColumn6(planes, at + 4 * step, step), c5 = OutputColumn6(planes, at + 5 * step, step);
        float shift = s.Epilogue == (int)Epilogue.None ? 0f : bias[channel];
        StoreOutputs(s, y, place, channel, 0, shift, new Line6(c0.P0, c1.P0, c2.P0, c3.P0, c4.P0, c5.P0).Output());
        StoreOutputs(s, y, place, channel, 1, shift, new Line6(c0.P1, c1.P1, c2.P1, c3.P1, c4.P1, c5.P1).Output());
        StoreOutputs(s, y, place, channel, 2, shift, new Line6(c0.P2, c1.P2, c2.P2, c3.P2, c4.P2, c5.P2).Output());
        StoreOutputs(s, y, place, channel, 3, shift, new Line6(c0.P3, c1.P3, c2.P3, c3.P3, c4.P3, c5.P3).Output());
    }

    /// <summary>A^T M A for F(2x2,3x3), then bias and ReLU: planes [16][tiles][outChannels] to 2 x 2 pixels of y. A thread: 16 loads, 4 stores.</summary>
    [GpuKernel(Threads = WinogradThreads)]
    private static void WinogradOutput2Kernel(WinogradSizes s, ArrayView<float> planes, ArrayView<float> bias, ArrayView<float> y)
    {
        int chunks = (s.OutChannels + Group.DimX - 1) / Group.DimX, tile = Grid.IdxX / chunks, channel = (Grid.IdxX - tile * chunks) * Group.DimX + Group.IdxX;
        if (channel >= s.OutChannels) return;
        WinogradPlace place = s.Place(tile);
        int step = s.Tiles * s.OutChannels, at = tile * s.OutChannels + channel;
        Line2 c0 = OutputColumn4(planes, at, step), c1 = OutputColumn4(planes, at + step, step), c2 = OutputColumn4(planes, at + 2 * step, step), c3 = OutputColumn4(planes, at + 3 * step, step);
        float shift = s.Epilogue == (int)Epilogue.None ? 0f : bias[channel];
        StoreOutputs(s, y, place, channel, 0, shift, new Line4(c0.P0, c1.P0, c2.P0, c3.P0).Output());
        StoreOutputs(s, y, place, channel, 1, shift, new Line4(c0.P1, c1.P1, c2.P1, c3.P1).Output());
    }

    private static Line6 InputColumn6(WinogradSizes s, ArrayView<float> x, WinogradPlace place, int channel, int j) => Line6.Input(
        s.Input(x, place, channel, 0, j), s.Input(x, place, channel, 1, j), s.Input(x, place, channel, 2, j),
        s.Input(x, place, channel, 3, j), s.Input(x, place, channel, 4, j), s.Input(x, place, channel, 5, j));

    private static Line4 InputColumn4(WinogradSizes s, ArrayView<float> x, WinogradPlace place, int channel, int j) =>
        Line4.Input(s.Input(x, place, channel, 0, j), s.Input(x, place, channel, 1, j), s.Input(x, place, channel, 2, j), s.Input(x, place, channel, 3, j));

    private static Line4 OutputColumn6(ArrayView<float> planes, int at, int step) =>
        new Line6(planes[at], planes[at + 6 * step], planes[at + 12 * step], planes[at + 18 * step], planes[at + 24 * step], planes[at + 30 * step]).Output();

    private static Line2 OutputColumn4(ArrayView<float> planes, int at, int step) => new Line4(planes[at], planes[at + 4 * step], planes[at + 8 * step], planes[at + 12 * step]).Output();

    private static void StoreLine(ArrayView<float> planes, int at, int step, Line6 line)
    {
        planes[at] = line.P0;
        planes[at + step] = line.P1;
        planes[at + 2 * step] = line.P2;
        planes[at + 3 * step] = line.P3;
        planes[at + 4 * step] = line.P4;
        planes[at + 5 * step] = line.P5;
    }

    private static void StoreLine(ArrayView<float> planes, int at, int step, Line4 line)
    {
        planes[at] = line.P0;
        planes[at + step] = line.P1;
        planes[at + 2 * step] = line.P2;
        planes[at + 3 * step] = line.P3;
    }

    /// <summary>Row <paramref name="i"/> of a tile, as far as the picture goes.</summary>
    private static void StoreOutputs(WinogradSizes s, ArrayView<float> y, WinogradPlace place, int channel, int i, float bias, Line4 row)
    {
        if (place.Row + i >= s.OutHeight) return;
        int at = ((place.Image * s.OutHeight + place.Row + i) * s.OutWidth + place.Column) * s.OutChannels + channel;
        y[at] = s.Finish(row.P0, bias);
        if (place.Column + 1 < s.OutWidth) y[at + s.OutChannels] = s.Finish(row.P1, bias);
        if (place.Column + 2 < s.OutWidth) y[at + 2 * s.OutChannels] = s.Finish(row.P2, bias);
        if (place.Column + 3 < s.OutWidth) y[at + 3 * s.OutChannels] = s.Finish(row.P3, bias);
    }

    private static void StoreOutputs(WinogradSizes s, ArrayView<float> y, WinogradPlace place, int channel, int i, float bias, Line2 row)
    {
        if (place.Row + i >= s.OutHeight) return;
        int at = ((place.Image * s.OutHeight + place.Row + i) * s.OutWidth + place.Column) * s.OutChannels + channel;
        y[at] = s.Finish(row.P0, bias);
        if (place.Column + 1 < s.OutWidth) y[at + s.OutChannels] = s.Finish(row.P1, bias);
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, int, int, int, ArrayView<float>, ArrayView<float>>>? winogradWeight4, winogradWeight2;
    private GpuKernel<Action<KernelConfig, WinogradSizes, ArrayView<float>, ArrayView<float>>>? winogradInput4, winogradInput2;
    private GpuKernel<Action<KernelConfig, WinogradSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? winogradOutput4, winogradOutput2;

    /// <summary>For tests: floats of a group's planes.</summary>
    internal int MostWinogradFloats { get; set; } = GpuConv2dChoice.MostFloats;

    private static int TileOf(Conv2dPath path) => path == Conv2dPath.Winograd4 ? 4 : 2;

    /// <summary>All tiles of the batch, in groups whose planes fit into the scratch that <see cref="GpuConv2dChoice"/> allows. A pool takes y for the pooled map.</summary>
    private void Winograd(WinogradSizes s, DeviceBuffer<float> source, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y, PoolShape? pool = null, DeviceBuffer<byte>? winners = null)
    {
        using DeviceBuffer<float> weights = Rent<float>(checked(s.Planes * s.Channels * s.OutChannels));
        TransformWeights(s, weight, weights);
        int group = GpuConv2dChoice.TilesOfGroup(s, MostWinogradFloats);
        using DeviceBuffer<float> inputs = Rent<float>(checked(s.Planes * group * s.Channels)), sums = Rent<float>(checked(s.Planes * group * s.OutChannels));
        for (int first = 0; first < s.AllTiles; first += group)
        {
            s = s with { First = first, Tiles = Math.Min(group, s.AllTiles - first) };
            DeviceBuffer<float> ownInputs = inputs.Slice(0, s.Planes * s.Tiles * s.Channels), ownSums = sums.Slice(0, s.Planes * s.Tiles * s.OutChannels);
            if (s.TileSize == 4)
            {
                winogradInput4 ??= Load(nameof(WinogradInput4Kernel), () => accelerator.LoadStreamKernel<WinogradSizes, ArrayView<float>, ArrayView<float>>(WinogradInput4Kernel));
                winogradInput4.Launch(ChannelGroups(s.Tiles, s.Channels), s, View(source), View(ownInputs));
            }
            else
            {
                winogradInput2 ??= Load(nameof(WinogradInput2Kernel), () => accelerator.LoadStreamKernel<WinogradSizes, ArrayView<float>, ArrayView<float>>(WinogradInput2Kernel));
                winogradInput2.Launch(ChannelGroups(s.Tiles, s.Channels), s, View(source), View(ownInputs));
            }
            // For the gradient of the data the weights lie [in channels = columns][out channels = terms of the sum].
            MatMulCore(new MatMulShape(s.Planes, s.Tiles, s.OutChannels, s.Channels, TransposeB: s.Turned != 0), Epilogue.None, ownInputs, weights, null, ownSums);
            if (pool is { } pooled) StorePooled(s, pooled, ownSums, bias, y, winners);
            else StoreWhole(s, ownSums, bias, y);
        }
    }

    private void TransformWeights(in WinogradSizes s, DeviceBuffer<float> weight, DeviceBuffer<float> planes)
    {
        bool turned = s.Turned != 0;
        int inChannels = turned ? s.OutChannels : s.Channels, outChannels = turned ? s.Channels : s.OutChannels;
        if (s.TileSize == 4)
        {
            winogradWeight4 ??= Load(nameof(WinogradWeight4Kernel), () => accelerator.LoadStreamKernel<int, int, int, ArrayView<float>, ArrayView<float>>(WinogradWeight4Kernel));
            winogradWeight4.Launch(ChannelGroups(inChannels, outChannels), inChannels, outChannels, s.Turned, View(weight), View(planes));
        }
        else
        {
            winogradWeight2 ??= Load(nameof(WinogradWeight2Kernel), () => accelerator.LoadStreamKernel<int, int, int, ArrayView<float>, ArrayView<float>>(WinogradWeight2Kernel));
            winogradWeight2.Launch(ChannelGroups(inChannels, outChannels), inChannels, outChannels, s.Turned, View(weight), View(planes));
        }
    }

    private void StoreWhole(in WinogradSizes s, DeviceBuffer<float> sums, DeviceBuffer<float>? bias, DeviceBuffer<float> y)
    {
        ArrayView<float> biases = View(bias ?? y); // never read without an epilogue
        if (s.TileSize == 4)
        {
            winogradOutput4 ??= Load(nameof(WinogradOutput4Kernel), () => accelerator.LoadStreamKernel<WinogradSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>(WinogradOutput4Kernel));
            winogradOutput4.Launch(ChannelGroups(s.Tiles, s.OutChannels), s, View(sums), biases, View(y));
        }
        else
        {
            winogradOutput2 ??= Load(nameof(WinogradOutput2Kernel), () => accelerator.LoadStreamKernel<WinogradSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>(WinogradOutput2Kernel));
            winogradOutput2.Launch(ChannelGroups(s.Tiles, s.OutChannels), s, View(sums), biases, View(y));
        }
    }

    /// <summary>Groups for items x channels: whole warps, as even as they come.</summary>
    private KernelConfig ChannelGroups(int items, int channels)
    {
        const int warp = 32;
        int most = Math.Min(WinogradThreads, Limits.MaxGroupSize), chunks = Groups(channels, most), threads = Math.Min(most, Groups(Groups(channels, chunks), warp) * warp);
        return new KernelConfig(checked(items * Groups(channels, threads)), threads);
    }
}
