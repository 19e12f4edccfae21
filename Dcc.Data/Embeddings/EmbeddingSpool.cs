// Rows of embeddings on their way to a file: their numbers wait on disk, because every format wants to know their count first. Read next: EmbeddingFile.cs.
using System.Runtime.InteropServices;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>What a row is about: unit of a sound, or a picture.</summary>
public enum Modality
{
    Audio,
    Image,
}

/// <summary>File is a place in <see cref="EmbeddingSpool.Files"/>; seconds are on the file's own time line, and 0 for a picture.</summary>
public readonly record struct EmbeddingRow(int File, Modality Modality, double StartSecond, double EndSecond);

/// <summary>Memory holds 24 bytes a row; the numbers lie in a temporary file that goes when this is disposed.</summary>
public sealed class EmbeddingSpool : IDisposable
{
    private readonly List<EmbeddingRow> rows = [];
    private readonly List<string> files = [];
    private readonly FileStream numbers;

    /// <param name="path">The temporary file; its folder must exist.</param>
    /// <param name="width">Numbers in an embedding.</param>
    /// <param name="centresWidth">Numbers in a unit's centres; 0 for none.</param>
    public EmbeddingSpool(string path, int width, int centresWidth)
    {
        Width = width;
        CentresWidth = centresWidth;
        numbers = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    }

    public int Width { get; }

    public int CentresWidth { get; }

    public IReadOnlyList<EmbeddingRow> Rows => rows;

    public IReadOnlyList<string> Files => files;

    /// <summary>The rows added from now on are of this file.</summary>
    public void Begin(string file) => files.Add(file);

    public void Add(Modality modality, double startSecond, double endSecond, UnitEmbedding unit)
    {
        if (unit.Vector.Length != Width || unit.Centres.Length != CentresWidth)
            throw new ArgumentException($"A row has {Width} numbers and {CentresWidth} of centres, got {unit.Vector.Length} and {unit.Centres.Length}.");
        rows.Add(new EmbeddingRow(files.Count - 1, modality, startSecond, endSecond));
        numbers.Write(MemoryMarshal.AsBytes(unit.Vector.AsSpan()));
        numbers.Write(MemoryMarshal.AsBytes(unit.Centres.AsSpan()));
    }

    /// <summary>Forgets the files begun since there were <paramref name="count"/>, and their rows: they turned out to be bad.</summary>
    public void ForgetFrom(int count)
    {
        rows.RemoveAll(row => row.File >= count);
        files.RemoveRange(count, files.Count - count);
        numbers.SetLength(rows.Count * RowBytes);
        numbers.Position = numbers.Length;
    }

    private long RowBytes => 4L * (Width + CentresWidth);

    /// <summary>The embeddings of rows <paramref name="first"/> and on, [count * width].</summary>
    internal float[] Vectors(int first, int count) => Read(first, count, 0, Width);

    /// <summary>Their centres, [count * centres width].</summary>
    internal float[] Centres(int first, int count) => Read(first, count, Width, CentresWidth);

    private float[] Read(int first, int count, int from, int width)
    {
        float[] all = new float[count * (Width + CentresWidth)], part = new float[count * width];
        numbers.Flush();
        numbers.Position = first * RowBytes;
        numbers.ReadExactly(MemoryMarshal.AsBytes(all.AsSpan()));
        numbers.Position = numbers.Length;
        for (int row = 0; row < count; row++) all.AsSpan(row * (Width + CentresWidth) + from, width).CopyTo(part.AsSpan(row * width));
        return part;
    }

    public void Dispose() => numbers.Dispose();
}
