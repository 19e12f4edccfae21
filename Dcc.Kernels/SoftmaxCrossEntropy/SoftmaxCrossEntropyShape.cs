// Sizes of softmax cross-entropy. Read next: SoftmaxCrossEntropy.Reference.cs.
namespace Dcc.Kernels;

/// <summary>logits [rows, classes], one label a row.</summary>
public readonly record struct SoftmaxCrossEntropyShape(int Rows, int Classes)
{
    public int Length => checked(Rows * Classes);

    public void Validate()
    {
        if (Rows < 1 || Classes < 1) throw new ArgumentException($"SoftmaxCrossEntropy: needs at least one row and one class, got {Rows} x {Classes}.");
        _ = Length;
    }
}
