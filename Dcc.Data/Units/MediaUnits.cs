// A file as units of the model's length: frames, sound, or both. Read next: RollingSound.cs, NearestFrames.cs, ../Embeddings/EmbeddingRun.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// <paramref name="StartSecond"/> and <paramref name="EndSecond"/> lie on the file's time line; both are 0 for a picture and for a pair of a list. <paramref name="Frame"/> shows in the middle of the unit; <paramref name="Waveform"/>
/// has <see cref="DccOptions.SamplesPerUnit"/> samples, zeros where the sound ends sooner. Either is null if the file has none.
/// <paramref name="Source"/> is the recording that a unit of a shard was cut from, else null.
/// </summary>
public sealed record MediaUnit(double StartSecond, double EndSecond, Picture? Frame, float[]? Waveform, string? Source = null);

public static class MediaUnits
{
    /// <summary>
    /// Units of a picture, sound, video or shard, one in memory at a time: every <paramref name="hopSeconds"/> as long as a unit of the sound fits (of the frames, where there is no sound), and a last one if at least
    /// half of it is there. A file shorter than a unit is one.
    /// </summary>
    /// <exception cref="DataException">The file cannot be read, or turns out to be damaged on the way.</exception>
    public static IEnumerable<MediaUnit> Read(string path, DccOptions options, double hopSeconds, CancellationToken cancel)
    {
        if (MediaList.IsPicture(path)) return [new MediaUnit(0, 0, PictureReader.Read(path), null)];
        if (ShardUnits.IsShard(path)) return ShardUnits.Read(path, options);
        if (IsPlainWav(path)) return Recording(path, null, options, hopSeconds, cancel);
        MediaInfo media = MediaFile.Probe(path, cancel);
        return Recording(path, media, options, hopSeconds, cancel);
    }

    /// <summary>A WAV file needs no ffmpeg.</summary>
    private static bool IsPlainWav(string path)
    {
        using FileStream stream = InputFile.Open(path, "a picture, a sound or a video");
        Span<byte> head = stackalloc byte[12];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        return InputFile.Kind(head) is "a WAV sound";
    }

    private static IEnumerable<MediaUnit> Recording(string path, MediaInfo? media, DccOptions options, double hopSeconds, CancellationToken cancel)
    {
        int rate = options.LogMel.SampleRate, unit = options.SamplesPerUnit, hop = Math.Max(1, (int)Math.Round(hopSeconds * rate));
        using RollingSound? sound = media is null || media.Audio is not null ? RollingSound.Open(path, media, rate, cancel) : null;
        using NearestFrames? frames = media?.Video is null ? null : new NearestFrames(MediaFile.ReadFrames(path, FramesFor(options, (double)hop / rate), cancel));
        long covered = 0;
        for (long start = 0; ; start += hop)
        {
            cancel.ThrowIfCancellationRequested();
            bool whole = sound?.Reaches(start + unit) ?? frames!.Reaches((double)(start + unit) / rate);
            long length = whole ? start + unit : sound?.Length ?? (long)(frames!.LastSeconds * rate);
            if (start > 0 && !whole && length - Math.Max(start, covered) < unit / 2) yield break;
            float[]? waveform = sound is null ? null : new float[unit];
            sound?.Window(start, waveform);
            yield return new MediaUnit((double)start / rate, (double)length / rate, frames?.At((start + 0.5 * Math.Min(unit, length - start)) / rate), waveform);
            if (!whole) yield break;
            covered = length;
        }
    }

    /// <summary>Four frames a hop, no larger than the model needs for a sharp picture.</summary>
    internal static FrameRequest FramesFor(DccOptions options, double hopSeconds) => new(Math.Clamp(4 / hopSeconds, 1, 60), Math.Max(2 * options.FrameSize, 320));
}
