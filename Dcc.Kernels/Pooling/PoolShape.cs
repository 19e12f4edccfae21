// All sizes of a 2-D max pool. Read next: Pooling.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// x [batch, height, width, channels] in windows of Window x Window at steps of Stride. Floor drops a last window that does not fit whole; ceil keeps it and cuts
/// it off at the edge (Keras SAME for a window of 2 at a stride of 2).
/// </summary>
public readonly record struct PoolShape(int Batch, int Height, int Width, int Channels, int Window = 2, int Stride = 2, bool Ceil = false)
{
    public int OutHeight => Out(Height);
    public int OutWidth => Out(Width);
    public int LengthX => checked(Batch * Height * Width * Channels);
    public int LengthY => checked(Batch * OutHeight * OutWidth * Channels);

    public void Validate()
    {
        if (Batch < 1 || Height < 1 || Width < 1 || Channels < 1 || Window < 1 || Stride < 1)
            throw new ArgumentException($"MaxPool: every size must be at least 1, got {this}.");
        if (!Ceil && (Height < Window || Width < Window))
            throw new ArgumentException($"MaxPool: a window of {Window} does not fit into {Height}x{Width}. Use ceil mode or a larger input.");
    }

    private int Out(int side)
    {
        if (!Ceil) return (side - Window) / Stride + 1;
        int steps = Math.Max(0, (side - Window + Stride - 1) / Stride);
        // A window must start inside the picture.
        return Math.Min(steps, (side - 1) / Stride) + 1;
    }
}
