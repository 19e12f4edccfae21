// What the GPU's product kernels multiply: sizes, and where the factors' elements lie. Read next: GpuDevice.Product.cs.
using ILGPU;

namespace Dcc.Kernels;

/// <summary>
/// C[slice, m, n] = sum over one chunk of k of A(m, k) · B(k, n), slice = batch * Chunks + chunk. With several chunks C holds partial sums, which
/// a second pass adds in order.
/// </summary>
internal readonly record struct ProductSizes(int Batch, int M, int N, int K, int Chunks, int ChunkLength, int StrideA, int StrideB, int Epilogue)
{
    /// <summary>Sizes with the chunks that <see cref="GpuKernelChoice"/> wants.</summary>
    /// <param name="batch">Products.</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Terms of a sum.</param>
    /// <param name="strideA">From one product's A to the next one's.</param>
    /// <param name="strideB">From one product's B to the next one's.</param>
    /// <param name="epilogue">What happens before the store.</param>
    public static ProductSizes Of(int batch, int m, int n, int k, int strideA = 0, int strideB = 0, Epilogue epilogue = Kernels.Epilogue.None)
    {
        (int chunks, int length) = GpuKernelChoice.Chunks(batch, m, n, k);
        return new(batch, m, n, k, chunks, length, strideA, strideB, (int)epilogue);
    }

    public int Slices => Batch * Chunks;

    /// <summary>Elements of C with all its partial sums.</summary>
    public int LengthSlices => checked(Slices * M * N);

    /// <summary>Bias and ReLU. Written so that a NaN stays one: max(NaN, 0) is 0 on most cards.</summary>
    public float Finish(float value, ArrayView<float> bias, int n)
    {
        if (Epilogue == (int)Kernels.Epilogue.None) return value;
        value += bias[n];
        return Epilogue == (int)Kernels.Epilogue.BiasRelu && value < 0f ? 0f : value;
    }
}

/// <summary>
/// A decoded address, or half of one (a row, a depth): Offset in memory, and for a convolution the pixel (Y, X) and what tells when a step leaves a tap or a row (Inner, Outer).
/// </summary>
internal readonly record struct Place(int Offset, int Y = 0, int X = 0, int Inner = 0, int Outer = 0);

/// <summary>
/// The factors of a product, element by element. A kernel asks only for 0 &lt;= m &lt; M, k &lt; K, n &lt; N; an element that exists in the product but
/// not in memory (padding of a convolution) is the source's to recognise.
/// </summary>
internal interface IProductSource
{
    /// <summary>Whether A's elements of neighbouring rows are neighbours in memory (else those of neighbouring depths): neighbouring threads read them.</summary>
    bool RowsAdjacent { get; }

    /// <summary>Whether B's elements of neighbouring columns are neighbours in memory (else those of neighbouring depths).</summary>
    bool ColumnsAdjacent { get; }

    /// <summary>Row m of A.</summary>
    Place Row(int m);

    /// <summary>Depth k of A.</summary>
    Place Depth(int k);

    /// <summary>A's element of a row and a depth.</summary>
    Place Join(Place row, Place depth);

    /// <summary>Index of A's element, negative where there is none and it counts as zero.</summary>
    int Index(Place joined);

    /// <summary>The element of the same row <see cref="GpuKernelChoice.Depth128"/> depths further, without a division. May walk past K.</summary>
    Place Next(Place joined);

    /// <summary>Depth k of B: its element of column n has index Offset + Column(n).</summary>
    Place DepthB(int k);

    /// <summary>As <see cref="Next"/>, for B.</summary>
    Place NextB(Place depth);

    /// <summary>See <see cref="DepthB"/>.</summary>
    int Column(int n);
}

/// <summary>
/// A source that the 256 x 64 tile can walk through. That tile has four floats more under way than the 128-tile; with the forward gather of a convolution, whose place is five numbers, its
/// registers would spill.
/// </summary>
internal interface INarrowProductSource : IProductSource;

/// <summary>Four neighbouring floats: one 16-byte access to memory. A value struct stays in registers, an array would not.</summary>
internal readonly record struct Float4(float X, float Y, float Z, float W)
{
    /// <summary>this + a · b</summary>
    public Float4 MulAdd(float a, Float4 b) => new(KernelMath.MulAdd(a, b.X, X), KernelMath.MulAdd(a, b.Y, Y), KernelMath.MulAdd(a, b.Z, Z), KernelMath.MulAdd(a, b.W, W));

    /// <summary>this · x + this, element by element.</summary>
    public Float4 Through(Float4 x) => new(KernelMath.MulAdd(X, x.X, X), KernelMath.MulAdd(Y, x.Y, Y), KernelMath.MulAdd(Z, x.Z, Z), KernelMath.MulAdd(W, x.W, W));
}
