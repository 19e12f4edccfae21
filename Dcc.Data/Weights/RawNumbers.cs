// Numbers of any width and byte order become floats. Read next: NumpyFile.cs.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Dcc.Data;

internal static class RawNumbers
{
    /// <summary>
    /// <paramref name="kind"/> is NumPy's letter: f float, i signed, u unsigned, b boolean; <paramref name="width"/> bytes each. Integers beyond 2^24 are rounded. False
    /// for a kind or width that is none of these.
    /// </summary>
    public static bool Knows(char kind, int width) => kind switch
    {
        'f' => width is 2 or 4 or 8,
        'i' or 'u' => width is 1 or 2 or 4 or 8,
        'b' => width == 1,
        _ => false,
    };

    public static float[] Decode(char kind, int width, bool bigEndian, ReadOnlySpan<byte> bytes)
    {
        float[] values = new float[bytes.Length / width];
        if (kind == 'f' && width == 4 && bigEndian == !BitConverter.IsLittleEndian)
        {
            bytes[..(4 * values.Length)].CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
        Span<byte> one = stackalloc byte[8];
        for (int i = 0; i < values.Length; i++)
        {
            one.Clear();
            bytes.Slice(i * width, width).CopyTo(one);
            if (bigEndian) one[..width].Reverse();
            values[i] = (kind, width) switch
            {
                ('f', 2) => (float)BinaryPrimitives.ReadHalfLittleEndian(one),
                ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(one),
                ('f', _) => (float)BinaryPrimitives.ReadDoubleLittleEndian(one),
                ('i', 1) => (sbyte)one[0],
                ('i', 2) => BinaryPrimitives.ReadInt16LittleEndian(one),
                ('i', 4) => BinaryPrimitives.ReadInt32LittleEndian(one),
                ('i', _) => BinaryPrimitives.ReadInt64LittleEndian(one),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(one),
            };
        }
        return values;
    }
}
