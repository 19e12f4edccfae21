// The ladder's rung for wide products: 128 x 128 of C a group, 8 x 8 registers a thread, every access 16 bytes, shared memory twice over. Bound: multiply-adds
// (64 for 16 floats of shared memory). docs/kernels.md has its machine code's figures. Read next: Float8x8.cs, GpuDevice.ProductTile256.cs, ../Conv2d/GpuDevice.Conv2d.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>Fours from one depth to the next of a tile, and from one lot of depths to the other.</summary>
    private const int Pitch = GpuKernelChoice.Pitch128, Lot = GpuKernelChoice.Depth128 * Pitch;

    /// <summary>
    /// A thread has rows 4 · major .. + 3 and 64 further, columns 4 · minor .. + 3 and 64 further: a warp's 16-byte reads of shared memory are 256 consecutive bytes of B and two
    /// broadcasts of A. While one lot of eight depths is multiplied, each thread has four floats of A and four of B of the next lot under way from global memory.
    /// The lots alternate between two places in shared memory, so one barrier a lot is enough.
    /// </summary>
    [GpuKernel(Threads = GpuKernelChoice.TileThreads, MinGroups = 2, MainLoop = true, Reason = "on sm_90 the walks of the convolution read their constants into uniform registers (6 ULDC forward, 9 for the "
        + "weight's gradient), which sm_80 takes as operands: 512 of 604 and of 608 instructions a lot multiply and add, 84.8 and 84.2 %. Beside them a lot has 32 loads from shared memory, 2 from global, up to 5 stores, a "
        + "barrier, and some 50 for addresses, bounds and the zeros of the padding. On sm_80, and for the matrix product on both, the bar is met.")]
    private static void ProductTile128Kernel<TSource>(ProductSizes s, TSource source, ArrayView<Float4> a, ArrayView<Float4> b, ArrayView<Float4> bias, ArrayView<Float4> c)
        where TSource : unmanaged, IProductSource
    {
        ArrayView<Float4> tileA = SharedMemory.Allocate<Float4>(2 * Lot); // [lot, depth, row / 4]
        ArrayView<Float4> tileB = SharedMemory.Allocate<Float4>(2 * Lot); // [lot, depth, column / 4]
        int thread = Group.IdxX, minor = thread & 15, major = thread >> 4;
        int tilesN = (s.N + 127) / 128, tilesM = (s.M + 127) / 128, tile = Grid.IdxX, line = tile / tilesN, slice = line / tilesM, batch = slice / s.Chunks;
        int firstN = (tile - line * tilesN) * 128, firstM = (line - slice * tilesM) * 128;
        int begin = (slice - batch * s.Chunks) * s.ChunkLength, end = Math.Min(s.K, begin + s.ChunkLength);
        ArrayView<Float4> left = a.SubView(batch * (s.StrideA >> 2)), right = b.SubView(batch * (s.StrideB >> 2));

        // Four floats of each tile are this thread's to bring: neighbours along the tile, stored as they come, or along the depth, stored apart. Beyond the edge of C it brings
        // those of the last rows or columns again, whose results nobody stores.
        int quad = thread & 31, quadDepth = thread >> 5, one = thread >> 1, oneDepth = (thread & 1) * 4;
        int depthA = source.RowsAdjacent ? quadDepth : oneDepth, depthB = source.ColumnsAdjacent ? quadDepth : oneDepth;
        int toA = source.RowsAdjacent ? quadDepth * Pitch + quad : oneDepth * 4 * Pitch + one, toB = source.ColumnsAdjacent ? quadDepth * Pitch + quad : oneDepth * 4 * Pitch + one;
        Place row = source.Row(source.RowsAdjacent ? Math.Min(firstM + quad * 4, s.M - 4) : Math.Min(firstM + one, s.M - 1));
        int column = source.Column(source.ColumnsAdjacent ? Math.Min(firstN + quad * 4, s.N - 4) : Math.Min(firstN + one, s.N - 1));
        Place placeA = source.Join(row, source.Depth(begin + depthA)), depth = source.DepthB(begin + depthB), placeB = new(depth.Offset + column, Inner: depth.Inner);

        Float8x8 sum = default;
        Keep(source.RowsAdjacent, tileA, Pitch, 0, toA, FourOfA(source, left, placeA, true));
        Keep(source.ColumnsAdjacent, tileB, Pitch, 0, toB, FourOfB(right, placeB, true));
        Group.Barrier();
        int lot = 0;
        for (int lots = (end - begin) / GpuKernelChoice.Depth128; lots > 0; lots--)
        {
            // After the last lot come zeros, which nobody multiplies: cheaper than asking.
            placeA = source.Next(placeA);
            placeB = source.NextB(placeB);
            Float4 nextA = FourOfA(source, left, placeA, lots > 1), nextB = FourOfB(right, placeB, lots > 1);
            sum = MultiplyLot(sum, tileA.SubView(lot + major), Pitch, 16, tileB.SubView(lot + minor), Pitch, 16);
            lot = Lot - lot;
            Keep(source.RowsAdjacent, tileA, Pitch, lot, toA, nextA);
            Keep(source.ColumnsAdjacent, tileB, Pitch, lot, toB, nextB);
            Group.Barrier();
        }

        StoreTile(s, bias, c, slice, firstM + 4 * major, 64, (firstN >> 2) + minor, 16, sum);
    }

    private static Float4 FourOfA<TSource>(TSource source, ArrayView<Float4> a, Place place, bool exists) where TSource : unmanaged, IProductSource
    {
        int at = source.Index(place);
        return exists && at >= 0 ? a[at >> 2] : default;
    }

    private static Float4 FourOfB(ArrayView<Float4> b, Place place, bool exists) => exists ? b[place.Offset >> 2] : default;

    /// <summary>
    /// Eight depths: a thread's four rows and the four that are <paramref name="rowHalf"/> fours further, the same for columns. Written out: ILGPU unrolls no loop. The pitches are constants
    /// where this is called, and it is inlined.
    /// </summary>
    private static Float8x8 MultiplyLot(Float8x8 sum, ArrayView<Float4> rows, int rowPitch, int rowHalf, ArrayView<Float4> columns, int columnPitch, int columnHalf)
    {
        sum = sum.MulAdd(rows[0], rows[rowHalf], columns[0], columns[columnHalf]);
        sum = sum.MulAdd(rows[rowPitch], rows[rowPitch + rowHalf], columns[columnPitch], columns[columnPitch + columnHalf]);
        sum = sum.MulAdd(rows[2 * rowPitch], rows[2 * rowPitch + rowHalf], columns[2 * columnPitch], columns[2 * columnPitch + columnHalf]);
        sum = sum.MulAdd(rows[3 * rowPitch], rows[3 * rowPitch + rowHalf], columns[3 * columnPitch], columns[3 * columnPitch + columnHalf]);
        sum = sum.MulAdd(rows[4 * rowPitch], rows[4 * rowPitch + rowHalf], columns[4 * columnPitch], columns[4 * columnPitch + columnHalf]);
        sum = sum.MulAdd(rows[5 * rowPitch], rows[5 * rowPitch + rowHalf], columns[5 * columnPitch], columns[5 * columnPitch + columnHalf]);
        sum = sum.MulAdd(rows[6 * rowPitch], rows[6 * rowPitch + rowHalf], columns[6 * columnPitch], columns[6 * columnPitch + columnHalf]);
        return sum.MulAdd(rows[7 * rowPitch], rows[7 * rowPitch + rowHalf], columns[7 * columnPitch], columns[7 * columnPitch + columnHalf]);
    }

    /// <summary>Puts four floats into a lot of a tile: side by side, or one below the other.</summary>
    private static void Keep(bool adjacent, ArrayView<Float4> tile, int pitch, int lot, int to, Float4 values)
    {
        if (adjacent)
        {
            tile[lot + to] = values;
            return;
        }
        ArrayView<float> floats = tile.Cast<float>().SubView(lot * 4 + to);
        floats[0] = values.X;
        floats[4 * pitch] = values.Y;
        floats[8 * pitch] = values.Z;
        floats[12 * pitch] = values.W;
    }

    /// <summary>The thread's rows m .. m + 3 and those <paramref name="rowHalf"/> further, its columns n (in fours) and those <paramref name="columnHalf"/> fours further.</summary>
    private static void StoreTile(ProductSizes s, ArrayView<Float4> bias, ArrayView<Float4> c, int slice, int m, int rowHalf, int n, int columnHalf, Float8x8 sum)
    {
        StoreFours(s, bias, c, slice, m, n, columnHalf, sum.Left0, sum.Right0);
        StoreFours(s, bias, c, slice, m + 1, n, columnHalf, sum.Left1, sum.Right1);
        StoreFours(s, bias, c, slice, m + 2, n, columnHalf, sum.Left2, sum.Right2);
        StoreFours(s, bias, c, slice, m + 3, n, columnHalf, sum.Left3, sum.Right3);
        StoreFours(s, bias, c, slice, m + rowHalf, n, columnHalf, sum.Left4, sum.Right4);
        StoreFours(s, bias, c, slice, m + rowHalf + 1, n, columnHalf, sum.Left5, sum.Right5);
        StoreFours(s, bias, c, slice, m + rowHalf + 2, n, columnHalf, sum.Left6, sum.Right6);
        StoreFours(s, bias, c, slice, m + rowHalf + 3, n, columnHalf, sum.Left7, sum.Right7);
    }

    private static void StoreFours(ProductSizes s, ArrayView<Float4> bias, ArrayView<Float4> c, int slice, int m, int n, int half, Float4 left, Float4 right)
    {
        if (m >= s.M) return;
        int fours = s.N >> 2, at = (slice * s.M + m) * fours;
        if (n < fours) c[at + n] = FinishFour(s, bias, n, left);
        if (n + half < fours) c[at + n + half] = FinishFour(s, bias, n + half, right);
    }

    /// <summary>As <see cref="ProductSizes.Finish"/>.</summary>
    private static Float4 FinishFour(ProductSizes s, ArrayView<Float4> bias, int n, Float4 value)
    {
        if (s.Epilogue == (int)Epilogue.None) return value;
        Float4 b = bias[n];
        float x = value.X + b.X, y = value.Y + b.Y, z = value.Z + b.Z, w = value.W + b.W;
        return s.Epilogue == (int)Epilogue.Bias ? new(x, y, z, w) : new(x < 0f ? 0f : x, y < 0f ? 0f : y, z < 0f ? 0f : z, w < 0f ? 0f : w);
    }

    /// <summary>CUDA's assembler keeps to the registers that a kernel's attribute leaves it; other devices' groups may be smaller than it says.</summary>
    private KernelSpecialization SpecializationOf(string kernel) => Kind == DeviceKind.Cuda ? GpuKernelAttribute.Of(kernel).Specialization : KernelSpecialization.Empty;
}
