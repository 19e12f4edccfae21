// The sizes of a tensor, last one fastest. Read next: Tensor.cs.
namespace Dcc.Tensors;

/// <summary>An immutable list of sizes; compares by value and prints as [8,96,64,1].</summary>
public sealed class TensorShape : IEquatable<TensorShape>
{
    private readonly int[] sizes;

    public TensorShape(params ReadOnlySpan<int> sizes)
    {
        this.sizes = sizes.ToArray();
        int count = 1;
        foreach (int size in sizes)
        {
            if (size < 0) throw new ArgumentException($"A size must not be negative: {this}.");
            count = checked(count * size);
        }
        Count = count;
    }

    public int Rank => sizes.Length;

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    /// <summary>Size of a dimension; negative ones count from the end.</summary>
    public int this[int dimension] => sizes[dimension < 0 ? dimension + sizes.Length : dimension];

    public ReadOnlySpan<int> Sizes => sizes;

    public bool Equals(TensorShape? other) => other is not null && sizes.AsSpan().SequenceEqual(other.sizes);

    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (int size in sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(',', sizes)}]";
}
