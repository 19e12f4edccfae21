// Pictures of every kind that is read, and files that are none; the files are made here. Read next: PairManifestTests.cs.
using System.Buffers.Binary;
using System.IO.Compression;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class PictureReaderTests : IDisposable
{
    // A square of 8 x 8 pixels of colour (200, 100, 50) as a baseline JPEG, and a red and a blue pixel as a GIF.
    private static readonly byte[] jpeg = Convert.FromBase64String(
        "/9j/2wBDAAgEBAQEBAUFBQUFBQYGBgYGBgYGBgYGBgYHBwcICAgHBwcGBgcHCAgICAkJCQgICAgJCQoKCgwMCwsODg4RERT/xABLAAEBAAAAAAAAAAAAAAAAAAAAAwEBAAAAAAAAAAAAAAAAAAAABh" +
        "ABAAAAAAAAAAAAAAAAAAAAABEBAAAAAAAAAAAAAAAAAAAAAP/AABEIAAgACAMBIgACEQADEQD/2gAMAwEAAhEDEQA/AJgCps//2Q==");
    private static readonly byte[] gif = [.. "GIF89a"u8, 2, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255, 0x2c, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0a, 0, 0x3b];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_png_keeps_its_transparency_and_is_laid_over_white()
    {
        byte[] pixels = [10, 20, 30, 255, 40, 50, 60, 0, 0, 100, 200, 128, 255, 255, 255, 7, 1, 2, 3, 255, 9, 9, 9, 255];
        string path = folder.File("stamp.png", Png(3, 2, pixels));
        RgbaPicture stamp = PictureReader.ReadRgba(path);
        Assert.Equal((3, 2), (stamp.Width, stamp.Height));
        Assert.Equal(pixels, stamp.Rgba);
        Picture picture = PictureReader.Read(path);
        Assert.Equal([10, 20, 30, 255, 255, 255, 127, 177, 227, 255, 255, 255, 1, 2, 3, 9, 9, 9], picture.Rgb);
    }

    [Fact]
    public void A_jpeg_is_read()
    {
        Picture picture = PictureReader.Read(folder.File("grey.jpg", jpeg));
        Assert.Equal((8, 8), (picture.Width, picture.Height));
        for (int i = 0; i < picture.Rgb.Length; i++) Assert.InRange(picture.Rgb[i], (new[] { 198, 98, 48 })[i % 3], (new[] { 202, 102, 52 })[i % 3]);
    }

    [Fact]
    public void A_bmp_is_read_from_bottom_to_top() => Assert.Equal([7, 8, 9, 1, 2, 3], PictureReader.Read(folder.File("picture.bmp", Bmp(1, 2, [3, 2, 1, 0, 9, 8, 7, 0]))).Rgb);

    [Fact]
    public void A_gif_is_read() => Assert.Equal([255, 0, 0, 0, 0, 255], PictureReader.Read(folder.File("picture.gif", gif)).Rgb);

    [Theory, InlineData(0, 5, "0 x 5"), InlineData(5, 0, "5 x 0"), InlineData(100_000, 10, "100,000 x 10"), InlineData(10, 100_000, "16,384"), InlineData(12_000, 12_000, "100,000,000")]
    public void A_picture_of_unbearable_size_is_refused_before_it_is_decoded(int width, int height, string words)
    {
        byte[] small = Png(1, 1, [1, 2, 3, 4]);
        BinaryPrimitives.WriteInt32BigEndian(small.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(small.AsSpan(20), height);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(small, "picture.png", words);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Sizes_are_checked_in_every_kind()
    {
        byte[] bmp = Bmp(1, 2, new byte[8]), grey = [.. jpeg], animation = [.. gif];
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 100_000);
        grey.AsSpan(grey.AsSpan().IndexOf([(byte)0xff, (byte)0xc0]) + 5, 2).Clear();
        animation[6] = 0;
        Refused(bmp, "BMP", "100,000 x 2");
        Refused(grey, "JPEG", "8 x 0");
        Refused(animation, "GIF", "0 x 1");
    }

    [Fact]
    public void A_truncated_picture_is_refused_wherever_it_was_cut()
    {
        foreach (byte[] whole in new[] { Png(3, 2, new byte[24]), jpeg, gif, Bmp(1, 2, new byte[8]) })
            for (int length = 1; length < whole.Length - 8; length++) Refused(whole[..length]);
        Refused(jpeg[..^2], "JPEG", "end is missing");
        Refused(gif[..^1], "GIF", "end is missing");
    }

    [Fact]
    public void A_damaged_picture_is_refused()
    {
        byte[] damaged = Png(3, 2, new byte[24]);
        damaged.AsSpan(43, 6).Fill(0xaa);
        Refused(damaged, "PNG", "damaged");
    }

    [Fact]
    public void Other_files_are_called_what_they_are()
    {
        Refused([.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEfmt "u8], "WAV sound", "PNG, JPEG");
        Refused([.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8], "WebP");
        Refused([.. "hello, this is text"u8], "text");
        Refused([], "empty");
        Assert.Contains("does not exist", Assert.Throws<DataException>(() => PictureReader.Read(folder.Path("none.png"))).Message, StringComparison.Ordinal);
    }

    private void Refused(byte[] file, params string[] words)
    {
        string path = folder.File("picture.png", file), message = Assert.Throws<DataException>(() => PictureReader.ReadRgba(path)).Message;
        foreach (string word in words.Prepend(path)) Assert.Contains(word, message, StringComparison.Ordinal);
    }

    private static byte[] Png(int width, int height, byte[] rgba)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0); // no filter
                zlib.Write(rgba, y * 4 * width, 4 * width);
            }
        }
        byte[] sizes = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(sizes, width);
        BinaryPrimitives.WriteInt32BigEndian(sizes.AsSpan(4), height);
        return [0x89, .. "PNG\r\n"u8, 0x1a, .. "\n"u8, .. Chunk("IHDR"u8, [.. sizes, 8, 6, 0, 0, 0]), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] length = new byte[4], check = new byte[4], body = [.. name, .. content];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        uint crc = uint.MaxValue;
        foreach (byte value in body)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
        }
        BinaryPrimitives.WriteUInt32BigEndian(check, ~crc);
        return [.. length, .. body, .. check];
    }

    /// <summary>24 bits a pixel; rows come padded to four bytes.</summary>
    private static byte[] Bmp(int width, int height, byte[] rows)
    {
        byte[] header = new byte[54];
        "BM"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(2), 54 + rows.Length);
        header[10] = 54;
        header[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(22), height);
        header[26] = 1;
        header[28] = 24;
        return [.. header, .. rows];
    }
}
