// Weights in other programs' files: the same random numbers under their names and in their layouts. Read next: WeightConversionTests.cs.
using System.IO.Compression;
using System.Text;
using Dcc.Model;
using Dcc.Tensors;
using Google.Protobuf;
using PureHDF;

namespace Dcc.Tests.Weights;

/// <summary>One convolution: kernel [out, in, 3, 3] and bias [out].</summary>
internal sealed record ForeignLayer(int In, int Out, float[] Kernel, float[] Bias);

internal static class ForeignFiles
{
    public static int[] Vgg16 { get; } = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28];
    public static int[] Vgg16Norm { get; } = [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40];
    public static int[] Vggish { get; } = [0, 3, 6, 8, 11, 13];
    public static string[] KerasVgg16 { get; } = ["block1_conv1", "block1_conv2", "block2_conv1", "block2_conv2", "block3_conv1", "block3_conv2", "block3_conv3", "block4_conv1", "block4_conv2", "block4_conv3", "block5_conv1", "block5_conv2", "block5_conv3"];
    public static string[] TensorFlowVggish { get; } = ["conv1", "conv2", "conv3/conv3_1", "conv3/conv3_2", "conv4/conv4_1", "conv4/conv4_2"];

    /// <summary>The paper's depths, a few channels wide.</summary>
    public static DccOptions Narrow { get; } = DccOptions.Paper with
    {
        FrameSize = 32,
        SpectrogramFrames = 32,
        Clusters = 3,
        Dims = 4,
        Visual = new NetworkOptions { Blocks = [new(4, 2, true), new(5, 2, true), new(6, 3, true), new(7, 3, true), new(8, 3, false)] },
        Audio = new NetworkOptions { Blocks = [new(4, 1, true), new(5, 1, true), new(6, 2, true), new(8, 2, false)], PoolCeil = true },
    };

    /// <summary>A layer that is none of the network's: its file keeps it among the others.</summary>
    public static ForeignLayer Spare { get; } = new(1, 1, new float[9], new float[1]);

    public static ForeignLayer[] Layers(NetworkOptions network, int inChannels, int seed)
    {
        Random random = new(seed);
        List<ForeignLayer> layers = [];
        foreach (BlockOptions block in network.Blocks)
            for (int c = 0; c < block.Convolutions; c++, inChannels = block.Channels)
                layers.Add(new ForeignLayer(inChannels, block.Channels, Numbers(random, 9 * inChannels * block.Channels, MathF.Sqrt(6f / (9 * inChannels))), Numbers(random, block.Channels, 0.1f)));
        return [.. layers];
    }

    public static float[] Numbers(Random random, int count, float limit) => [.. Enumerable.Range(0, count).Select(_ => limit * (2 * random.NextSingle() - 1))];

    /// <summary>[out, in, 3, 3] -> [3, 3, in, out], index by index.</summary>
    public static float[] Hwio(ForeignLayer layer)
    {
        float[] moved = new float[layer.Kernel.Length];
        for (int y = 0; y < 3; y++)
        for (int x = 0; x < 3; x++)
        for (int i = 0; i < layer.In; i++)
        for (int o = 0; o < layer.Out; o++) moved[((y * 3 + x) * layer.In + i) * layer.Out + o] = layer.Kernel[((o * layer.In + i) * 3 + y) * 3 + x];
        return moved;
    }

    public static Safetensors Torch(ForeignLayer[] layers, int[] indices, string prefix = "")
    {
        Safetensors file = new();
        for (int i = 0; i < layers.Length; i++)
        {
            file.Tensors.Add($"{prefix}features.{indices[i]}.weight", (new TensorShape(layers[i].Out, layers[i].In, 3, 3), layers[i].Kernel));
            file.Tensors.Add($"{prefix}features.{indices[i]}.bias", (new TensorShape(layers[i].Out), layers[i].Bias));
        }
        file.Tensors.Add($"{prefix}classifier.0.weight", (new TensorShape(2, 3), new float[6]));
        return file;
    }

    /// <summary>Keras: <paramref name="kernel"/> and <paramref name="bias"/> make a dataset's path of a layer's name.</summary>
    public static void Keras(string path, ForeignLayer[] layers, string[] names, Func<string, string> kernel, Func<string, string> bias)
    {
        H5File file = new();
        for (int i = 0; i < layers.Length; i++)
        {
            Put(file, kernel(names[i]), new H5Dataset(Hwio(layers[i]), fileDims: [3, 3, (ulong)layers[i].In, (ulong)layers[i].Out]));
            Put(file, bias(names[i]), new H5Dataset(layers[i].Bias));
        }
        file.Write(path);
    }

    private static void Put(H5Group group, string path, object value)
    {
        string[] parts = path.Split('/');
        foreach (string part in parts[..^1])
        {
            if (!group.ContainsKey(part)) group[part] = new H5Group();
            group = (H5Group)group[part];
        }
        group[parts[^1]] = value;
    }

    /// <summary>An .npz; bytes makes an array's file of its name.</summary>
    public static void Npz(string path, IEnumerable<(string Name, byte[] Bytes)> arrays)
    {
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in arrays)
        {
            using Stream stream = archive.CreateEntry(name).Open();
            stream.Write(bytes);
        }
    }

    /// <summary>An .npy file: the header as NumPy writes it, then <paramref name="data"/>.</summary>
    public static byte[] Npy(string descr, bool fortran, string shape, byte[] data, byte version = 1)
    {
        int prefix = version == 1 ? 10 : 12;
        string text = $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}";
        text = text.PadRight((prefix + text.Length + 64) / 64 * 64 - prefix - 1) + "\n";
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.Latin1.GetBytes(text), .. data];
    }

    public static byte[] Bytes(float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    /// <summary>One TensorProto. The data go into <paramref name="field"/>: 9 raw bytes, 4 packed floats.</summary>
    public static byte[] OnnxTensor(string name, int type, int[] sizes, byte[] data, int field = 9) => Message(output =>
    {
        foreach (int size in sizes) Varint(output, 1, size);
        Varint(output, 2, type);
        Part(output, field, data);
        Part(output, 8, Encoding.UTF8.GetBytes(name));
    });

    /// <summary>One TensorProto whose data are in another file.</summary>
    public static byte[] OnnxExternal(string name, int[] sizes, string location, int offset) => Message(output =>
    {
        foreach (int size in sizes) Varint(output, 1, size);
        Varint(output, 2, 1);
        Part(output, 8, Encoding.UTF8.GetBytes(name));
        foreach ((string key, string value) in new[] { ("location", location), ("offset", $"{offset}") })
            Part(output, 13, Message(entry =>
            {
                Part(entry, 1, Encoding.UTF8.GetBytes(key));
                Part(entry, 2, Encoding.UTF8.GetBytes(value));
            }));
        Varint(output, 14, 1);
    });

    public static byte[] OnnxModel(IEnumerable<byte[]> initializers) => Message(model =>
    {
        Varint(model, 1, 8);
        Part(model, 7, Message(graph =>
        {
            Part(graph, 2, "net"u8.ToArray());
            foreach (byte[] tensor in initializers) Part(graph, 5, tensor);
        }));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream bytes = new();
        using CodedOutputStream output = new(bytes, leaveOpen: true);
        write(output);
        output.Flush();
        return bytes.ToArray();
    }

    private static void Varint(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Part(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }
}
