// Videos and sounds of any container and codec that ffmpeg reads. Read next: MediaProbe.cs, FrameStream.cs, SoundStream.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// Sound and frames lie on one time line: second s of the sound belongs to the frame that shows at second s, whatever the start offsets of the streams. A damaged file gives what could be
/// decoded, or a sentence.
/// </summary>
public static class MediaFile
{
    /// <summary>What a file holds, by its content and not by its name. Throws <see cref="DataException"/> for a file that is no sound and no video, and if ffmpeg is missing.</summary>
    public static MediaInfo Probe(string path) => Probe(path, CancellationToken.None);

    /// <inheritdoc cref="Probe(string)"/>
    public static MediaInfo Probe(string path, CancellationToken cancel) => MediaProbe.Run(path, cancel);

    /// <summary>
    /// The whole sound as mono, the mean of two channels, at <paramref name="rate"/> hertz. A WAV file is read without ffmpeg, unless it is of a rare encoding or damaged; anything else, a video
    /// too, by ffmpeg. Throws <see cref="DataException"/> if there is no sound or none can be decoded.
    /// </summary>
    public static Sound ReadSound(string path, int rate) => ReadSound(path, rate, CancellationToken.None);

    /// <inheritdoc cref="ReadSound(string, int)"/>
    public static Sound ReadSound(string path, int rate, CancellationToken cancel)
    {
        if (rate is < 1 or > 1_000_000) throw new ArgumentException($"A sample rate must be 1 to 1,000,000 Hz, is {rate}.");
        return ReadPlainWav(path) is { } wav ? AtRate(wav, rate) : SoundStream.ReadAll(Probe(path, cancel), rate, cancel);
    }

    /// <summary>
    /// The frames of a video in the order of their times, one in memory at a time: rotated as the file asks, pixels square, red green blue whatever the file's pixel format. Throws
    /// <see cref="DataException"/> if there are no moving pictures or none can be decoded. Leaving the loop early or cancelling ends ffmpeg.
    /// </summary>
    public static IEnumerable<TimedFrame> ReadFrames(string path, FrameRequest request, CancellationToken cancel)
    {
        request.Validate();
        return Frames(path, request, cancel);
    }

    private static IEnumerable<TimedFrame> Frames(string path, FrameRequest request, CancellationToken cancel)
    {
        using FrameStream frames = new(Probe(path, cancel), request, cancel);
        while (frames.Next() is { } frame) yield return frame;
    }

    /// <summary>Null if the file is no WAV file, or one that only ffmpeg may be able to read.</summary>
    private static Sound? ReadPlainWav(string path)
    {
        using FileStream stream = InputFile.Open(path, "a sound or a video with sound");
        Span<byte> head = stackalloc byte[12];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (InputFile.Kind(head) is not "a WAV sound") return null;
        stream.Position = 0;
        try { return WavReader.Read(stream, path); }
        catch (DataException) when (Ffmpeg.IsPresent) { return null; }
    }

    private static Sound AtRate(Sound sound, int rate)
    {
        if (sound.SampleRate == rate) return sound;
        using CpuDevice device = new(threads: 1);
        using ResamplePlan plan = new(device, sound.SampleRate, rate);
        using DeviceBuffer<float> source = device.Upload<float>(sound.Samples), resampled = device.Rent<float>(plan.OutputLength(sound.Samples.Length));
        device.Resample(plan, 1, sound.Samples.Length, source, resampled);
        return new Sound(resampled.ToArray(), rate);
    }
}
