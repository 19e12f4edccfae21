// The sound of a file, mono at one rate, as it is decoded. Read next: FfmpegChild.cs.
using System.Globalization;
using System.Runtime.InteropServices;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Sample n lies at second n / rate of the file's time line: silence stands where a stream starts later than the file or has a gap.</summary>
internal sealed class SoundStream : IDisposable
{
    private readonly FfmpegChild child;
    private readonly string path;
    private readonly int rate;
    private long given;
    private bool ended;

    public SoundStream(MediaInfo media, int rate, CancellationToken cancel)
    {
        path = media.Path;
        this.rate = rate;
        AudioTrack audio = media.Audio ?? throw new DataException($"{media.Path} holds no sound: name a file with sound.");
        string hertz = rate.ToString(CultureInfo.InvariantCulture);
        child = new FfmpegChild(media.Path, ["-map", $"0:{audio.Stream}", "-vn", "-sn", "-dn", "-af", $"{Mean(audio.Channels)}aresample={hertz}:async=1:first_pts=0", "-f", BitConverter.IsLittleEndian ? "f32le" : "f32be"], cancel);
    }

    /// <summary>What ffmpeg complained of, known at the end: the file is damaged, and what came is what could be decoded.</summary>
    public string? Complaint => ended ? child.Complaint : null;

    /// <summary>Fills the buffer, or as much of it as there is before the end; then 0. Throws <see cref="DataException"/> if nothing at all can be decoded.</summary>
    public int Read(Span<float> buffer)
    {
        if (ended) return 0;
        int got = child.Read(MemoryMarshal.AsBytes(buffer)) / sizeof(float);
        Span<float> samples = buffer[..got];
        for (int i = 0; i < got; i++)
            if (!float.IsFinite(samples[i])) throw new DataException($"{path} has a sample that is no number, at {(given + i) / (double)rate:F3} s: it is damaged; convert it again with ffmpeg.");
        given += got;
        if (got == buffer.Length) return got;
        ended = true;
        child.End(given > 0, "sound");
        return got;
    }

    /// <summary>The mean of the channels, as of a WAV file read without ffmpeg; ffmpeg's own mix to mono would be louder by 3 dB in some sample formats.</summary>
    private static string Mean(int channels) => channels == 1 ? "" : $"pan=mono|c0<{string.Join('+', Enumerable.Range(0, channels).Select(c => $"c{c}"))},";

    public static Sound ReadAll(MediaInfo media, int rate, CancellationToken cancel)
    {
        using SoundStream stream = new(media, rate, cancel);
        List<float[]> parts = [];
        int total = 0, got;
        do
        {
            float[] part = new float[1 << 16];
            got = stream.Read(part);
            parts.Add(part);
            total += got;
            if (total > WavReader.MaxSamples) throw new DataException($"{media.Path} has more than {WavReader.MaxSamples:N0} samples at {rate} Hz: cut it into shorter files.");
        }
        while (got == 1 << 16);
        float[] samples = new float[total];
        for (int p = 0; p < parts.Count; p++) parts[p].AsSpan(0, Math.Min(parts[p].Length, total - (p << 16))).CopyTo(samples.AsSpan(p << 16));
        return new Sound(samples, rate);
    }

    public void Dispose() => child.Dispose();
}
