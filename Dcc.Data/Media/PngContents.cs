// A PNG file from a stranger: what its pixel data unpack to is measured before a decoder takes memory for it. Read next: PictureReader.cs.
using System.Buffers.Binary;
using System.IO.Compression;

namespace Dcc.Data;

public static class PngContents
{
    private const int BytesPerPixel = 8;   // the most there is: four channels of 16 bits

    /// <summary>
    /// Refuses a PNG whose compressed data unpack to more than its pixels can take: a few hundred kilobytes may unpack to gigabytes. Other pictures pass unread. The header must have been checked.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Used in the message.</param>
    /// <exception cref="DataException">It unpacks to more than that.</exception>
    public static void Check(byte[] file, string name)
    {
        if (PictureHeader.Read(file) is not { Kind: "PNG" } header) return;
        // Interlaced pictures have seven passes; each row of each has a byte more.
        long most = BytesPerPixel * header.Width * header.Height + 7 * (header.Height + 1);
        using MemoryStream packed = Packed(file);
        using ZLibStream unpacked = new(packed, CompressionMode.Decompress);
        byte[] buffer = new byte[81920];
        long total = 0;
        try
        {
            while (unpacked.Read(buffer) is > 0 and int got)
                if ((total += got) > most)
                    throw new DataException($"{name} is a PNG picture of {header.Width:N0} x {header.Height:N0} pixels whose data unpack to more than {most:N0} bytes: it is damaged or made to fill memory; save it again.");
        }
        catch (InvalidDataException) { }   // the decoder says what is wrong with it
    }

    /// <summary>The IDAT chunks, one after the other.</summary>
    private static MemoryStream Packed(byte[] file)
    {
        MemoryStream packed = new();
        for (long at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            int there = (int)Math.Min(length, file.Length - at - 8);
            if (file.AsSpan((int)at + 4, 4).SequenceEqual("IDAT"u8)) packed.Write(file, (int)at + 8, there);
            at += 12L + length;
        }
        packed.Position = 0;
        return packed;
    }
}
