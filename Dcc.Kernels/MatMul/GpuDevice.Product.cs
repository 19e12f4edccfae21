// The product kernels that matrix product and convolution share: the ladder's first rungs (naive, 16 x 16 tile, 64 x 64 tile with 4 x 4 registers a thread) and the
// launchers. Bound of the last of these: reads of shared memory (8 floats for 16 multiply-adds). Read next: GpuDevice.ProductTile128.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>A thread per element of C and slice.</summary>
    private static void ProductNaiveKernel<TSource>(Index1D i, ProductSizes s, TSource source, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c)
        where TSource : unmanaged, IProductSource
    {
        int index = i, line = index / s.N, n = index - line * s.N, slice = line / s.M, m = line - slice * s.M, batch = slice / s.Chunks;
        int begin = (slice - batch * s.Chunks) * s.ChunkLength, end = Math.Min(s.K, begin + s.ChunkLength);
        ArrayView<float> left = a.SubView(batch * s.StrideA), right = b.SubView(batch * s.StrideB);
        Place row = source.Row(m);
        float sum = 0f;
        for (int k = begin; k < end; k++) sum = KernelMath.MulAdd(ReadA(source, left, row, source.Depth(k)), right[source.DepthB(k).Offset + source.Column(n)], sum);
        c[index] = s.Finish(sum, bias, n);
    }

    /// <summary>16 x 16 of C a group: each element of A and B is read from global memory once a group, and 16 times from shared memory.</summary>
    private static void ProductTile16Kernel<TSource>(ProductSizes s, TSource source, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c)
        where TSource : unmanaged, IProductSource
    {
        ArrayView<float> tileA = SharedMemory.Allocate<float>(GpuKernelChoice.TileDepth * GpuKernelChoice.Pitch16); // [depth, row]
        ArrayView<float> tileB = SharedMemory.Allocate<float>(GpuKernelChoice.TileDepth * GpuKernelChoice.Pitch16); // [depth, column]
        int thread = Group.IdxX, minor = thread & 15, major = thread >> 4;
        int tilesN = (s.N + 15) / 16, tilesM = (s.M + 15) / 16, tile = Grid.IdxX, line = tile / tilesN, slice = line / tilesM, batch = slice / s.Chunks;
        int firstN = (tile - line * tilesN) * 16, firstM = (line - slice * tilesM) * 16;
        int begin = (slice - batch * s.Chunks) * s.ChunkLength, end = Math.Min(s.K, begin + s.ChunkLength);
        ArrayView<float> left = a.SubView(batch * s.StrideA), right = b.SubView(batch * s.StrideB);

        // Which element of each tile this thread brings: neighbouring threads, neighbouring addresses.
        int rowA = source.RowsAdjacent ? minor : major, depthA = source.RowsAdjacent ? major : minor;
        int columnB = source.ColumnsAdjacent ? minor : major, depthB = source.ColumnsAdjacent ? major : minor;
        Place row = source.Row(firstM + rowA);
        float sum = 0f;
        for (int k0 = begin; k0 < end; k0 += GpuKernelChoice.TileDepth)
        {
            tileA[depthA * GpuKernelChoice.Pitch16 + rowA] = ElementA(s, source, left, row, firstM + rowA, k0 + depthA, end);
            tileB[depthB * GpuKernelChoice.Pitch16 + columnB] = ElementB(s, source, right, k0 + depthB, firstN + columnB, end);
            Group.Barrier();
            for (int k = 0; k < GpuKernelChoice.TileDepth; k++) sum = KernelMath.MulAdd(tileA[k * GpuKernelChoice.Pitch16 + major], tileB[k * GpuKernelChoice.Pitch16 + minor], sum);
            Group.Barrier();
        }
        Store(s, bias, c, slice, firstM + major, firstN + minor, sum);
    }

    /// <summary>64 x 64 of C a group; a thread has rows 4 · major .. + 3 and columns minor, minor + 16, + 32, + 48, so that a row is stored in whole lines.</summary>
    private static void ProductTile64Kernel<TSource>(ProductSizes s, TSource source, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c)
        where TSource : unmanaged, IProductSource
    {
        ArrayView<float> tileA = SharedMemory.Allocate<float>(GpuKernelChoice.TileDepth * GpuKernelChoice.Pitch64); // [depth, row]
        ArrayView<float> tileB = SharedMemory.Allocate<float>(GpuKernelChoice.TileDepth * GpuKernelChoice.Pitch64); // [depth, column]
        int thread = Group.IdxX, minor = thread & 15, major = thread >> 4;
        int tilesN = (s.N + 63) / 64, tilesM = (s.M + 63) / 64, tile = Grid.IdxX, line = tile / tilesN, slice = line / tilesM, batch = slice / s.Chunks;
        int firstN = (tile - line * tilesN) * 64, firstM = (line - slice * tilesM) * 64;
        int begin = (slice - batch * s.Chunks) * s.ChunkLength, end = Math.Min(s.K, begin + s.ChunkLength);
        ArrayView<float> left = a.SubView(batch * s.StrideA), right = b.SubView(batch * s.StrideB);

        // A thread brings four elements of each tile: of one depth, 16 rows apart, or of one row, 4 depths apart.
        int rowA = source.RowsAdjacent ? thread & 63 : major, depthA = source.RowsAdjacent ? thread >> 6 : minor, m = firstM + rowA;
        int columnB = source.ColumnsAdjacent ? thread & 63 : major, depthB = source.ColumnsAdjacent ? thread >> 6 : minor, n = firstN + columnB;
        int toA = depthA * GpuKernelChoice.Pitch64 + rowA, toB = depthB * GpuKernelChoice.Pitch64 + columnB;
        Place row0 = source.Row(m), row1 = source.Row(m + 16), row2 = source.Row(m + 32), row3 = source.Row(m + 48);

        Float4 c0 = default, c1 = default, c2 = default, c3 = default;
        for (int k0 = begin; k0 < end; k0 += GpuKernelChoice.TileDepth)
        {
            int ka = k0 + depthA, kb = k0 + depthB;
            if (source.RowsAdjacent)
            {
                tileA[toA] = ElementA(s, source, left, row0, m, ka, end);
                tileA[toA + 4 * GpuKernelChoice.Pitch64] = ElementA(s, source, left, row0, m, ka + 4, end);
                tileA[toA + 8 * GpuKernelChoice.Pitch64] = ElementA(s, source, left, row0, m, ka + 8, end);
                tileA[toA + 12 * GpuKernelChoice.Pitch64] = ElementA(s, source, left, row0, m, ka + 12, end);
            }
            else
            {
                Place depth = source.Depth(ka);
                tileA[toA] = m < s.M && ka < end ? ReadA(source, left, row0, depth) : 0f;
                tileA[toA + 16] = m + 16 < s.M && ka < end ? ReadA(source, left, row1, depth) : 0f;
                tileA[toA + 32] = m + 32 < s.M && ka < end ? ReadA(source, left, row2, depth) : 0f;
                tileA[toA + 48] = m + 48 < s.M && ka < end ? ReadA(source, left, row3, depth) : 0f;
            }
            if (source.ColumnsAdjacent)
            {
                tileB[toB] = ElementB(s, source, right, kb, n, end);
                tileB[toB + 4 * GpuKernelChoice.Pitch64] = ElementB(s, source, right, kb + 4, n, end);
                tileB[toB + 8 * GpuKernelChoice.Pitch64] = ElementB(s, source, right, kb + 8, n, end);
                tileB[toB + 12 * GpuKernelChoice.Pitch64] = ElementB(s, source, right, kb + 12, n, end);
            }
            else
            {
                tileB[toB] = ElementB(s, source, right, kb, n, end);
                tileB[toB + 16] = ElementB(s, source, right, kb, n + 16, end);
                tileB[toB + 32] = ElementB(s, source, right, kb, n + 32, end);
                tileB[toB + 48] = ElementB(s, source, right, kb, n + 48, end);
            }
            Group.Barrier();
            for (int k = 0; k < GpuKernelChoice.TileDepth; k++)
            {
                int atA = k * GpuKernelChoice.Pitch64 + 4 * major, atB = k * GpuKernelChoice.Pitch64 + minor;
                Float4 columns = new(tileB[atB], tileB[atB + 16], tileB[atB + 32], tileB[atB + 48]);
                c0 = c0.MulAdd(tileA[atA], columns);
                c1 = c1.MulAdd(tileA[atA + 1], columns);
                c2 = c2.MulAdd(tileA[atA + 2], columns);
                c3 = c3.MulAdd(tileA[atA + 3], columns);
            }
            Group.Barrier();
        }
        int storeM = firstM + 4 * major, storeN = firstN + minor;
        StoreRow(s, bias, c, slice, storeM, storeN, c0);
        StoreRow(s, bias, c, slice, storeM + 1, storeN, c1);
        StoreRow(s, bias, c, slice, storeM + 2, storeN, c2);
        StoreRow(s, bias, c, slice, storeM + 3, storeN, c3);
    }

    /// <summary>Second pass of a sum cut into chunks: adds them in order, then bias and ReLU.</summary>
    private static void SumChunksKernel(Index1D i, ProductSizes s, ArrayView<float> partial, ArrayView<float> bias, ArrayView<float> c)
    {
        int index = i, length = s.M * s.N, batch = index / length, n = index % s.N;
        int at = batch * s.Chunks * length + (index - batch * length);
        float sum = 0f;
        for (int chunk = 0; chunk < s.Chunks; chunk++, at += length) sum += partial[at];
        c[index] = s.Finish(sum, bias, n);
    }

    private static float ElementA<TSource>(ProductSizes s, TSource source, ArrayView<float> a, Place row, int m, int k, int end) where TSource : unmanaged, IProductSource =>
        m < s.M && k < end ? ReadA(source, a, row, source.Depth(k)) : 0f;

    private static float ElementB<TSource>(ProductSizes s, TSource source, ArrayView<float> b, int k, int n, int end) where TSource : unmanaged, IProductSource =>
        k < end && n < s.N ? b[source.DepthB(k).Offset + source.Column(n)] : 0f;

    private static float ReadA<TSource>(TSource source, ArrayView<float> a, Place row, Place depth) where TSource : unmanaged, IProductSource
    {
        int at = source.Index(source.Join(row, depth));
        return at < 0 ? 0f : a[at];
    }

    private static void StoreRow(ProductSizes s, ArrayView<float> bias, ArrayView<float> c, int slice, int m, int n, Float4 values)
    {
        Store(s, bias, c, slice, m, n, values.X);
        Store(s, bias, c, slice, m, n + 16, values.Y);
        Store(s, bias, c, slice, m, n + 32, values.Z);
        Store(s, bias, c, slice, m, n + 48, values.W);
    }

    private static void Store(ProductSizes s, ArrayView<float> bias, ArrayView<float> c, int slice, int m, int n, float value)
    {
        if (m < s.M && n < s.N) c[(slice * s.M + m) * s.N + n] = s.Finish(value, bias, n);
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    /// <summary>The ladder for one kind of source; each kernel is loaded when first needed.</summary>
    /// <param name="device">Where they run.</param>
    /// <param name="loadTile256">Loads the tile for narrow products, if the source can be walked by it.</param>
    private sealed class ProductKernels<TSource>(GpuDevice device, Func<GpuKernel<Action<KernelConfig, ProductSizes, TSource, ArrayView<Float4>, ArrayView<Float4>, ArrayView<Float4>, ArrayView<Float4>>>>? loadTile256 = null)
        where TSource : unmanaged, IProductSource
    {
        private GpuKernel<Action<Index1D, ProductSizes, TSource, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? naive;
        private GpuKernel<Action<KernelConfig, ProductSizes, TSource, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? tile16, tile64;
        private GpuKernel<Action<KernelConfig, ProductSizes, TSource, ArrayView<Float4>, ArrayView<Float4>, ArrayView<Float4>, ArrayView<Float4>>>? tile128, tile256;

        /// <summary>Whether the source has the tile for narrow products.</summary>
        public bool HasTile256 => loadTile256 is not null;

        public void Run(ProductVariant variant, in ProductSizes s, TSource source, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c)
        {
            switch (variant)
            {
                case ProductVariant.Tile128:
                    tile128 ??= device.Load(nameof(ProductTile128Kernel), () => device.accelerator.LoadStreamKernel<ProductSizes, TSource, ArrayView<Float4>, ArrayView<Float4>, ArrayView<Float4>, ArrayView<Float4>>(ProductTile128Kernel, device.SpecializationOf(nameof(ProductTile128Kernel))), typeof(TSource).Name);
                    tile128.Launch(new KernelConfig(checked(s.Slices * Groups(s.M, 128) * Groups(s.N, 128)), GpuKernelChoice.TileThreads), s, source, a.Cast<Float4>(), b.Cast<Float4>(), bias.Cast<Float4>(), c.Cast<Float4>());
                    break;
                case ProductVariant.Tile256:
                    tile256 ??= loadTile256!();
                    tile256.Launch(new KernelConfig(checked(s.Slices * Groups(s.M, 256) * Groups(s.N, 64)), GpuKernelChoice.TileThreads), s, source, a.Cast<Float4>(), b.Cast<Float4>(), bias.Cast<Float4>(), c.Cast<Float4>());
                    break;
                case ProductVariant.Tile64:
                    tile64 ??= device.Load(nameof(ProductTile64Kernel), () => device.accelerator.LoadStreamKernel<ProductSizes, TSource, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ProductTile64Kernel), typeof(TSource).Name);
                    tile64.Launch(new KernelConfig(checked(s.Slices * Groups(s.M, 64) * Groups(s.N, 64)), GpuKernelChoice.TileThreads), s, source, a, b, bias, c);
                    break;
                case ProductVariant.Tile16:
                    tile16 ??= device.Load(nameof(ProductTile16Kernel), () => device.accelerator.LoadStreamKernel<ProductSizes, TSource, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ProductTile16Kernel), typeof(TSource).Name);
                    tile16.Launch(new KernelConfig(checked(s.Slices * Groups(s.M, 16) * Groups(s.N, 16)), GpuKernelChoice.TileThreads), s, source, a, b, bias, c);
                    break;
                default:
                    naive ??= device.Load(nameof(ProductNaiveKernel), () => device.accelerator.LoadAutoGroupedStreamKernel<Index1D, ProductSizes, TSource, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ProductNaiveKernel), typeof(TSource).Name);
                    naive.Launch(s.LengthSlices, s, source, a, b, bias, c);
                    break;
            }
        }
    }

    private ProductKernels<TSource> Narrow<TSource>() where TSource : unmanaged, INarrowProductSource => new(this, () =>
        Load(nameof(ProductTile256Kernel), () => accelerator.LoadStreamKernel<ProductSizes, TSource, ArrayView<Float4>, ArrayView<Float4>, ArrayView<Float4>, ArrayView<Float4>>(ProductTile256Kernel, SpecializationOf(nameof(ProductTile256Kernel))), typeof(TSource).Name));

    private GpuKernel<Action<Index1D, ProductSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? sumChunks;

    /// <summary>For tests and benchmarks: this rung of the ladder for every product that it can compute.</summary>
    internal ProductVariant? ForcedVariant { get; set; }

    /// <summary>Whether a buffer's first element is 16-byte aligned: allocations are, a slice need not be.</summary>
    private static bool StartsFour(DeviceBuffer<float> buffer) => ((GpuBuffer<float>)buffer).Offset % 4 == 0;

    /// <summary>One product, in one pass or, if its sums are cut, in two. <paramref name="readsFours"/>: the source can walk through the factors four floats and a lot of depths at a time.</summary>
    private void Product<TSource>(
        ProductKernels<TSource> kernels, in ProductSizes s, TSource source, bool readsFours, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float>? bias, DeviceBuffer<float> c)
        where TSource : unmanaged, IProductSource
    {
        bool fours = readsFours && s.N % 4 == 0 && s.StrideA % 4 == 0 && s.StrideB % 4 == 0 && StartsFour(a) && StartsFour(b) && StartsFour(c) && (bias is null || StartsFour(bias));
        ArrayView<float> biases = View(bias ?? c); // never read without an epilogue
        if (s.Chunks == 1)
        {
            kernels.Run(Variant(kernels, s, fours, source, View(a), View(b), biases, View(c)), s, source, View(a), View(b), biases, View(c));
            return;
        }
        using DeviceBuffer<float> partial = Rent<float>(s.LengthSlices);
        ProductSizes parts = s with { Epilogue = (int)Epilogue.None };
        kernels.Run(Variant(kernels, parts, fours, source, View(a), View(b), biases, View(partial)), parts, source, View(a), View(b), biases, View(partial));
        SumChunks(s, partial, biases, c);
    }

    private ProductVariant Variant<TSource>(
        ProductKernels<TSource> kernels, in ProductSizes s, bool fours, TSource source, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c)
        where TSource : unmanaged, IProductSource
    {
        ProductReads reads = !fours ? ProductReads.Single : kernels.HasTile256 ? ProductReads.FoursNarrow : ProductReads.Fours;
        if (ForcedVariant is { } forced && GpuKernelChoice.Needs(forced) <= reads) return forced;
        return Tuning is { } tuning ? TunedVariant(tuning, kernels, s, reads, source, a, b, bias, c) : GpuKernelChoice.Variant(s, reads, Limits);
    }

    private void SumChunks(in ProductSizes s, DeviceBuffer<float> partial, ArrayView<float> bias, DeviceBuffer<float> c)
    {
        sumChunks ??= Load(nameof(SumChunksKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ProductSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SumChunksKernel));
        sumChunks.Launch(c.Length, s, View(partial), bias, View(c));
    }
}
