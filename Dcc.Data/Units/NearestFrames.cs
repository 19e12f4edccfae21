// The frame that shows at a second, for seconds that only grow. Read next: MediaUnits.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Holds two frames of a video: the one that shows, and the next.</summary>
public sealed class NearestFrames : IDisposable
{
    private readonly IEnumerator<TimedFrame> frames;
    private TimedFrame shown;
    private TimedFrame? next;

    /// <exception cref="DataException">No frame can be decoded.</exception>
    public NearestFrames(IEnumerable<TimedFrame> all)
    {
        frames = all.GetEnumerator();
        if (!frames.MoveNext()) throw new DataException("The video holds no frame that can be decoded: convert it again.");
        shown = frames.Current;
        next = frames.MoveNext() ? frames.Current : null;
    }

    /// <summary>When the last frame begins that was read so far.</summary>
    public double LastSeconds => (next ?? shown).Seconds;

    /// <summary>The frame that shows at <paramref name="seconds"/>: the last one that began by then, before the first one the first.</summary>
    public Picture At(double seconds)
    {
        // Times are kept to a millisecond, so a frame may seem to begin a hair after its own time.
        while (next is not null && next.Seconds <= seconds + 0.0006)
        {
            shown = next;
            next = frames.MoveNext() ? frames.Current : null;
        }
        return shown.Picture;
    }

    /// <summary>Whether a frame begins at or after <paramref name="seconds"/>.</summary>
    public bool Reaches(double seconds)
    {
        At(seconds);
        return next is not null || shown.Seconds >= seconds;
    }

    public void Dispose() => frames.Dispose();
}
