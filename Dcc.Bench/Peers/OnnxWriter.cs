// Writes the ONNX file format: a protocol buffer with a dozen kinds of fields, so no library is needed. Read next: OnnxForward.cs.
using System.Runtime.InteropServices;
using System.Text;

namespace Dcc.Bench.Peers;

/// <summary>Field numbers are those of onnx.proto.</summary>
internal sealed class OnnxWriter
{
    private readonly MemoryStream nodes = new();
    private int count;

    /// <summary>Adds a node with one output and returns that output's name.</summary>
    public string Node(string type, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string output = $"{type}{count++}";
        MemoryStream node = new();
        foreach (string input in inputs) Write(node, 1, input);
        Write(node, 2, output);
        Write(node, 4, type);
        foreach ((string name, object value) in attributes) Write(node, 5, Attribute(name, value));
        Write(nodes, 1, node);
        return output;
    }

    public string Constant(float[] values, params long[] sizes) => Initializer(MemoryMarshal.AsBytes(values.AsSpan()), type: 1, sizes);

    public string Constant(params long[] values) => Initializer(MemoryMarshal.AsBytes(values.AsSpan()), type: 7, [values.Length]);

    public string Scalar(float value) => Initializer(MemoryMarshal.AsBytes([value]), type: 1, []);

    public void Input(string name, params long[] sizes) => Write(nodes, 11, ValueInfo(name, sizes));

    public void Output(string name, params long[] sizes) => Write(nodes, 12, ValueInfo(name, sizes));

    /// <summary>The whole model, opset 17.</summary>
    public byte[] ToArray()
    {
        Write(nodes, 2, "dcc");
        MemoryStream opset = new(), model = new();
        Write(opset, 1, "");
        Write(opset, 2, 17);
        Write(model, 1, 9);
        Write(model, 7, nodes);
        Write(model, 8, opset);
        return model.ToArray();
    }

    private string Initializer(ReadOnlySpan<byte> bytes, long type, long[] sizes)
    {
        string name = $"constant{count++}";
        MemoryStream tensor = new();
        foreach (long size in sizes) Write(tensor, 1, size);
        Write(tensor, 2, type);
        Write(tensor, 8, name);
        Write(tensor, 9, bytes);
        Write(nodes, 5, tensor);
        return name;
    }

    private static MemoryStream ValueInfo(string name, long[] sizes)
    {
        MemoryStream shape = new(), tensor = new(), type = new(), info = new();
        foreach (long size in sizes)
        {
            MemoryStream dimension = new();
            Write(dimension, 1, size);
            Write(shape, 1, dimension);
        }
        Write(tensor, 1, 1);
        Write(tensor, 2, shape);
        Write(type, 1, tensor);
        Write(info, 1, name);
        Write(info, 2, type);
        return info;
    }

    private static MemoryStream Attribute(string name, object value)
    {
        MemoryStream attribute = new();
        Write(attribute, 1, name);
        if (value is long one) Write(attribute, 3, one);
        else foreach (long item in (long[])value) Write(attribute, 8, item);
        Write(attribute, 20, value is long ? 2 : 7);
        return attribute;
    }

    private static void Write(MemoryStream stream, int field, string text) => Write(stream, field, Encoding.UTF8.GetBytes(text));

    private static void Write(MemoryStream stream, int field, MemoryStream message) => Write(stream, field, message.GetBuffer().AsSpan(0, (int)message.Length));

    private static void Write(MemoryStream stream, int field, ReadOnlySpan<byte> bytes)
    {
        Varint(stream, (ulong)field << 3 | 2);
        Varint(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    private static void Write(MemoryStream stream, int field, long value)
    {
        Varint(stream, (ulong)field << 3);
        Varint(stream, (ulong)value);
    }

    private static void Varint(MemoryStream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
