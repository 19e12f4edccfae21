// The ladder's rung for narrow products: 256 x 64 of C a group, otherwise as the 128-tile. A product of 64 columns (the first layers of the paper's networks, and the planes of Winograd
// there) would leave half of a 128-tile idle. Read next: GpuDevice.ProductTile128.cs, GpuKernelChoice.cs.
using ILGPU;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>Fours from one depth to the next of each tile; where the tile of B begins in a lot, and from one lot of depths to the other. Both tiles are one allocation: one offset names the lot.</summary>
    private const int TallPitch = GpuKernelChoice.Pitch256, SlimPitch = GpuKernelChoice.Pitch64Fours, Slim = GpuKernelChoice.Depth128 * TallPitch, TallLot = Slim + GpuKernelChoice.Depth128 * SlimPitch;

    /// <summary>
    /// A thread has rows 4 · major .. + 3 and 128 further, columns 4 · minor .. + 3 and 32 further: eight neighbouring threads read 128 consecutive bytes of B and one broadcast of A. Each
    /// thread brings eight floats of A, half of them four floats of B.
    /// </summary>
    [GpuKernel(Threads = GpuKernelChoice.TileThreads, MinGroups = 2, MainLoop = true, Reason = "only the weight's gradient of a convolution: its two fours of A lie 128 rows apart, "
        + "which are other taps, so two places walk through the pictures, each with three comparisons and its own ends of rows and pictures: 512 of 636 instructions a lot multiply and add on sm_80, 80.5 %, 512 of 656 on "
        + "sm_90, 78.0 % (13 ULDC). The 64-tile that it replaces has 37 %. The matrix products meet the bar.")]
    private static void ProductTile256Kernel<TSource>(ProductSizes s, TSource source, ArrayView<Float4> a, ArrayView<Float4> b, ArrayView<Float4> bias, ArrayView<Float4> c)
        where TSource : unmanaged, INarrowProductSource
    {
        ArrayView<Float4> tiles = SharedMemory.Allocate<Float4>(2 * TallLot); // [lot, (depth, row / 4) of A, then (depth, column / 4) of B]
        int thread = Group.IdxX, minor = thread & 7, major = thread >> 3;
        int tilesN = (s.N + 63) / 64, tilesM = (s.M + 255) / 256, tile = Grid.IdxX, line = tile / tilesN, slice = line / tilesM, batch = slice / s.Chunks;
        int firstN = (tile - line * tilesN) * 64, firstM = (line - slice * tilesM) * 256;
        int begin = (slice - batch * s.Chunks) * s.ChunkLength, end = Math.Min(s.K, begin + s.ChunkLength);
        ArrayView<Float4> left = a.SubView(batch * (s.StrideA >> 2)), right = b.SubView(batch * (s.StrideB >> 2));

        // Of A a thread brings all eight depths of one row, which are neighbours in memory, or four rows and the four that are 128 further of one depth. Beyond the edge of C the last
        // rows or columns come again.
        int quad = thread & 31, depthA = source.RowsAdjacent ? thread >> 5 : 0, toA = source.RowsAdjacent ? depthA * TallPitch + quad : thread;
        Place depthPlace = source.Depth(begin + depthA);
        Place placeA = source.Join(source.Row(source.RowsAdjacent ? Math.Min(firstM + quad * 4, s.M - 4) : Math.Min(firstM + thread, s.M - 1)), depthPlace);
        Place farA = source.RowsAdjacent ? source.Join(source.Row(Math.Min(firstM + 128 + quad * 4, s.M - 4)), depthPlace) : placeA;
        bool bringsB = thread < 128;
        int one = thread >> 1, depthB = source.ColumnsAdjacent ? thread >> 4 : (thread & 1) * 4, toB = source.ColumnsAdjacent ? depthB * SlimPitch + (thread & 15) : depthB * 4 * SlimPitch + one;
        int column = source.Column(source.ColumnsAdjacent ? Math.Min(firstN + (thread & 15) * 4, s.N - 4) : Math.Min(firstN + one, s.N - 1));
        Place depth = source.DepthB(begin + depthB), placeB = new(depth.Offset + column, Inner: depth.Inner);

        Float8x8 sum = default;
        KeepTall(source.RowsAdjacent, tiles, 0, toA, FourOfA(source, left, placeA, true), FarFourOfA(source, left, placeA, farA, true));
        if (bringsB) Keep(source.ColumnsAdjacent, tiles, SlimPitch, Slim, toB, FourOfB(right, placeB, true));
        Group.Barrier();
        int lot = 0;
        for (int lots = (end - begin) / GpuKernelChoice.Depth128; lots > 0; lots--)
        {
            placeA = source.Next(placeA);
            if (source.RowsAdjacent) farA = source.Next(farA);
            placeB = source.NextB(placeB);
            Float4 nextA = FourOfA(source, left, placeA, lots > 1), farNextA = FarFourOfA(source, left, placeA, farA, lots > 1), nextB = FourOfB(right, placeB, bringsB && lots > 1);
            sum = MultiplyLot(sum, tiles.SubView(lot + major), TallPitch, 32, tiles.SubView(lot + Slim + minor), SlimPitch, 8);
            lot = TallLot - lot;
            KeepTall(source.RowsAdjacent, tiles, lot, toA, nextA, farNextA);
            if (bringsB) Keep(source.ColumnsAdjacent, tiles, SlimPitch, lot + Slim, toB, nextB);
            Group.Barrier();
        }

        StoreTile(s, bias, c, slice, firstM + 4 * major, 128, (firstN >> 2) + minor, 8, sum);
    }

    /// <summary>The thread's second four of A: the next depths of the same row, or the same depth of rows 128 further.</summary>
    private static Float4 FarFourOfA<TSource>(TSource source, ArrayView<Float4> a, Place place, Place far, bool exists) where TSource : unmanaged, IProductSource
    {
        if (source.RowsAdjacent) return FourOfA(source, a, far, exists);
        int at = source.Index(place);
        return exists && at >= 0 ? a[(at >> 2) + 1] : default;
    }

    private static void KeepTall(bool adjacent, ArrayView<Float4> tile, int lot, int to, Float4 near, Float4 far)
    {
        Keep(adjacent, tile, TallPitch, lot, to, near);
        Keep(adjacent, tile, TallPitch, lot, adjacent ? to + 32 : to + 4 * 4 * TallPitch, far);
    }
}
