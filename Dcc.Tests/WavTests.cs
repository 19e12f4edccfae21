// Every encoding of WAV and every kind of bad file; the files are made here. Read next: PictureReaderTests.cs.
using System.Buffers.Binary;
using System.Text;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class WavTests : IDisposable
{
    private const int Pcm = 1, Float = 3;
    private static readonly double[] values = [0, 0.5, -0.25, 0.75, -1, 0.125];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Pcm, 8, 1), InlineData(Pcm, 16, 1), InlineData(Pcm, 24, 1), InlineData(Pcm, 32, 1), InlineData(Float, 32, 1), InlineData(Float, 64, 1)]
    [InlineData(Pcm, 8, 3), InlineData(Pcm, 16, 2), InlineData(Pcm, 24, 2), InlineData(Float, 32, 5)]
    public void Every_encoding_is_read_as_the_mean_of_its_channels(int tag, int bits, int channels)
    {
        foreach (bool extensible in new[] { false, true })
        {
            Sound sound = WavReader.Read(File(Wav(Format(tag, channels, 11127, bits, extensible), Data(tag, bits, channels))));
            Assert.Equal(11127, sound.SampleRate);
            Assert.Equal(values.Length, sound.Samples.Length);
            // All of these values have at most three binary places, so every encoding holds them exactly; channels c > 0 hold v / 2.
            for (int i = 0; i < values.Length; i++) Assert.Equal(values[i] * (1 + 0.5 * (channels - 1)) / channels, sound.Samples[i], 1e-6);
        }
    }

    [Theory, InlineData(0u), InlineData(uint.MaxValue)]
    public void A_streamed_file_ends_where_it_ends(uint announced) =>
        Assert.Equal(values.Length, WavReader.Read(File(Wav(Format(Pcm, 1, 16000, 16, false), Data(Pcm, 16, 1), announced))).Samples.Length);

    [Fact]
    public void Other_chunks_are_passed_over_and_odd_ones_are_padded()
    {
        byte[] odd = [.. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0];
        byte[] plain = Wav(Format(Pcm, 1, 8000, 8, false), Data(Pcm, 8, 1));
        Sound sound = WavReader.Read(File([.. plain[..12], .. odd, .. plain[12..36], .. odd, .. plain[36..], .. odd]));
        Assert.Equal(values.Select(v => (float)v), sound.Samples);
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        float[] samples = [.. Enumerable.Range(0, 70000).Select(i => MathF.Round(32768f * MathF.Sin(i * 0.01f) * 0.9f) / 32768f), 2f, -2f, -1f];
        string path = folder.Path("written.wav");
        WavWriter.Write(path, new Sound(samples, 16000));
        Sound read = WavReader.Read(path);
        Assert.Equal(16000, read.SampleRate);
        Assert.Equal([.. samples[..^3], 32767f / 32768f, -1f, -1f], read.Samples);
        Assert.Equal(44 + 2 * samples.Length, new FileInfo(path).Length);
    }

    [Fact]
    public void A_missing_file_is_named() => Refused(folder.Path("none.wav"), "none.wav", "does not exist");

    [Fact]
    public void A_folder_is_no_sound() => Refused(folder.Path(""), "folder");

    [Fact]
    public void An_empty_file_is_said_to_be_empty() => Refused(File([]), "empty");

    [Fact]
    public void A_picture_given_as_a_sound_is_called_a_picture() => Refused(File([0x89, .. "PNG\r\n\u001a\n"u8]), "PNG picture", "WAV", "ffmpeg");

    [Theory, InlineData("ID3\u0003\0\0\0\0", "MP3"), InlineData("OggS\0\u0002", "Ogg"), InlineData("fLaC\0\0", "FLAC"), InlineData("RIFF\0\0\0\0AVI LIST", "AVI"), InlineData("RIFX\0\0\0\0WAVE", "RIFX")]
    [InlineData("label,image\n", "text"), InlineData("\u0001\u0002\u0003", "not known")]
    public void Other_files_are_called_what_they_are(string content, string kind) => Refused(File(Encoding.Latin1.GetBytes(content)), kind);

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_was_cut()
    {
        byte[] whole = Wav(Format(Pcm, 1, 16000, 16, false), Data(Pcm, 16, 1));
        for (int length = 4; length < whole.Length; length++) Refused(File(whole[..length]), length < 44 ? "" : "truncated");
        Refused(File(whole[..40]), "data chunk");
    }

    [Fact]
    public void A_size_beyond_the_file_is_refused_before_memory_is_taken()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(File(Wav(Format(Pcm, 1, 16000, 16, false), Data(Pcm, 16, 1), 0xfffffff0)), "truncated", "4,294,967,280");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Theory]
    [InlineData(2, 1, 16000, 4, "ADPCM"), InlineData(7, 1, 8000, 8, "mu-law"), InlineData(0x55, 2, 44100, 16, "MPEG"), InlineData(Pcm, 1, 16000, 12, "12-bit"), InlineData(Float, 1, 16000, 16, "16-bit")]
    [InlineData(Pcm, 0, 16000, 16, "0 channels"), InlineData(Pcm, 1, 0, 16, "0 Hz")]
    public void Encodings_that_are_not_read_are_named(int tag, int channels, int rate, int bits, string words) =>
        Refused(File(Wav(Format(tag, channels, rate, bits, false), new byte[12])), words);

    [Fact]
    public void No_samples_is_no_sound() => Refused(File(Wav(Format(Pcm, 1, 16000, 16, false), [])), "no samples");

    [Fact]
    public void A_sample_that_is_no_number_is_refused() => Refused(File(Wav(Format(Float, 1, 16000, 32, false), [0, 0, 0, 0, 0, 0, 0xc0, 0x7f])), "no number");

    [Fact]
    public void A_file_that_contradicts_itself_is_refused()
    {
        byte[] format = Format(Pcm, 2, 16000, 16, false);
        format[12] = 7; // bytes of a frame
        Refused(File(Wav(format, new byte[14])), "7 bytes");
    }

    private static void Refused(string path, params string[] words)
    {
        string message = Assert.Throws<DataException>(() => WavReader.Read(path)).Message;
        foreach (string word in words) Assert.Contains(word, message, StringComparison.Ordinal);
    }

    private string File(byte[] content) => folder.File("sound.wav", content);

    private static byte[] Wav(byte[] format, byte[] data, uint? announced = null) =>
    [
        .. "RIFF"u8, .. Little((uint)(20 + format.Length + data.Length), 4), .. "WAVEfmt "u8, .. Little((uint)format.Length, 4), .. format,
        .. "data"u8, .. Little(announced ?? (uint)data.Length, 4), .. data,
    ];

    private static byte[] Format(int tag, int channels, int rate, int bits, bool extensible)
    {
        uint frame = (uint)(channels * bits / 8);
        byte[] plain = [.. Little(extensible ? 0xfffe : (uint)tag, 2), .. Little((uint)channels, 2), .. Little((uint)rate, 4), .. Little(frame * (uint)rate, 4), .. Little(frame, 2), .. Little((uint)bits, 2)];
        return extensible ? [.. plain, .. Little(22, 2), .. Little((uint)bits, 2), .. Little(0, 4), .. Little((uint)tag, 2), 0, 0, 0, 0, 16, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71] : plain;
    }

    /// <summary>The values in the first channel, half of them in each other.</summary>
    private static byte[] Data(int tag, int bits, int channels)
    {
        List<byte> bytes = [];
        foreach (double value in values)
            for (int c = 0; c < channels; c++) bytes.AddRange(Encode(tag, bits, c == 0 ? value : value / 2));
        return [.. bytes];
    }

    private static byte[] Encode(int tag, int bits, double value)
    {
        if (tag == Float) return bits == 32 ? BitConverter.GetBytes((float)value) : BitConverter.GetBytes(value);
        if (bits == 8) return [(byte)(128 + value * 128)];
        return Little((uint)(int)Math.Max(int.MinValue, Math.Round(value * Math.Pow(2, bits - 1))), bits / 8);
    }

    private static byte[] Little(uint value, int count)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes[..count];
    }
}
