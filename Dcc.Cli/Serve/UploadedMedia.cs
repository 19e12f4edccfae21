// Pictures, sounds and videos from a visitor's bytes, checked before anything is decoded. Read next: UploadedUnit.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal static class UploadedMedia
{
    private const int FramesPerSecond = 8, FrameSide = 640;

    public static Picture Picture(byte[] file, ServeLimits limits)
    {
        const string name = "The picture";
        RefuseEmpty(file, name);
        try
        {
            (int width, int height) = PictureReader.SizeOf(file, name);
            if ((long)width * height > limits.Pixels) throw limits.TooManyPixels(width, height);
        }
        catch (DataException failure) when (FileKind.Of(file)?.EndsWith("picture", StringComparison.Ordinal) != true) { throw new Refusal(415, failure.Message, failure); }
        PngContents.Check(file, name);
        return PictureReader.Decode(file, name);
    }

    /// <summary>WAV by the program itself; anything else that sounds by ffmpeg, where it is.</summary>
    public static Sound Sound(byte[] file, DccOptions options, ServeLimits limits, CancellationToken cancel)
    {
        const string name = "The sound";
        RefuseEmpty(file, name);
        string? kind = FileKind.Of(file);
        if (kind != "a WAV sound" && Ffmpeg.IsPresent && IsMedia(kind))
        {
            using TemporaryUpload upload = new(file);
            return upload.Read(name, path =>
            {
                MediaInfo info = MediaFile.Probe(path, cancel);
                if (info.Seconds > limits.SoundSeconds) throw limits.TooLong("sound", info.Seconds, limits.SoundSeconds);
                return MediaFile.ReadSound(path, options.LogMel.SampleRate, cancel);
            });
        }
        Sound sound;
        try { sound = WavReader.Read(new MemoryStream(file), name); }
        catch (DataException failure) when (kind != "a WAV sound") { throw new Refusal(415, failure.Message, failure); }
        return sound.Seconds > limits.SoundSeconds ? throw limits.TooLong("sound", sound.Seconds, limits.SoundSeconds) : sound;
    }

    /// <summary>The frames of the unit that begins at a second, or as much earlier as makes it whole, and the sound of the whole video.</summary>
    public static (IReadOnlyList<Picture> Frames, Sound Sound) Video(byte[] file, double second, DccOptions options, ServeLimits limits, CancellationToken cancel)
    {
        const string name = "The video";
        RefuseEmpty(file, name);
        string? kind = FileKind.Of(file);
        if (!IsMedia(kind)) throw new Refusal(415, $"{name} is {kind ?? "of a kind that is not known here"}, a video was expected: choose another file.");
        using TemporaryUpload upload = new(file);
        return upload.Read(name, path =>
        {
            MediaInfo info = MediaFile.Probe(path, cancel);
            if (info.Video is null) throw new Refusal(422, $"{name} has no moving pictures. Choose a picture and a sound instead.");
            if (info.Audio is null) throw new Refusal(422, $"{name} has no sound. Choose another, or a picture and a sound.");
            if ((long)info.Video.Width * info.Video.Height > limits.Pixels) throw limits.TooManyPixels(info.Video.Width, info.Video.Height);
            if (info.Seconds > limits.VideoSeconds) throw limits.TooLong("video", info.Seconds, limits.VideoSeconds);
            Sound sound = MediaFile.ReadSound(path, options.LogMel.SampleRate, cancel);
            double unit = (double)options.SamplesPerUnit / options.LogMel.SampleRate, start = Math.Clamp(second, 0, Math.Max(0, sound.Seconds - unit));
            return (Frames(path, [.. Enumerable.Range(0, options.FramesPerUnit).Select(i => start + unit * (i + 0.5) / options.FramesPerUnit)], cancel), sound);
        });
    }

    /// <summary>The frame that shows at each of these seconds, in their order.</summary>
    private static List<Picture> Frames(string path, double[] seconds, CancellationToken cancel)
    {
        List<Picture> frames = [];
        Picture? last = null;
        foreach (TimedFrame frame in MediaFile.ReadFrames(path, new FrameRequest(FramesPerSecond, FrameSide), cancel))
        {
            while (frames.Count < seconds.Length && frame.Seconds > seconds[frames.Count]) frames.Add(last ?? frame.Picture);
            if (frames.Count == seconds.Length) break;
            last = frame.Picture;
        }
        while (frames.Count < seconds.Length) frames.Add(last!);
        return frames;
    }

    private static bool IsMedia(string? kind) => kind is not null && (kind.EndsWith("sound", StringComparison.Ordinal) || kind.EndsWith("video", StringComparison.Ordinal) || kind == "an MP4 or QuickTime file");

    private static void RefuseEmpty(byte[] file, string name)
    {
        if (file.Length == 0) throw new Refusal(422, $"{name} is an empty file. Choose another.");
    }
}
