// Matrix product and column sums on the GPU: strided factors for the product kernels. Read next: ../Conv2d/GpuDevice.Conv2d.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

/// <summary>Floats from one row of A, depth of A, depth of B and column of B to the next: transposition is a swap of two of them.</summary>
internal readonly record struct MatMulSteps(int Row, int DepthA, int DepthB, int Column)
{
    public MatMulSteps(in MatMulShape s) : this(s.TransposeA ? 1 : s.K, s.TransposeA ? s.M : 1, s.TransposeB ? 1 : s.N, s.TransposeB ? s.K : 1) { }

    /// <summary>Whether both factors can be read four floats at a time: the dimension whose neighbours are adjacent has a multiple of four elements, the depths come in whole lots.</summary>
    public static bool ReadsFours(in MatMulShape s) => s.K % GpuKernelChoice.Depth128 == 0 && (!s.TransposeA || s.M % 4 == 0);
}

// One struct for each way the factors lie, so that a kernel knows it when it is compiled.

/// <summary>C = A B</summary>
internal readonly record struct MatMulSource(MatMulSteps S) : INarrowProductSource
{
    public bool RowsAdjacent => false;
    public bool ColumnsAdjacent => true;
    public Place Row(int m) => new(m * S.Row);
    public Place Depth(int k) => new(k * S.DepthA);
    public Place Join(Place row, Place depth) => new(row.Offset + depth.Offset);
    public int Index(Place joined) => joined.Offset;
    public Place Next(Place joined) => new(joined.Offset + GpuKernelChoice.Depth128);
    public Place DepthB(int k) => new(k * S.DepthB);
    public Place NextB(Place depth) => new(depth.Offset + GpuKernelChoice.Depth128 * S.DepthB);
    public int Column(int n) => n * S.Column;
}

/// <summary>C = A Bᵀ</summary>
internal readonly record struct MatMulTransposedBSource(MatMulSteps S) : INarrowProductSource
{
    public bool RowsAdjacent => false;
    public bool ColumnsAdjacent => false;
    public Place Row(int m) => new(m * S.Row);
    public Place Depth(int k) => new(k * S.DepthA);
    public Place Join(Place row, Place depth) => new(row.Offset + depth.Offset);
    public int Index(Place joined) => joined.Offset;
    public Place Next(Place joined) => new(joined.Offset + GpuKernelChoice.Depth128);
    public Place DepthB(int k) => new(k * S.DepthB);
    public Place NextB(Place depth) => new(depth.Offset + GpuKernelChoice.Depth128);
    public int Column(int n) => n * S.Column;
}

/// <summary>C = Aᵀ B</summary>
internal readonly record struct MatMulTransposedASource(MatMulSteps S) : INarrowProductSource
{
    public bool RowsAdjacent => true;
    public bool ColumnsAdjacent => true;
    public Place Row(int m) => new(m * S.Row);
    public Place Depth(int k) => new(k * S.DepthA);
    public Place Join(Place row, Place depth) => new(row.Offset + depth.Offset);
    public int Index(Place joined) => joined.Offset;
    public Place Next(Place joined) => new(joined.Offset + GpuKernelChoice.Depth128 * S.DepthA);
    public Place DepthB(int k) => new(k * S.DepthB);
    public Place NextB(Place depth) => new(depth.Offset + GpuKernelChoice.Depth128 * S.DepthB);
    public int Column(int n) => n * S.Column;
}

/// <summary>C = Aᵀ Bᵀ</summary>
internal readonly record struct MatMulTransposedBothSource(MatMulSteps S) : INarrowProductSource
{
    public bool RowsAdjacent => true;
    public bool ColumnsAdjacent => false;
    public Place Row(int m) => new(m * S.Row);
    public Place Depth(int k) => new(k * S.DepthA);
    public Place Join(Place row, Place depth) => new(row.Offset + depth.Offset);
    public int Index(Place joined) => joined.Offset;
    public Place Next(Place joined) => new(joined.Offset + GpuKernelChoice.Depth128 * S.DepthA);
    public Place DepthB(int k) => new(k * S.DepthB);
    public Place NextB(Place depth) => new(depth.Offset + GpuKernelChoice.Depth128);
    public int Column(int n) => n * S.Column;
}

public sealed partial class GpuDevice
{
    /// <summary>A thread per chunk of rows and column. Bound: memory bandwidth, 4 bytes an element.</summary>
    private static void ColumnSumsKernel(Index1D i, ProductSizes s, ArrayView<float> x, ArrayView<float> partial)
    {
        int index = i, chunk = index / s.N, column = index - chunk * s.N;
        int begin = chunk * s.ChunkLength, end = Math.Min(s.K, begin + s.ChunkLength);
        float sum = 0f;
        for (int row = begin; row < end; row++) sum += x[row * s.N + column];
        partial[index] = sum;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private ProductKernels<MatMulSource>? matMul;
    private ProductKernels<MatMulTransposedASource>? matMulTransposedA;
    private ProductKernels<MatMulTransposedBSource>? matMulTransposedB;
    private ProductKernels<MatMulTransposedBothSource>? matMulTransposedBoth;
    private GpuKernel<Action<Index1D, ProductSizes, ArrayView<float>, ArrayView<float>>>? columnSums;

    private protected override void MatMulCore(in MatMulShape shape, Epilogue epilogue, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float>? bias, DeviceBuffer<float> c)
    {
        ProductSizes sizes = ProductSizes.Of(shape.Batch, shape.M, shape.N, shape.K, shape.M * shape.K, shape.K * shape.N, epilogue);
        MatMulSteps steps = new(shape);
        bool fours = MatMulSteps.ReadsFours(shape);
        switch ((shape.TransposeA, shape.TransposeB))
        {
            case (false, false): Product(matMul ??= Narrow<MatMulSource>(), sizes, new MatMulSource(steps), fours, a, b, bias, c); break;
            case (false, true): Product(matMulTransposedB ??= Narrow<MatMulTransposedBSource>(), sizes, new MatMulTransposedBSource(steps), fours, a, b, bias, c); break;
            case (true, false): Product(matMulTransposedA ??= Narrow<MatMulTransposedASource>(), sizes, new MatMulTransposedASource(steps), fours, a, b, bias, c); break;
            default: Product(matMulTransposedBoth ??= Narrow<MatMulTransposedBothSource>(), sizes, new MatMulTransposedBothSource(steps), fours, a, b, bias, c); break;
        }
    }

    private protected override void EpilogueBackwardCore(bool relu, int rows, int columns, DeviceBuffer<float> y, DeviceBuffer<float> grad, DeviceBuffer<float> gradBias)
    {
        if (relu) UnaryBackwardCore(Unary.Relu, y, grad, grad);
        ColumnSumsCore(rows, columns, grad, gradBias);
    }

    /// <summary>Fixed chunks of rows, so that the order of additions depends on the shape alone; then the chunks in order.</summary>
    private protected override void ColumnSumsCore(int rows, int columns, DeviceBuffer<float> x, DeviceBuffer<float> sums)
    {
        if (columns == 0) return;
        const int mostChunks = 256, shortestChunk = 32;
        columnSums ??= Load(nameof(ColumnSumsKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ProductSizes, ArrayView<float>, ArrayView<float>>(ColumnSumsKernel));
        int length = Math.Max(shortestChunk, Groups(rows, mostChunks)), chunks = Math.Max(1, Groups(rows, length));
        ProductSizes sizes = new(1, 1, columns, rows, chunks, length, 0, 0, (int)Epilogue.None);
        using DeviceBuffer<float> partial = Rent<float>(checked(chunks * columns));
        columnSums.Launch(partial.Length, sizes, View(x), View(partial));
        SumChunks(sizes, partial, View(sums), sums);
    }
}
