// Sizes of the squash. Read next: Squash.Reference.cs.
namespace Dcc.Kernels;

/// <summary>x [rows, channels]; each row is one vector.</summary>
public readonly record struct SquashShape(int Rows, int Channels)
{
    public int Length => checked(Rows * Channels);

    public void Validate()
    {
        if (Rows < 0 || Channels < 1) throw new ArgumentException($"Squash: {this} needs rows of at least one channel.");
    }

    public override string ToString() => $"[rows {Rows}, channels {Channels}]";
}
