// NumPy's .npy written as a stream, for arrays that are too long to hold. Read next: NumpyFile.cs, which reads them.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Dcc.Data;

/// <summary>Format version 1, little-endian, C order: the header first, then the values in any number of calls.</summary>
internal static class NumpyWriter
{
    private const int Alignment = 64;

    /// <param name="stream">An entry of an archive, or a file.</param>
    /// <param name="type">NumPy's word: &lt;f4, &lt;f8, &lt;i8, &lt;U12 (12 code points of 4 bytes).</param>
    /// <param name="shape">No sizes for a single value.</param>
    public static void Header(Stream stream, string type, params ReadOnlySpan<int> shape)
    {
        string sizes = string.Concat(shape.ToArray().Select(size => $"{size}, ")).TrimEnd();
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({(shape.Length > 1 ? sizes.TrimEnd(',') : sizes)}), }}";
        int length = (10 + text.Length + 1 + Alignment - 1) / Alignment * Alignment - 10;
        byte[] header = new byte[10 + length];
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)length);
        Encoding.Latin1.GetBytes(text.PadRight(length - 1) + "\n").CopyTo(header, 10);
        stream.Write(header);
    }

    public static void Floats(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }
        Span<byte> bytes = stackalloc byte[4];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    public static void Double(Stream stream, double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        stream.Write(bytes);
    }

    /// <summary>The type that holds texts up to the longest of these.</summary>
    public static string TextType(IEnumerable<string> texts) => $"<U{Math.Max(1, texts.Select(text => text.EnumerateRunes().Count()).DefaultIfEmpty(0).Max())}";

    /// <summary>A text of such a type: UTF-32, zeros behind it.</summary>
    public static void Text(Stream stream, string text, string type)
    {
        byte[] bytes = new byte[4 * int.Parse(type[2..], System.Globalization.CultureInfo.InvariantCulture)];
        new UTF32Encoding(bigEndian: false, byteOrderMark: false).GetBytes(text).CopyTo(bytes, 0);
        stream.Write(bytes);
    }
}
