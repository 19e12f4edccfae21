// Cuts a video into units as it is decoded: sound and frames side by side, each decoded once. Read next: PairCutter.cs, ../Media/FrameStream.cs.
namespace Dcc.Data;

/// <summary>Holds the sound and the few frames of one unit, whatever the video's length. A unit needs sound for its whole length and a frame that shows in it.</summary>
internal sealed class UnitCutter : IDisposable
{
    /// <summary>Frames asked of the decoder for each frame of a unit: how close the one that is taken lies to where it should.</summary>
    private const int Candidates = 4;

    private readonly PrepareOptions options;
    private readonly string path;
    private readonly SoundStream sound;
    private readonly FrameStream frames;
    private readonly double step;
    private readonly float[] window;
    private readonly LinkedList<TimedFrame> near = [];
    private long heardTo;
    private bool ended;

    public UnitCutter(MediaInfo media, PrepareOptions options, CancellationToken cancel)
    {
        if (media.Audio is null) throw new NoUnitsException(InputState.NoSound, $"{media.Path} has no sound.");
        if (media.Video is null) throw new NoUnitsException(InputState.NoPicture, $"{media.Path} has no moving pictures; for sounds with a still picture give a CSV file of pairs.");
        this.options = options;
        path = media.Path;
        double rate = Math.Min(1000, Candidates * options.Frames / options.Seconds);
        step = Math.Max(1 / rate, media.Video.FramesPerSecond > 0 ? 1 / media.Video.FramesPerSecond : 0);
        window = new float[options.Samples];
        sound = new SoundStream(media, options.Rate, cancel);
        try { frames = new FrameStream(media, new FrameRequest(rate, options.FrameSize), cancel); }
        catch
        {
            sound.Dispose();
            throw;
        }
    }

    public int SilentUnits { get; private set; }

    /// <summary>What the decoder complained of, if it did.</summary>
    public string? Complaint => sound.Complaint ?? frames.Complaint;

    /// <summary>The units from the first on, but for silent ones. Throws <see cref="NoUnitsException"/> if there are none.</summary>
    public IEnumerable<Unit> Units()
    {
        int given = 0;
        for (int unit = 0; ; unit++)
        {
            double start = unit * options.Stride;
            if (!HearTo((long)Math.Round(start * options.Rate) + window.Length)) break;
            if (See(start) is not { } seen)
            {
                if (ended) break;
                continue;
            }
            if (Unit.IsSilent(window)) SilentUnits++;
            else
            {
                given++;
                yield return new Unit(start, seen, window);
            }
        }
        if (given > 0) yield break;
        if (SilentUnits > 0) throw new NoUnitsException(InputState.Silent, $"{path} has a sound track of digital silence.");
        throw Complaint is { } complaint
            ? new NoUnitsException(InputState.Damaged, $"{path} is damaged: less than a unit of {options.Seconds:0.###} s can be decoded ({complaint}).")
            : new NoUnitsException(InputState.TooShort, $"{path} is shorter than a unit of {options.Seconds:0.###} s.");
    }

    /// <summary>Moves the window so that it ends at a sample; false if the sound ends before.</summary>
    private bool HearTo(long end)
    {
        long fresh = end - heardTo;
        while (fresh > window.Length)   // a stride longer than a unit: pass over what lies between
        {
            int part = (int)Math.Min(window.Length, fresh - window.Length);
            if (sound.Read(window.AsSpan(0, part)) < part) return false;
            fresh -= part;
        }
        window.AsSpan((int)fresh).CopyTo(window);
        heardTo = end;
        return sound.Read(window.AsSpan(window.Length - (int)fresh)) == (int)fresh;
    }

    /// <summary>
    /// For each of the unit's frames the last one that is there at its time; where the picture starts within the unit, the first one. Null if nothing shows: before the picture starts and
    /// after its last frame.
    /// </summary>
    private TimedFrame[]? See(double start)
    {
        double end = start + options.Seconds;
        Forget();
        while (!ended && (near.Last is null || near.Last.Value.Seconds <= end))
        {
            if (frames.Next() is { } next) near.AddLast(next);
            else ended = true;
            Forget();
        }
        if (near.First is null || near.First.Value.Seconds > end || (ended && near.Last!.Value.Seconds + 1.5 * step < end)) return null;
        TimedFrame[] seen = new TimedFrame[options.Frames];
        LinkedListNode<TimedFrame> at = near.First;
        for (int f = 0; f < seen.Length; f++)
        {
            while (at.Next is { } later && later.Value.Seconds <= TimeOf(start, f)) at = later;
            seen[f] = at.Value;
        }
        return seen;

        // The one that shows at the first of the unit's times is needed; none before it.
        void Forget()
        {
            while (near.First?.Next is { } second && second.Value.Seconds <= TimeOf(start, 0)) near.RemoveFirst();
        }
    }

    private double TimeOf(double start, int frame) => start + (frame + 0.5) * options.Seconds / options.Frames;

    public void Dispose()
    {
        sound.Dispose();
        frames.Dispose();
    }
}
