// Matrix product and column sums on the GPU: strided factors for the product kernels. Read next: ../Conv2d/GpuDevice.Conv2d.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

/// <summary>A and B with any strides: transposition is a swap of two of them.</summary>
internal readonly record struct MatMulSource(int RowStepA, int DepthStepA, int DepthStepB, int ColumnStepB) : IProductSource
{
    public MatMulSource(in MatMulShape s) : this(
        s.TransposeA ? 1 : s.K, s.TransposeA ? s.M : 1,
        s.TransposeB ? 1 : s.N, s.TransposeB ? s.K : 1)
    { }

    public bool RowsAdjacent => DepthStepA != 1;
    public bool ColumnsAdjacent => ColumnStepB == 1;

    public Place Row(int m) => new(m * RowStepA, 0, 0);
    public Place Depth(int k) => new(k * DepthStepA, 0, 0);
    public float A(ArrayView<float> a, Place row, Place depth) => a[row.Offset + depth.Offset];
    public float B(ArrayView<float> b, int k, int n) => b[k * DepthStepB + n * ColumnStepB];
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
    private GpuKernel<Action<Index1D, ProductSizes, ArrayView<float>, ArrayView<float>>>? columnSums;

    private protected override void MatMulCore(in MatMulShape shape, Epilogue epilogue, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float>? bias, DeviceBuffer<float> c)
    {
        matMul ??= new(this);
        ProductSizes sizes = ProductSizes.Of(shape.Batch, shape.M, shape.N, shape.K, shape.M * shape.K, shape.K * shape.N, epilogue);
        Product(matMul, sizes, new MatMulSource(shape), a, b, bias, c);
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
