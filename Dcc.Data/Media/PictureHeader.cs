// Sizes of a picture from its header, before any memory is taken for its pixels, and whether the file is whole. Read next: PictureReader.cs.
using System.Buffers.Binary;

namespace Dcc.Data;

/// <summary>Kind is "PNG", "JPEG", "GIF" or "BMP"; IsWhole is false where the file's end is missing.</summary>
internal readonly record struct PictureHeader(string Kind, long Width, long Height, bool IsWhole)
{
    /// <summary>Null if the bytes are no picture of these kinds, or end before their header does.</summary>
    public static PictureHeader? Read(ReadOnlySpan<byte> file) => InputFile.Kind(file[..Math.Min(file.Length, 64)]) switch
    {
        "a PNG picture" when file.Length >= 24 =>
            new PictureHeader("PNG", BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]), file[24..].LastIndexOf("IEND"u8) >= 0),
        // The trailer may be followed by padding.
        "a GIF picture" when file.Length >= 10 =>
            new PictureHeader("GIF", BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]), file.TrimEnd((byte)0)[^1] == ';'),
        "a JPEG picture" => Jpeg(file),
        "a BMP picture" when file.Length >= 30 => Bmp(file),
        _ => null,
    };

    /// <summary>Walks the segments to the frame header, then to the scan; after it the end marker must come.</summary>
    private static PictureHeader? Jpeg(ReadOnlySpan<byte> file)
    {
        long width = -1, height = -1;
        for (int at = 2; at + 4 <= file.Length;)
        {
            if (file[at] != 0xff) return null;
            byte marker = file[at + 1];
            if (marker == 0xff)
            {
                at++; // padding
                continue;
            }
            if (marker is 0x01 or (>= 0xd0 and <= 0xd8))
            {
                at += 2; // markers without a segment
                continue;
            }
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc) && at + 9 <= file.Length)
                (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]));
            if (marker == 0xda) return width < 0 ? null : new PictureHeader("JPEG", width, height, file[at..].LastIndexOf([(byte)0xff, (byte)0xd9]) >= 0);
            if (length < 2) return null;
            at += 2 + length;
        }
        return width < 0 ? null : new PictureHeader("JPEG", width, height, IsWhole: false);
    }

    private static PictureHeader Bmp(ReadOnlySpan<byte> file)
    {
        bool old = file[14] == 12; // OS/2: 16-bit sizes
        long width = old ? BinaryPrimitives.ReadUInt16LittleEndian(file[18..]) : BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
        // A negative height means that the rows run from top to bottom.
        long height = old ? BinaryPrimitives.ReadUInt16LittleEndian(file[20..]) : Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..]));
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(file[(old ? 24 : 28)..]);
        bool packed = !old && file.Length >= 34 && BinaryPrimitives.ReadInt32LittleEndian(file[30..]) is 1 or 2;
        long needed = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]) + (packed ? 0 : (Math.Max(0, width) * bits + 31) / 32 * 4 * height);
        return new PictureHeader("BMP", width, height, needed <= file.Length);
    }
}
