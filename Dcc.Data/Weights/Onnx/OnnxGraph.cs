// Writes the ONNX file format with Google's protocol-buffer streams: nodes, constants, inputs and outputs. Read next: OnnxNetwork.cs.
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;

namespace Dcc.Data;

/// <summary>A graph in the making, operator set 17. Field numbers are those of onnx.proto.</summary>
internal sealed class OnnxGraph
{
    private const int Opset = 17, IrVersion = 8, Float = 1, Int64 = 7;

    private readonly List<(int Field, byte[] Bytes)> parts = [];
    private readonly List<(string Key, string Value)> metadata = [];
    private int count;

    /// <summary>Adds a node with one output and returns that output's name, the one given or a new one. An attribute is a long, or an array of them, or a text.</summary>
    public string Node(string type, string[] inputs, string? output = null, params (string Name, object Value)[] attributes)
    {
        output ??= $"{type}_{count++}";
        parts.Add((1, Message(node =>
        {
            foreach (string input in inputs) Text(node, 1, input);
            Text(node, 2, output);
            Text(node, 3, $"node_{output}");
            Text(node, 4, type);
            foreach ((string name, object value) in attributes) Part(node, 5, Attribute(name, value));
        })));
        return output;
    }

    public string Constant(string name, float[] values, params long[] sizes) => Tensor(name, Float, MemoryMarshal.AsBytes(values.AsSpan()), sizes);

    public string Constant(float[] values, params long[] sizes) => Constant($"constant_{count++}", values, sizes);

    public string Constant(float value) => Constant([value]);

    public string Whole(params long[] values) => Tensor($"constant_{count++}", Int64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <summary>A float input; a size is a number, or the name of one that is known at run time.</summary>
    public string Input(string name, params object[] sizes)
    {
        parts.Add((11, ValueInfo(name, sizes)));
        return name;
    }

    public void Output(string name, params object[] sizes) => parts.Add((12, ValueInfo(name, sizes)));

    public void Note(string key, string value) => metadata.Add((key, value));

    public void Write(Stream stream)
    {
        byte[] graph = Message(output =>
        {
            foreach ((int field, byte[] bytes) in parts) Part(output, field, bytes);
            Text(output, 2, "dcc");
        });
        using CodedOutputStream model = new(stream, leaveOpen: true);
        Number(model, 1, IrVersion);
        Text(model, 2, "dcc");
        Part(model, 7, graph);
        Part(model, 8, Message(opset =>
        {
            Text(opset, 1, "");
            Number(opset, 2, Opset);
        }));
        foreach ((string key, string value) in metadata)
            Part(model, 14, Message(entry =>
            {
                Text(entry, 1, key);
                Text(entry, 2, value);
            }));
        model.Flush();
    }

    private string Tensor(string name, int type, ReadOnlySpan<byte> littleEndian, long[] sizes)
    {
        byte[] data = littleEndian.ToArray();
        parts.Add((5, Message(tensor =>
        {
            foreach (long size in sizes) Number(tensor, 1, size);
            Number(tensor, 2, type);
            Text(tensor, 8, name);
            Part(tensor, 9, data);
        })));
        return name;
    }

    private static byte[] ValueInfo(string name, object[] sizes) => Message(info =>
    {
        Text(info, 1, name);
        Part(info, 2, Message(type => Part(type, 1, Message(tensor =>
        {
            Number(tensor, 1, Float);
            Part(tensor, 2, Message(shape =>
            {
                foreach (object size in sizes)
                    Part(shape, 1, Message(dimension =>
                    {
                        if (size is string symbol) Text(dimension, 2, symbol);
                        else Number(dimension, 1, (int)size);
                    }));
            }));
        }))));
    });

    private static byte[] Attribute(string name, object value) => Message(attribute =>
    {
        Text(attribute, 1, name);
        switch (value)
        {
            case long one: Number(attribute, 3, one); break;
            case string text: Text(attribute, 4, text); break;
            default:
                foreach (long item in (long[])value) Number(attribute, 8, item);
                break;
        }
        Number(attribute, 20, value is long ? 2 : value is string ? 3 : 7);
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream bytes = new();
        using CodedOutputStream output = new(bytes, leaveOpen: true);
        write(output);
        output.Flush();
        return bytes.ToArray();
    }

    private static void Number(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string text) => Part(output, field, Encoding.UTF8.GetBytes(text));

    private static void Part(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
    }
}
