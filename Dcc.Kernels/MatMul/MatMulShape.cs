// All sizes of a matrix product; the only place where this arithmetic exists. Read next: MatMul.Reference.cs.
namespace Dcc.Kernels;

/// <summary>What happens to a product before it is stored.</summary>
public enum Epilogue
{
    None,
    /// <summary>Adds bias[column].</summary>
    Bias,
    /// <summary>Adds bias[column], then max(., 0).</summary>
    BiasRelu,
}

/// <summary>
/// C[batch, m, n] = A · B. A is [batch, m, k], or [batch, k, m] if <paramref name="TransposeA"/>; B is [batch, k, n], or [batch, n, k] if
/// <paramref name="TransposeB"/>.
/// </summary>
public readonly record struct MatMulShape(int Batch, int M, int N, int K, bool TransposeA = false, bool TransposeB = false)
{
    public MatMulShape(int m, int n, int k) : this(1, m, n, k) { }

    public int LengthA => checked(Batch * M * K);
    public int LengthB => checked(Batch * K * N);
    public int LengthC => checked(Batch * M * N);

    /// <summary>A multiply-add counts two.</summary>
    public double Flops => 2.0 * Batch * M * N * K;

    public void Validate()
    {
        if (Batch < 1 || M < 1 || N < 1 || K < 1)
            throw new ArgumentException($"MatMul: every size must be at least 1, got batch {Batch}, m {M}, n {N}, k {K}.");
        _ = (LengthA, LengthB, LengthC);
    }
}
