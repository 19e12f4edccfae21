// The initialisers of an ONNX model, by Google's protocol-buffer reader; the graph itself is not looked at. Read next: KnownWeights.cs.
using System.Globalization;
using Dcc.Tensors;
using Google.Protobuf;

namespace Dcc.Data;

/// <summary>Field numbers are those of onnx.proto: ModelProto.graph 7, GraphProto.initializer 5, TensorProto dims 1, data_type 2, float_data 4, name 8, raw_data 9, double_data 10, external_data 13, data_location 14.</summary>
internal static class OnnxFile
{
    private const int Float = 1, Half = 10, Double = 11;

    private sealed class Initializer
    {
        public List<long> Sizes { get; } = [];
        public Dictionary<string, string> External { get; } = [];
        public int Type { get; set; }
        public string Name { get; set; } = "";
        public bool IsExternal { get; set; }
        public (int Start, int Length)? Raw { get; set; }
        public List<float> Listed { get; } = [];
    }

    public static WeightFile Open(string path)
    {
        List<NamedTensor> tensors = [];
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            foreach ((int field, int start, int length) in Fields(bytes, 0, bytes.Length))
                if (field == 7)
                    foreach ((int inner, int at, int size) in Fields(bytes, start, length))
                        if (inner == 5) tensors.Add(Named(path, bytes, Read(bytes, at, size)));
        }
        catch (Exception failure) when (failure is InvalidProtocolBufferException or OverflowException or ArgumentException)
        {
            throw new DataException($"{path} is broken or no ONNX model ({failure.Message.Split('\n')[0].TrimEnd('.')}): take a complete copy.", failure);
        }
        if (tensors.Count == 0) throw new DataException($"{path} has no ONNX initialisers: it is no ONNX model, or one without weights; export it again with its weights.");
        return new WeightFile(path, "ONNX", tensors);
    }

    /// <summary>The length-delimited fields of a message, where they lie; others are passed over. Nothing is copied: a model may have hundreds of megabytes.</summary>
    private static IEnumerable<(int Field, int Start, int Length)> Fields(byte[] bytes, int start, int length)
    {
        CodedInputStream input = new(bytes, start, length);
        long origin = start - input.Position;
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            int at = (int)(origin + input.Position);
            if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
            {
                input.SkipLastField();
                continue;
            }
            int size = new CodedInputStream(bytes, at, start + length - at).ReadLength();
            input.SkipLastField();
            int end = (int)(origin + input.Position);
            yield return (WireFormat.GetTagFieldNumber(tag), end - size, size);
        }
    }

    private static Initializer Read(byte[] bytes, int start, int length)
    {
        Initializer tensor = new();
        CodedInputStream input = new(bytes, start, length);
        uint tag;
        while ((tag = input.ReadTag()) != 0)
            switch (tag)
            {
                case 1 << 3: tensor.Sizes.Add(input.ReadInt64()); break;
                case 1 << 3 | 2:
                    CodedInputStream packed = input.ReadBytes().CreateCodedInput();
                    while (!packed.IsAtEnd) tensor.Sizes.Add(packed.ReadInt64());
                    break;
                case 2 << 3: tensor.Type = input.ReadInt32(); break;
                case 4 << 3 | 5: tensor.Listed.Add(input.ReadFloat()); break;
                case 4 << 3 | 2: tensor.Listed.AddRange(RawNumbers.Decode('f', 4, bigEndian: false, input.ReadBytes().Span)); break;
                case 8 << 3 | 2: tensor.Name = input.ReadString(); break;
                case 10 << 3 | 1: tensor.Listed.Add((float)input.ReadDouble()); break;
                case 10 << 3 | 2: tensor.Listed.AddRange(RawNumbers.Decode('f', 8, bigEndian: false, input.ReadBytes().Span)); break;
                case 13 << 3 | 2:
                    CodedInputStream entry = input.ReadBytes().CreateCodedInput();
                    string key = "", value = "";
                    while ((tag = entry.ReadTag()) != 0)
                        if (tag == (1 << 3 | 2)) key = entry.ReadString();
                        else if (tag == (2 << 3 | 2)) value = entry.ReadString();
                        else entry.SkipLastField();
                    tensor.External[key] = value;
                    break;
                case 14 << 3: tensor.IsExternal = input.ReadInt32() == 1; break;
                default: input.SkipLastField(); break;
            }
        foreach ((int field, int at, int size) in Fields(bytes, start, length))
            if (field == 9) tensor.Raw = (at, size);
        return tensor;
    }

    private static NamedTensor Named(string path, byte[] bytes, Initializer tensor)
    {
        TensorShape shape = new([.. tensor.Sizes.Select(size => checked((int)size))]);
        string type = tensor.Type switch { Float => "FLOAT", Half => "FLOAT16", Double => "DOUBLE", 7 => "INT64", 6 => "INT32", _ => string.Create(CultureInfo.InvariantCulture, $"type {tensor.Type}") };
        return new NamedTensor(tensor.Name, shape, type, () =>
        {
            DataException Bad(string rule) => new($"{path}: initialiser {tensor.Name} {shape} {rule}.");
            int width = tensor.Type switch { Float => 4, Half => 2, Double => 8, _ => throw Bad($"is of {type}: FLOAT, FLOAT16 and DOUBLE can be read") };
            if (!tensor.IsExternal && tensor.Raw is null)
                return tensor.Listed.Count == shape.Count ? [.. tensor.Listed] : throw Bad($"has {tensor.Listed.Count} values of {shape.Count}: take a complete copy");
            long needed = (long)shape.Count * width;
            ReadOnlySpan<byte> raw = tensor.IsExternal ? External(path, tensor, needed) : bytes.AsSpan(tensor.Raw!.Value.Start, tensor.Raw.Value.Length);
            if (raw.Length != needed) throw Bad($"has {raw.Length} bytes of {needed}: take a complete copy");
            return RawNumbers.Decode('f', width, bigEndian: false, raw);
        });
    }

    /// <summary>Numbers in a file of their own, which must lie in the model's folder or below it: a model from elsewhere must not read what it likes.</summary>
    private static byte[] External(string path, Initializer tensor, long needed)
    {
        string name = tensor.External.GetValueOrDefault("location", ""), folder = Path.GetDirectoryName(Path.GetFullPath(path))!, file = Path.GetFullPath(Path.Combine(folder, name));
        if (name.Length == 0 || Path.IsPathRooted(name) || !file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || new FileInfo(file).LinkTarget is not null)
            throw new DataException($"{path}: initialiser {tensor.Name} lies in \"{name}\", outside the model's folder: weights in other files must lie beside the model.");
        long offset = long.TryParse(tensor.External.GetValueOrDefault("offset", "0"), NumberStyles.None, CultureInfo.InvariantCulture, out long given) ? given : -1;
        using FileStream stream = InputFile.Open(file, $"the weights of {Path.GetFileName(path)}");
        if (offset < 0 || offset > stream.Length - needed) throw new DataException($"{path}: initialiser {tensor.Name} needs {needed} bytes of {file} from byte {offset} on, which has {stream.Length}: take complete copies of both files.");
        stream.Position = offset;
        byte[] bytes = new byte[needed];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
