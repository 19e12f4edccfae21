// NumPy's .npy and .npz: a header that is a Python literal, then raw numbers; .npz is a ZIP of them. Read next: RawNumbers.cs.
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Dcc.Tensors;

namespace Dcc.Data;

/// <summary>Format versions 1 to 3 of numpy/lib/format.py, either byte order, C or Fortran order; floats, integers and booleans. Pickled objects are refused.</summary>
internal static partial class NumpyFile
{
    /// <summary>NumPy itself reads no header beyond 10,000 characters.</summary>
    private const int HeaderLimit = 65536;

    private sealed record Header(char Kind, int Width, bool BigEndian, bool Fortran, TensorShape Shape, string Type, int Length);

    public static WeightFile Open(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new WeightFile(path, "npy", [Tensor(path, Path.GetFileNameWithoutExtension(path), stream, stream.Length, () => File.OpenRead(path))]);
    }

    public static WeightFile OpenArchive(string path)
    {
        List<NamedTensor> tensors = [];
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            if (archive.Entries.Any(entry => entry.FullName.EndsWith("data.pkl", StringComparison.Ordinal))) throw WeightFile.Pickle(path);
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)))
            {
                string name = entry.FullName;
                if (tensors.Any(tensor => tensor.Name == name[..^4])) throw new DataException($"{path}: two arrays are named {name[..^4]}: write the archive anew.");
                using Stream stream = entry.Open();
                tensors.Add(Tensor(path, name[..^4], stream, entry.Length, () => Entry(path, name)));
            }
        }
        catch (InvalidDataException failure)
        {
            throw new DataException($"{path} is a broken ZIP archive ({failure.Message.TrimEnd('.')}): take a complete copy.", failure);
        }
        if (tensors.Count == 0) throw new DataException($"{path} is a ZIP archive without a .npy array in it: numpy.savez makes one that can be read.");
        return new WeightFile(path, "npz", tensors);
    }

    private static MemoryStream Entry(string path, string name)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        using Stream stream = archive.GetEntry(name)!.Open();
        MemoryStream copy = new();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }

    private static NamedTensor Tensor(string path, string name, Stream stream, long length, Func<Stream> open)
    {
        Header header = ReadHeader(path, name, stream);
        long needed = header.Length + (long)header.Shape.Count * header.Width;
        if (length != needed)
            throw new DataException($"{path}: array {name} {header.Shape} of {header.Type} needs {needed} bytes and has {length}{(length < needed ? " (a truncated file?)" : "")}: take a complete copy.");
        return new NamedTensor(name, header.Shape, header.Type, () =>
        {
            using Stream again = open();
            again.ReadExactly(new byte[header.Length]);
            byte[] bytes = new byte[needed - header.Length];
            again.ReadExactly(bytes);
            float[] values = RawNumbers.Decode(header.Kind, header.Width, header.BigEndian, bytes);
            return header.Fortran ? RowMajor(values, header.Shape) : values;
        });
    }

    private static Header ReadHeader(string path, string name, Stream stream)
    {
        DataException Bad(string rule, Exception? inner = null) => new($"{path}: array {name} is not usable: {rule}. Save it again with numpy.save or numpy.savez.", inner);
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false) < 10 || !InputFile.Starts(start, "\u0093NUMPY")) throw Bad("it does not begin as an .npy file");
        int major = start[6], prefix = major == 1 ? 10 : 12;
        if (major is < 1 or > 3) throw Bad($"its format version is {major}, versions 1 to 3 are known");
        if (prefix == 12 && stream.ReadAtLeast(start[10..], 2, throwOnEndOfStream: false) < 2) throw Bad("its header is cut off");
        uint length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > HeaderLimit) throw Bad($"its header claims {length} bytes, {HeaderLimit} are allowed");
        byte[] bytes = new byte[length];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw Bad("its header is cut off");
        string text = (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
        Match type = Descr().Match(text), order = Order().Match(text), shape = Shape().Match(text);
        if (!type.Success || !order.Success || !shape.Success) throw Bad("its header has no plain descr, fortran_order and shape (records cannot be read)");
        string descr = type.Groups[1].Value;
        if (descr.EndsWith('O')) throw Bad("it holds pickled Python objects, which run code when they are opened");
        Match parts = Number().Match(descr);
        char kind = parts.Success ? parts.Groups[2].Value[0] : '?';
        int width = parts.Success ? int.Parse(parts.Groups[3].Value, CultureInfo.InvariantCulture) : 0;
        if (!RawNumbers.Knows(kind, width)) throw Bad($"its type is {descr}; floats of 2, 4 and 8 bytes, integers and booleans can be read");
        try
        {
            int[] sizes = [.. shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(size => int.Parse(size.TrimEnd('L'), CultureInfo.InvariantCulture))];
            bool big = parts.Groups[1].Value switch { ">" => true, "=" => !BitConverter.IsLittleEndian, _ => false };
            return new Header(kind, width, big, order.Groups[1].Value == "True", new TensorShape(sizes), descr, prefix + (int)length);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or ArgumentException)
        {
            throw Bad($"its shape ({shape.Groups[1].Value}) cannot be used", failure);
        }
    }

    /// <summary>Values with the first index fastest -> with the last index fastest.</summary>
    internal static float[] RowMajor(float[] values, TensorShape shape)
    {
        float[] moved = new float[values.Length];
        int[] index = new int[shape.Rank];
        for (int i = 0; i < moved.Length; i++)
        {
            int from = 0;
            for (int d = shape.Rank - 1; d >= 0; d--) from = from * shape[d] + index[d];
            moved[i] = values[from];
            for (int d = shape.Rank - 1; d >= 0 && ++index[d] == shape[d]; d--) index[d] = 0;
        }
        return moved;
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"^([<>|=]?)([a-zA-Z])(\d{1,3})$")]
    private static partial Regex Number();
}
