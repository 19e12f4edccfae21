// Sizes and constants of batch normalisation. Read next: BatchNorm.Reference.cs.
namespace Dcc.Kernels;

/// <summary>x [rows, channels]; statistics per channel over all rows. <paramref name="Relu"/> applies max(., 0) to the result in the same pass.</summary>
public readonly record struct BatchNormShape(int Rows, int Channels, bool Relu = false)
{
    /// <summary>Added to the variance, as in PyTorch and Keras.</summary>
    public const float Epsilon = 1e-5f;

    public int Length => checked(Rows * Channels);

    /// <summary>
    /// Rows are summarised in chunks, whose summaries are then combined in order: the result does not depend on who computes which chunk. About 8,192 elements
    /// a chunk, so that it is read from memory once.
    /// </summary>
    public int RowsPerChunk => Math.Max(1, 8192 / Channels);

    public int Chunks => (Rows + RowsPerChunk - 1) / RowsPerChunk;

    /// <summary>Rows of chunk number <paramref name="chunk"/>: the last one may have fewer.</summary>
    public int RowsOf(int chunk) => Math.Min(RowsPerChunk, Rows - chunk * RowsPerChunk);

    public void Validate()
    {
        if (Rows < 1 || Channels < 1) throw new ArgumentException($"BatchNorm: needs at least one row and one channel, got {Rows} x {Channels}.");
        _ = Length;
    }
}
