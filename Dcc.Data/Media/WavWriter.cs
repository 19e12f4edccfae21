// Mono sounds as 16-bit PCM. Read next: PictureReader.cs.
using System.Buffers.Binary;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Data;

public static class WavWriter
{
    private const int HeaderBytes = 44;

    /// <summary>Writes the whole file or nothing. Samples are clipped to [-1, 1); what <see cref="WavReader"/> read from 16 bits comes back the same.</summary>
    public static void Write(string path, Sound sound) => AtomicFile.Write(path, stream => Write(stream, sound));

    public static void Write(Stream stream, Sound sound)
    {
        long size = 2L * sound.Samples.Length;
        if (size > uint.MaxValue - HeaderBytes) throw new ArgumentException($"A WAV file holds 4 GiB, this sound has {size:N0} bytes: cut it into pieces.");
        byte[] header = new byte[HeaderBytes];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)(HeaderBytes - 8 + size));
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), (uint)sound.SampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), 2 * (uint)sound.SampleRate);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(32), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(34), 16);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), (uint)size);
        stream.Write(header);

        byte[] bytes = new byte[65536];
        for (int done = 0; done < sound.Samples.Length;)
        {
            int count = Math.Min(bytes.Length / 2, sound.Samples.Length - done);
            for (int i = 0; i < count; i++)
                BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), (short)Math.Clamp(MathF.Round(sound.Samples[done + i] * 32768f), short.MinValue, short.MaxValue));
            stream.Write(bytes, 0, 2 * count);
            done += count;
        }
    }
}
