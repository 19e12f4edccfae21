// All sizes of a 2-D max pool. Read next: Pooling.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// x [batch, height, width, channels] in windows of Window x Window at steps of Stride. Floor drops a last window that does not fit whole; ceil keeps it and cuts
/// it off at the edge (Keras SAME for a window of 2 at a stride of 2). Padding lays that many rows and columns around the picture that never win, as if they were -infinity
/// (PyTorch's; ResNet's 3x3 pool has 1): the first window begins at -Padding and is cut off at the edge.
/// </summary>
public readonly record struct PoolShape(int Batch, int Height, int Width, int Channels, int Window = 2, int Stride = 2, bool Ceil = false, int Padding = 0)
{
    public int OutHeight => Out(Height);
    public int OutWidth => Out(Width);
    public int LengthX => checked(Batch * Height * Width * Channels);
    public int LengthY => checked(Batch * OutHeight * OutWidth * Channels);

    public void Validate()
    {
        if (Batch < 1 || Height < 1 || Width < 1 || Channels < 1 || Window < 1 || Stride < 1)
            throw new ArgumentException($"MaxPool: every size must be at least 1, got {this}.");
        if (Padding < 0 || 2 * Padding > Window)
            throw new ArgumentException($"MaxPool: padding must be 0 to half the window, got {Padding} with a window of {Window}: a window of padding alone would have no maximum.");
        if (!Ceil && (Height + 2 * Padding < Window || Width + 2 * Padding < Window))
            throw new ArgumentException($"MaxPool: a window of {Window} does not fit into {Height}x{Width} with padding {Padding}. Use ceil mode or a larger input.");
    }

    /// <summary>The first row or column of window <paramref name="window"/> that lies in the picture.</summary>
    internal int First(int window) => Math.Max(0, window * Stride - Padding);

    /// <summary>One past the last row or column of window <paramref name="window"/> in a picture with <paramref name="side"/> of them.</summary>
    internal int End(int window, int side) => Math.Min(side, window * Stride - Padding + Window);

    private int Out(int side)
    {
        int room = side + 2 * Padding - Window;
        if (!Ceil) return room / Stride + 1;
        int steps = Math.Max(0, (room + Stride - 1) / Stride);
        // A window must start inside the picture or the padding before it.
        return Math.Min(steps, (side + Padding - 1) / Stride) + 1;
    }
}
