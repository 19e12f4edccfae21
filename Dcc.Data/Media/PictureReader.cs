// Pictures (PNG, JPEG, BMP, GIF) through StbImageSharp, checked before and after it. Read next: ../Manifests/PairManifest.cs.
using Dcc.Model;
using StbImageSharp;

namespace Dcc.Data;

/// <summary>Height x width x 4 bytes, red green blue opacity, row by row from the top left.</summary>
public sealed record RgbaPicture(int Width, int Height, byte[] Rgba);

public static class PictureReader
{
    private const string Wanted = "a picture (PNG, JPEG, BMP or GIF)";

    public const int MaxSide = 16384;
    public const long MaxPixels = 100_000_000;

    /// <summary>A file of more bytes is no picture that <see cref="MaxPixels"/> admits.</summary>
    private const long MaxFileBytes = 1L << 30;

    /// <summary>The picture without its transparency: over white. Of an animation the first frame.</summary>
    public static Picture Read(string path) => OverWhite(ReadRgba(path));

    /// <summary>As <see cref="Read"/>, from the bytes of a file; <paramref name="name"/> is used in messages.</summary>
    public static Picture Decode(byte[] file, string name) => OverWhite(DecodeRgba(file, name));

    /// <summary>Pixels by the header, checked like <see cref="Check"/>, before anything is decoded.</summary>
    public static (int Width, int Height) SizeOf(byte[] file, string name)
    {
        PictureHeader header = CheckHeader(file, name);
        return ((int)header.Width, (int)header.Height);
    }

    private static Picture OverWhite(RgbaPicture picture)
    {
        byte[] rgb = new byte[3 * picture.Width * picture.Height];
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            int opacity = picture.Rgba[from + 3];
            for (int c = 0; c < 3; c++) rgb[to + c] = (byte)((picture.Rgba[from + c] * opacity + 255 * (255 - opacity) + 127) / 255);
        }
        return new Picture(picture.Width, picture.Height, rgb);
    }

    /// <summary>The picture with its transparency; 255 where the file has none. Throws <see cref="DataException"/> for anything that is not a whole picture of bearable size.</summary>
    public static RgbaPicture ReadRgba(string path) => DecodeRgba(Bytes(path), path);

    private static byte[] Bytes(string path)
    {
        using FileStream stream = InputFile.Open(path, Wanted);
        if (stream.Length > MaxFileBytes) throw new DataException($"{path} has {stream.Length:N0} bytes, {Wanted} of at most {MaxFileBytes:N0} was expected: name another file.");
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        return file;
    }

    /// <summary>Looks at the header and for the end: throws what <see cref="Read"/> would throw, but for pixels that cannot be decoded.</summary>
    public static void Check(string path) => CheckHeader(Bytes(path), path);

    /// <summary>As <see cref="ReadRgba"/>, from the bytes of a file; <paramref name="name"/> is used in messages.</summary>
    public static RgbaPicture DecodeRgba(byte[] file, string name)
    {
        PictureHeader header = CheckHeader(file, name);
        ImageResult decoded;
        try { decoded = ImageResult.FromMemory(file, ColorComponents.RedGreenBlueAlpha); }
        catch (Exception failure) when (failure is not OutOfMemoryException) { throw Truncated(name, $"{header.Kind} picture", failure); }
        if (decoded.Width != header.Width || decoded.Height != header.Height || decoded.Data.LongLength != 4 * header.Width * header.Height)
            throw new DataException($"{name} is a {header.Kind} picture of {header.Width:N0} x {header.Height:N0} pixels, but decodes to {decoded.Width} x {decoded.Height}: it is damaged; save it again.");
        return new RgbaPicture(decoded.Width, decoded.Height, decoded.Data);
    }

    private static PictureHeader CheckHeader(byte[] file, string name)
    {
        ReadOnlySpan<byte> head = file.AsSpan(0, Math.Min(file.Length, 64));
        if (PictureHeader.Read(file) is not { } header)
        {
            string? kind = InputFile.Kind(head);
            if (kind is "a PNG picture" or "a JPEG picture" or "a GIF picture" or "a BMP picture") throw Truncated(name, kind[2..], null);
            throw new DataException($"{name} is {InputFile.KindOrUnknown(head)}, {Wanted} was expected: convert a picture to PNG or JPEG first.");
        }
        string size = $"{name} is a {header.Kind} picture of {header.Width:N0} x {header.Height:N0} pixels";
        if (header.Width < 1 || header.Height < 1) throw new DataException($"{size}, at least one a side is needed: it is damaged; save it again.");
        if (header.Width > MaxSide || header.Height > MaxSide) throw new DataException($"{size}, at most {MaxSide:N0} a side are read: make it smaller first.");
        if (header.Width * header.Height > MaxPixels) throw new DataException($"{size}, at most {MaxPixels:N0} in all are read: make it smaller first.");
        if (!header.IsWhole) throw Truncated(name, $"{header.Kind} picture", null);
        return header;
    }

    private static DataException Truncated(string name, string kind, Exception? failure) => failure is null
        ? new DataException($"{name} is a {kind} whose end is missing: copy or download it again.")
        : new DataException($"{name} is a {kind} that cannot be decoded ({failure.Message.TrimEnd('.')}): it is damaged or of a rare kind; save it again as PNG.", failure);
}
