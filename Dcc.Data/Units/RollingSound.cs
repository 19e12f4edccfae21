// A sound of any length as windows from its beginning to its end, a window's worth in memory. Read next: MediaUnits.cs.

namespace Dcc.Data;

/// <summary>Samples by their place on the file's time line, at one rate. Windows are asked for in the order of their beginnings; what lies before the last one is forgotten.</summary>
internal sealed class RollingSound : IDisposable
{
    private const int Piece = 1 << 14;

    private readonly Func<Span<float>, int> read;
    private readonly IDisposable? source;
    private readonly float[] piece = new float[Piece];
    private float[] held = new float[4 * Piece];
    private long first;    // place of held[0]
    private int count;
    private bool ended;

    /// <param name="read">Fills a span, or as much of it as there is before the end; then gives 0.</param>
    /// <param name="source">Goes with this.</param>
    public RollingSound(Func<Span<float>, int> read, IDisposable? source = null)
    {
        this.read = read;
        this.source = source;
    }

    /// <summary>The sound of a file, a video's too. A WAV file is read whole and needs no ffmpeg; of anything else a window is in memory.</summary>
    /// <exception cref="DataException">There is no sound, or it cannot be decoded.</exception>
    public static RollingSound Open(string path, MediaInfo? media, int rate, CancellationToken cancel)
    {
        if (media is not null)
        {
            SoundStream stream = new(media, rate, cancel);
            return new RollingSound(stream.Read, stream);
        }
        float[] samples = MediaFile.ReadSound(path, rate, cancel).Samples;
        int given = 0;
        return new RollingSound(span =>
        {
            int some = Math.Min(span.Length, samples.Length - given);
            samples.AsSpan(given, some).CopyTo(span);
            given += some;
            return some;
        });
    }

    /// <summary>Samples from the beginning to the end; known when the end has come.</summary>
    public long? Length => ended ? first + count : null;

    /// <summary>Whether the sound is at least so long.</summary>
    public bool Reaches(long samples)
    {
        while (!ended && first + count < samples) Take();
        return first + count >= samples;
    }

    /// <summary>The samples from <paramref name="start"/> on, zeros where there is no sound: a window may begin before it and end after it.</summary>
    public void Window(long start, Span<float> window)
    {
        if (start < first && first > 0) throw new InvalidOperationException($"Windows must be asked for in order: sample {start} is gone, {first} is the first that is held.");
        Reaches(start + window.Length);
        window.Clear();
        long from = Math.Max(start, first), to = Math.Min(start + window.Length, first + count);
        if (from < to) held.AsSpan((int)(from - first), (int)(to - from)).CopyTo(window[(int)(from - start)..]);
        Forget(start);
    }

    private void Take()
    {
        int got = read(piece);
        if (got < piece.Length) ended = true;
        if (count + got > held.Length) Array.Resize(ref held, 2 * held.Length);
        piece.AsSpan(0, got).CopyTo(held.AsSpan(count));
        count += got;
    }

    private void Forget(long before)
    {
        int gone = (int)Math.Clamp(before - first, 0, count);
        if (gone < Piece) return;
        held.AsSpan(gone, count - gone).CopyTo(held);
        (first, count) = (first + gone, count - gone);
    }

    public void Dispose() => source?.Dispose();
}
