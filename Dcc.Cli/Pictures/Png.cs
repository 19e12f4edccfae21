// Pixels as PNG or JPEG bytes. Read next: Overlay.cs.
using Dcc.Model;
using StbImageWriteSharp;

namespace Dcc.Cli;

internal static class Png
{
    private const int JpegQuality = 80;

    public static void Write(Stream stream, Picture picture) => new ImageWriter().WritePng(picture.Rgb, picture.Width, picture.Height, ColorComponents.RedGreenBlue, stream);

    /// <summary>Height x width x 4 bytes with plain (not premultiplied) opacity.</summary>
    public static byte[] OfRgba(int width, int height, byte[] rgba) =>
        Bytes(stream => new ImageWriter().WritePng(rgba, width, height, ColorComponents.RedGreenBlueAlpha, stream));

    public static byte[] OfGrey(int width, int height, byte[] grey) => Bytes(stream => new ImageWriter().WritePng(grey, width, height, ColorComponents.Grey, stream));

    /// <summary>A photograph for the report, at a tenth of a PNG's size.</summary>
    public static byte[] Photograph(Picture picture) =>
        Bytes(stream => new ImageWriter().WriteJpg(picture.Rgb, picture.Width, picture.Height, ColorComponents.RedGreenBlue, stream, JpegQuality));

    private static byte[] Bytes(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }
}
