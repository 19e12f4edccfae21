// The format chunk of a WAV file, and how its samples become floats. Read next: WavWriter.cs.
using System.Buffers.Binary;

namespace Dcc.Data;

/// <summary>Checked: a format that exists is one that can be decoded.</summary>
internal readonly record struct WavFormat(bool IsFloat, int Channels, int SampleRate, int Bits)
{
    private const int Pcm = 1, Float = 3, Extensible = 0xfffe, MaxChannels = 256, MaxRate = 1_000_000;

    public int SampleBytes => Bits / 8;
    public int FrameBytes => Channels * SampleBytes;

    public static WavFormat Read(Stream stream, uint size, string name)
    {
        Span<byte> bytes = stackalloc byte[40];
        bytes = bytes[..(int)Math.Min(size, (uint)bytes.Length)];
        if (size < 16 || stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new DataException($"{name} is truncated: its format chunk is not whole; copy or download it again.");
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes), channels = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        int frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]);
        if (tag == Extensible)
        {
            if (bytes.Length < 40) throw new DataException($"{name} is damaged: its extensible format has {size} bytes, it needs 40; convert it again with ffmpeg.");
            tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]); // the first two bytes of a GUID are the tag it stands for
        }
        if (tag is not (Pcm or Float))
            throw new DataException($"{name} is a WAV file of encoding {tag}{EncodingName(tag)}, only PCM and float are read: convert it with `ffmpeg -i IN -c:a pcm_s16le OUT.wav`.");
        bool known = tag == Float ? bits is 32 or 64 : bits is 8 or 16 or 24 or 32;
        if (!known) throw new DataException($"{name} has {bits}-bit {(tag == Float ? "float" : "integer")} samples, {(tag == Float ? "32 and 64" : "8, 16, 24 and 32")} bits are read: convert it with `ffmpeg -i IN -c:a pcm_s16le OUT.wav`.");
        if (channels is < 1 or > MaxChannels || rate is < 1 or > MaxRate)
            throw new DataException($"{name} claims {channels} channels at {rate:N0} Hz, 1 to {MaxChannels} at 1 to {MaxRate:N0} Hz are read: it is damaged; convert it again with ffmpeg.");
        if (frameBytes != channels * bits / 8)
            throw new DataException($"{name} claims {frameBytes} bytes for {channels} channels of {bits} bits, which are {channels * bits / 8}: it is damaged; convert it again with ffmpeg.");
        return new WavFormat(tag == Float, channels, (int)rate, bits);
    }

    /// <summary>Each of <paramref name="mono"/> from the mean over the channels of its frame in <paramref name="bytes"/>.</summary>
    public void Mix(ReadOnlySpan<byte> bytes, Span<float> mono)
    {
        for (int i = 0; i < mono.Length; i++)
        {
            double sum = 0;
            for (int c = 0; c < Channels; c++, bytes = bytes[SampleBytes..]) sum += Sample(bytes);
            mono[i] = (float)(sum / Channels);
        }
    }

    private double Sample(ReadOnlySpan<byte> bytes) => (IsFloat, Bits) switch
    {
        (true, 32) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (true, _) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (_, 8) => (bytes[0] - 128) / 128.0, // the one unsigned encoding
        (_, 16) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768.0,
        (_, 24) => (bytes[0] | bytes[1] << 8 | (sbyte)bytes[2] << 16) / 8388608.0,
        _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648.0,
    };

    private static string EncodingName(int tag) => tag switch
    {
        2 or 0x11 => " (ADPCM)",
        6 => " (A-law)",
        7 => " (mu-law)",
        0x31 => " (GSM)",
        0x50 or 0x55 => " (MPEG)",
        _ => "",
    };
}
