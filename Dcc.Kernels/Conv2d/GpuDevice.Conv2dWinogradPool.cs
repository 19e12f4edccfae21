// The 2x2 max pool inside Winograd's output transform on the GPU: tiles begin at even pixels, so every window lies in one tile, and the full map is never written.
// Bound: memory, the reads of the planes. Read next: GpuConv2dChoice.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

/// <summary>The pooled map, and whether the winners are kept.</summary>
internal readonly record struct PooledSizes(int Height, int Width, int KeepsWinners);

public sealed partial class GpuDevice
{
    /// <summary>As <see cref="WinogradOutput4Kernel"/>, to 2 x 2 pooled pixels. A thread: 36 loads, 4 stores of a float and 4 of a byte.</summary>
    [GpuKernel(Threads = WinogradThreads, Warps = 32)]
    private static void WinogradPool4Kernel(WinogradSizes s, PooledSizes pooled, ArrayView<float> planes, ArrayView<float> bias, ArrayView<float> y, ArrayView<byte> winners)
    {
        int chunks = (s.OutChannels + Group.DimX - 1) / Group.DimX, tile = Grid.IdxX / chunks, channel = (Grid.IdxX - tile * chunks) * Group.DimX + Group.IdxX;
        if (channel >= s.OutChannels) return;
        WinogradPlace place = s.Place(tile);
        int step = s.Tiles * s.OutChannels, at = tile * s.OutChannels + channel;
        Line4 c0 = OutputColumn6(planes, at, step), c1 = OutputColumn6(planes, at + step, step), c2 = OutputColumn6(planes, at + 2 * step, step);
        Line4 c3 = OutputColumn6(planes, at + 3 * step, step), c4 = OutputColumn6(planes, at + 4 * step, step), c5 = OutputColumn6(planes, at + 5 * step, step);
        float shift = s.Epilogue == (int)Epilogue.None ? 0f : bias[channel];
        Line4 upper = new Line6(c0.P0, c1.P0, c2.P0, c3.P0, c4.P0, c5.P0).Output(), lower = new Line6(c0.P1, c1.P1, c2.P1, c3.P1, c4.P1, c5.P1).Output();
        StoreWindow(s, pooled, y, winners, place, channel, 0, 0, shift, upper.P0, upper.P1, lower.P0, lower.P1);
        StoreWindow(s, pooled, y, winners, place, channel, 0, 2, shift, upper.P2, upper.P3, lower.P2, lower.P3);
        upper = new Line6(c0.P2, c1.P2, c2.P2, c3.P2, c4.P2, c5.P2).Output();
        lower = new Line6(c0.P3, c1.P3, c2.P3, c3.P3, c4.P3, c5.P3).Output();
        StoreWindow(s, pooled, y, winners, place, channel, 2, 0, shift, upper.P0, upper.P1, lower.P0, lower.P1);
        StoreWindow(s, pooled, y, winners, place, channel, 2, 2, shift, upper.P2, upper.P3, lower.P2, lower.P3);
    }

    /// <summary>As <see cref="WinogradOutput2Kernel"/>, to one pooled pixel.</summary>
    [GpuKernel(Threads = WinogradThreads)]
    private static void WinogradPool2Kernel(WinogradSizes s, PooledSizes pooled, ArrayView<float> planes, ArrayView<float> bias, ArrayView<float> y, ArrayView<byte> winners)
    {
        int chunks = (s.OutChannels + Group.DimX - 1) / Group.DimX, tile = Grid.IdxX / chunks, channel = (Grid.IdxX - tile * chunks) * Group.DimX + Group.IdxX;
        if (channel >= s.OutChannels) return;
        WinogradPlace place = s.Place(tile);
        int step = s.Tiles * s.OutChannels, at = tile * s.OutChannels + channel;
        Line2 c0 = OutputColumn4(planes, at, step), c1 = OutputColumn4(planes, at + step, step), c2 = OutputColumn4(planes, at + 2 * step, step), c3 = OutputColumn4(planes, at + 3 * step, step);
        float shift = s.Epilogue == (int)Epilogue.None ? 0f : bias[channel];
        Line2 upper = new Line4(c0.P0, c1.P0, c2.P0, c3.P0).Output(), lower = new Line4(c0.P1, c1.P1, c2.P1, c3.P1).Output();
        StoreWindow(s, pooled, y, winners, place, channel, 0, 0, shift, upper.P0, upper.P1, lower.P0, lower.P1);
    }

    /// <summary>The window whose first element is (i, j) of the tile; what lies beyond the picture's edge takes no part. Bias and ReLU change no order, so they come after.</summary>
    private static void StoreWindow(
        WinogradSizes s, PooledSizes pooled, ArrayView<float> y, ArrayView<byte> winners, WinogradPlace place, int channel, int i, int j, float bias, float first, float right, float below, float across)
    {
        int row = place.Row + i, column = place.Column + j;
        if (row / 2 >= pooled.Height | column / 2 >= pooled.Width) return;
        bool hasRight = column + 1 < s.OutWidth, hasBelow = row + 1 < s.OutHeight;
        float best = first;
        int winner = 0;
        if (hasRight & IsLarger(right, best))
        {
            best = right;
            winner = 1;
        }
        if (hasBelow & IsLarger(below, best))
        {
            best = below;
            winner = 2;
        }
        if (hasRight & hasBelow & IsLarger(across, best))
        {
            best = across;
            winner = 3;
        }
        best = s.Finish(best, bias);
        int at = ((place.Image * pooled.Height + row / 2) * pooled.Width + column / 2) * s.OutChannels + channel;
        y[at] = best;
        if (pooled.KeepsWinners == 0) return;
        // What the ReLU stopped is zero.
        winners[at] = (byte)(s.Epilogue == (int)Epilogue.BiasRelu & best <= 0f ? NoWinner : winner);
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, WinogradSizes, PooledSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>>>? winogradPool4, winogradPool2;

    private void StorePooled(in WinogradSizes s, in PoolShape pool, DeviceBuffer<float> sums, DeviceBuffer<float>? bias, DeviceBuffer<float> y, DeviceBuffer<byte>? winners)
    {
        PooledSizes pooled = new(pool.OutHeight, pool.OutWidth, winners is null ? 0 : 1);
        using DeviceBuffer<byte>? none = winners is null ? Rent<byte>(1) : null; // a view that is never written
        ArrayView<float> biases = View(bias ?? y); // never read without an epilogue
        if (s.TileSize == 4)
        {
            winogradPool4 ??= Load(nameof(WinogradPool4Kernel), () => accelerator.LoadStreamKernel<WinogradSizes, PooledSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>>(WinogradPool4Kernel));
            winogradPool4.Launch(ChannelGroups(s.Tiles, s.OutChannels), s, pooled, View(sums), biases, View(y), View(winners ?? none!));
        }
        else
        {
            winogradPool2 ??= Load(nameof(WinogradPool2Kernel), () => accelerator.LoadStreamKernel<WinogradSizes, PooledSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>>(WinogradPool2Kernel));
            winogradPool2.Launch(ChannelGroups(s.Tiles, s.OutChannels), s, pooled, View(sums), biases, View(y), View(winners ?? none!));
        }
    }
}
