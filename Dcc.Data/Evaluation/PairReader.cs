// Decodes the pairs of a data set one chunk at a time; what cannot be used is listed with its reason. Read next: LocalizationTask.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Which part of a recording that is longer than the model's unit is heard.</summary>
public enum SoundWindow
{
    /// <summary>Its middle: published frames are taken there.</summary>
    Middle,

    /// <summary>Its beginning, as <c>dcc localize</c> does.</summary>
    Start,
}

internal static class SoundWindows
{
    /// <summary>A sound from where the window begins; what is short or begins at 0 stays as it is. The model takes a unit of it.</summary>
    public static Sound Cut(Sound sound, DccOptions options, SoundWindow window)
    {
        long unit = (long)options.SamplesPerUnit * sound.SampleRate / options.LogMel.SampleRate, start = (sound.Samples.Length - unit) / 2;
        return window == SoundWindow.Start || start <= 0 ? sound : new Sound(sound.Samples[(int)start..], sound.SampleRate);
    }

    public static string Text(SoundWindow window) => window == SoundWindow.Middle ? "middle of the recording" : "beginning of the recording";
}

/// <summary>A pair that was read; Index is its place in the data set.</summary>
internal sealed record ReadPair(int Index, BoxedPair Pair, Picture Picture, Sound Sound);

/// <summary>Reads the files of pairs, or what <paramref name="composed"/> gives for a pair's place.</summary>
internal sealed class PairReader(IReadOnlyList<BoxedPair> pairs, DccOptions options, SoundWindow window, Func<int, (Picture Picture, Sound Sound)>? composed = null)
{
    private readonly List<SkippedSample> skipped = [];

    public IReadOnlyList<SkippedSample> Skipped => skipped;

    public void Skip(BoxedPair pair, string reason) => skipped.Add(new SkippedSample(pair.Id, reason));

    /// <summary>Pairs in order, in chunks of at most <paramref name="size"/>; a progress of the share of pairs begun.</summary>
    /// <param name="size">Pairs a chunk.</param>
    /// <param name="unusable">Why a pair need not be read, or null.</param>
    /// <param name="progress">Told the share of pairs that were read.</param>
    /// <param name="cancel">Stops between pairs.</param>
    public IEnumerable<IReadOnlyList<ReadPair>> Chunks(int size, Func<BoxedPair, string?> unusable, IProgress<double>? progress, CancellationToken cancel)
    {
        List<ReadPair> chunk = [];
        for (int i = 0; i < pairs.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (unusable(pairs[i]) is { } reason) Skip(pairs[i], reason);
            else if (Try(i, cancel) is { } read) chunk.Add(read);
            if (chunk.Count < size && (i < pairs.Count - 1 || chunk.Count == 0)) continue;
            yield return chunk;
            chunk = [];
            progress?.Report((i + 1.0) / pairs.Count);
        }
    }

    /// <summary>The pair, or null with its reason listed.</summary>
    private ReadPair? Try(int index, CancellationToken cancel)
    {
        BoxedPair pair = pairs[index];
        if (pair.SoundPath is null)
        {
            Skip(pair, "its sound is missing");
            return null;
        }
        if (composed?.Invoke(index) is { } scene) return new ReadPair(index, pair, scene.Picture, scene.Sound);
        try { return new ReadPair(index, pair, PictureReader.Read(pair.PicturePath), SoundWindows.Cut(SoundFile.Read(pair.SoundPath, cancel), options, window)); }
        catch (Exception error) when (error is DataException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Skip(pair, error.Message);
            return null;
        }
    }
}
