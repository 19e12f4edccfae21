// The safetensors format: 8 bytes of header length, a JSON header, raw little-endian data. Read next: ../Core/ParameterSet.cs.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Dcc.Tensors;

/// <summary>A file that is not what it should be; the message names the file, the rule and the remedy.</summary>
public sealed class ModelFileException : Exception
{
    public ModelFileException(string message) : base(message) { }

    public ModelFileException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>
/// Named float tensors and string metadata, as in github.com/huggingface/safetensors. Writes F32; reads F64, F32, F16 and BF16 as float, and integers and booleans
/// where asked to.
/// Overlapping, gapped, out-of-range or wrongly sized ranges, duplicate names and headers over 100 MB are refused.
/// </summary>
public sealed class Safetensors
{
    private const long HeaderLimit = 100_000_000;

    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>In insertion order, which is the order in the file.</summary>
    public OrderedDictionary<string, (TensorShape Shape, float[] Values)> Tensors { get; } = [];

    /// <summary>The file's own word for the type of each tensor that was read, "BF16" for instance.</summary>
    public Dictionary<string, string> Types { get; } = [];

    public void Save(string path) => AtomicFile.Write(path, Write);

    public void Write(Stream stream)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach ((string name, (TensorShape shape, float[] values)) in Tensors)
            {
                if (values.Length != shape.Count) throw new ArgumentException($"Tensor {name} has shape {shape} and {values.Length} values.");
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int size in shape.Sizes) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += 4L * values.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach ((_, (_, float[] values)) in Tensors)
        {
            if (BitConverter.IsLittleEndian) stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            else
                foreach (float value in values)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(length, value);
                    stream.Write(length[..4]);
                }
        }
    }

    /// <summary>Reads a file. <paramref name="integers"/> reads integer and boolean tensors as floats, too: others' files have counters among their weights.</summary>
    public static Safetensors Load(string path, bool integers = false)
    {
        byte[] bytes;
        try { bytes = File.ReadAllBytes(path); }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ModelFileException(failure is FileNotFoundException or DirectoryNotFoundException
                ? $"{path}: there is no such file. Give the path of a model.safetensors."
                : $"{path}: cannot be read ({failure.Message}).", failure);
        }
        return Parse(path, bytes, integers);
    }

    /// <summary>Reads a whole file's bytes; <paramref name="path"/> is for messages.</summary>
    public static Safetensors Parse(string path, ReadOnlyMemory<byte> bytes, bool integers = false)
    {
        ModelFileException Bad(string rule) => new($"{path}: not a usable safetensors file: {rule}. Write it anew, or take a complete copy.");
        if (bytes.Length < 8) throw Bad(bytes.Length == 0 ? "it is empty" : $"it has {bytes.Length} bytes, fewer than its length field");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (headerLength > HeaderLimit) throw Bad($"its header claims {headerLength} bytes, the format allows {HeaderLimit}");
        if (headerLength > (ulong)bytes.Length - 8) throw Bad($"its header should have {headerLength} bytes, the file ends after {bytes.Length - 8}");
        ReadOnlyMemory<byte> header = bytes.Slice(8, (int)headerLength), data = bytes[(8 + (int)headerLength)..];
        Safetensors result = new();
        List<(long Begin, long End)> ranges = [];
        try
        {
            using JsonDocument json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                {
                    foreach (JsonProperty pair in entry.Value.EnumerateObject()) result.Metadata.Add(pair.Name, pair.Value.GetString()!);
                    continue;
                }
                JsonElement dimensions = entry.Value.GetProperty("shape");
                int[] sizes = new int[dimensions.GetArrayLength()];
                for (int i = 0; i < sizes.Length; i++) sizes[i] = dimensions[i].GetInt32();
                string type = entry.Value.GetProperty("dtype").GetString()!;
                JsonElement offsets = entry.Value.GetProperty("data_offsets");
                long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
                int width = type switch { "F64" => 8, "F32" => 4, "F16" or "BF16" => 2, "I64" or "U64" when integers => 8, "I32" or "U32" when integers => 4, "I16" or "U16" when integers => 2, "I8" or "U8" or "BOOL" when integers => 1, _ => throw Bad($"tensor {entry.Name} has type {type}; F64, F32, F16 and BF16 can be read") };
                TensorShape shape = new(sizes);
                if (begin < 0 || end < begin || end > data.Length)
                    throw Bad($"tensor {entry.Name} lies at bytes {begin}..{end}, the data has {data.Length} (a truncated file?)");
                if (end - begin != (long)shape.Count * width) throw Bad($"tensor {entry.Name} {shape} of {type} needs {(long)shape.Count * width} bytes and has {end - begin}");
                ranges.Add((begin, end));
                result.Types[entry.Name] = type;
                result.Tensors.Add(entry.Name, (shape, Decode(type, data.Slice((int)begin, (int)(end - begin)).Span, shape.Count)));
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            throw new ModelFileException(Bad($"its header is broken ({failure.Message.Split('\n')[0].TrimEnd('.')})").Message, failure);
        }
        // Files are nearly always in order, and a sort of pairs would be compiled just to find that out.
        for (int i = 1; i < ranges.Count; i++)
        {
            if (ranges[i].Begin > ranges[i - 1].Begin || (ranges[i].Begin == ranges[i - 1].Begin && ranges[i].End >= ranges[i - 1].End)) continue;
            ranges.Sort();
            break;
        }
        long covered = 0;
        foreach ((long begin, long end) in ranges)
        {
            if (begin != covered) throw Bad(begin < covered ? "two tensors overlap" : $"bytes {covered}..{begin} belong to no tensor");
            covered = end;
        }
        if (covered != data.Length) throw Bad($"bytes {covered}..{data.Length} belong to no tensor");
        return result;
    }

    private static float[] Decode(string type, ReadOnlySpan<byte> bytes, int count)
    {
        float[] values = new float[count];
        if (type == "F32" && BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
        for (int i = 0; i < count; i++)
            values[i] = type switch
            {
                "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                "I64" => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
                "U64" => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]),
                "I32" => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
                "U32" => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]),
                "I16" => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]),
                "U16" => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]),
                "I8" => (sbyte)bytes[i],
                "U8" or "BOOL" => bytes[i],
                _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
            };
        return values;
    }
}
