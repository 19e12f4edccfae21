// WAV files of every usual encoding, as mono samples. Read next: WavFormat.cs, WavWriter.cs.
using System.Buffers.Binary;
using Dcc.Model;

namespace Dcc.Data;

public static class WavReader
{
    private const string Wanted = "a WAV sound";

    /// <summary>Most samples of a sound: three hours at 48 kHz.</summary>
    public const int MaxSamples = 3 * 3600 * 48000;

    /// <summary>Mean of the channels, integers divided by 2^(bits - 1). Throws <see cref="DataException"/> for anything that is not a whole WAV file.</summary>
    public static Sound Read(string path)
    {
        using FileStream stream = InputFile.Open(path, Wanted);
        return Read(stream, path);
    }

    /// <summary>Looks at the header alone: throws what <see cref="Read(string)"/> would throw, but for a sample that is no number.</summary>
    public static void Check(string path)
    {
        using FileStream stream = InputFile.Open(path, Wanted);
        Find(stream, path);
    }

    /// <summary>Reads from a stream that can seek; <paramref name="name"/> is used in messages.</summary>
    public static Sound Read(Stream stream, string name)
    {
        (WavFormat format, long position, long frames) = Find(stream, name);
        return Decode(stream, format, position, frames, name);
    }

    /// <summary>Where the samples lie and how many there are.</summary>
    private static (WavFormat Format, long Position, long Frames) Find(Stream stream, string name)
    {
        Span<byte> head = stackalloc byte[64];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (!InputFile.Starts(head, "RIFF"))
            throw new DataException($"{name} is {InputFile.KindOrUnknown(head)}, {Wanted} was expected: convert a sound with `ffmpeg -i IN -ac 1 -ar 16000 OUT.wav`.");
        if (head.Length < 12) throw new DataException($"{name} is truncated: it ends inside its header after {head.Length} bytes; copy or download it again.");
        if (!InputFile.Starts(head[8..], "WAVE")) throw new DataException($"{name} is {InputFile.KindOrUnknown(head)}, {Wanted} was expected: convert a sound with `ffmpeg -i IN -ac 1 -ar 16000 OUT.wav`.");

        WavFormat? format = null;
        long position = 12;
        Span<byte> chunk = stackalloc byte[8];
        while (true)
        {
            stream.Position = position;
            int got = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            if (got < chunk.Length) throw new DataException($"{name} has no {(format is null ? "format" : "data")} chunk: it is truncated or no complete WAV file; copy or download it again.");
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            position += 8;
            if (InputFile.Starts(chunk, "fmt ")) format = WavFormat.Read(stream, size, name);
            else if (InputFile.Starts(chunk, "data"))
            {
                WavFormat known = format ?? throw new DataException($"{name} has its data before its format: it is damaged; convert it again with ffmpeg.");
                return (known, position, Frames(stream, known, position, size, name));
            }
            position += size + (size & 1);
        }
    }

    private static long Frames(Stream stream, WavFormat format, long position, uint size, string name)
    {
        long available = stream.Length - position;
        // A program that writes to a pipe cannot go back to fill in the size: it leaves 0 or the largest number, and the file's end is the sound's.
        bool streamed = size is 0 or uint.MaxValue;
        if (!streamed && size > available)
            throw new DataException($"{name} is truncated: its header announces {size:N0} bytes of sound, {available:N0} are there; copy or download it again.");
        long frames = (streamed ? available : size) / format.FrameBytes;
        if (frames == 0) throw new DataException($"{name} holds no samples: a sound needs at least one; record or convert it again.");
        if (frames > MaxSamples) throw new DataException($"{name} has {frames:N0} samples, the most is {MaxSamples:N0}: cut it into shorter files.");
        return frames;
    }

    private static Sound Decode(Stream stream, WavFormat format, long position, long frames, string name)
    {
        float[] samples = new float[frames];
        stream.Position = position;
        int framesAtOnce = Math.Max(1, 65536 / format.FrameBytes);
        byte[] bytes = new byte[Math.Min(frames, framesAtOnce) * format.FrameBytes];
        for (int done = 0; done < samples.Length;)
        {
            int count = Math.Min(framesAtOnce, samples.Length - done);
            stream.ReadExactly(bytes, 0, count * format.FrameBytes);
            format.Mix(bytes, samples.AsSpan(done, count));
            done += count;
        }
        int bad = Array.FindIndex(samples, sample => !float.IsFinite(sample));
        if (bad >= 0) throw new DataException($"{name} has a sample that is no number, at {(double)bad / format.SampleRate:F3} s: it is damaged; convert it again with ffmpeg.");
        return new Sound(samples, format.SampleRate);
    }
}
