// Files of weights as other programs write them, and broken ones. Read next: ../../Dcc.Data/Weights/WeightFile.cs.
using System.Buffers.Binary;
using Dcc.Data;
using Dcc.Tensors;
using PureHDF;

namespace Dcc.Tests.Weights;

public sealed class WeightFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Npy_of_every_version_is_read(byte version)
    {
        string path = folder.File("a.npy", ForeignFiles.Npy("<f4", false, "(2, 3)", ForeignFiles.Bytes([1, 2, 3, 4, 5, 6]), version));
        NamedTensor tensor = Assert.Single(WeightFile.Open(path).Tensors);
        Assert.Equal(("a", new TensorShape(2, 3)), (tensor.Name, tensor.Shape));
        Assert.Equal([1f, 2, 3, 4, 5, 6], tensor.Read());
    }

    [Fact]
    public void Npy_types_and_orders_become_row_major_floats()
    {
        byte[] big = new byte[16];
        BinaryPrimitives.WriteDoubleBigEndian(big, -1.5);
        BinaryPrimitives.WriteDoubleBigEndian(big.AsSpan(8), 3);
        (string Descr, byte[] Data, float[] Values)[] cases =
        [
            (">f8", big, [-1.5f, 3]), ("<f2", [0x00, 0x3C, 0x00, 0xC0], [1, -2]), ("|i1", [0xFF, 2], [-1, 2]), ("|u1", [0xFF, 2], [255, 2]), (">i2", [0xFF, 0xFE, 0, 5], [-2, 5]),
            ("<i8", [.. BitConverter.GetBytes(-7L), .. BitConverter.GetBytes(9L)], [-7, 9]), ("|b1", [0, 1], [0, 1]), ("<u4", [1, 0, 0, 0, 0, 1, 0, 0], [1, 256]),
        ];
        foreach ((string descr, byte[] data, float[] values) in cases)
            Assert.Equal(values, WeightFile.Open(folder.File("t.npy", ForeignFiles.Npy(descr, false, "(2,)", data))).Tensors[0].Read());
        // column by column: [[1, 2, 3], [4, 5, 6]]
        Assert.Equal([1f, 2, 3, 4, 5, 6], WeightFile.Open(folder.File("f.npy", ForeignFiles.Npy("<f4", true, "(2, 3)", ForeignFiles.Bytes([1, 4, 2, 5, 3, 6])))).Tensors[0].Read());
        Assert.Equal([7f], WeightFile.Open(folder.File("s.npy", ForeignFiles.Npy("<f4", false, "()", ForeignFiles.Bytes([7])))).Tensors[0].Read());
    }

    [Fact]
    public void Npz_keeps_slashes_in_names()
    {
        ForeignFiles.Npz(folder.Path("a.npz"), [("vggish/conv1/weights.npy", ForeignFiles.Npy("<f4", false, "(1,)", ForeignFiles.Bytes([3]))), ("note.txt", [1])]);
        NamedTensor tensor = Assert.Single(WeightFile.Open(folder.Path("a.npz")).Tensors);
        Assert.Equal("vggish/conv1/weights", tensor.Name);
        Assert.Equal([3f], tensor.Read());
    }

    [Fact]
    public void Hdf5_datasets_have_their_path_as_name_and_any_float_is_read()
    {
        H5File file = new()
        {
            ["model_weights"] = new H5Group { ["a"] = new H5Group { ["kernel:0"] = new H5Dataset(new float[] { 1, 2, 3, 4, 5, 6 }, fileDims: [2, 3]) } },
            ["wide"] = new double[] { 0.5, 2 },
            ["step"] = new int[] { 4 },
            ["words"] = new[] { "a", "b" },
        };
        file.Write(folder.Path("a.h5"));
        WeightFile read = WeightFile.Open(folder.Path("a.h5"));
        Assert.Equal("HDF5", read.Format);
        Dictionary<string, NamedTensor> tensors = read.Tensors.ToDictionary(tensor => tensor.Name);
        Assert.Equal(["model_weights/a/kernel:0", "step", "wide"], tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new TensorShape(2, 3), tensors["model_weights/a/kernel:0"].Shape);
        Assert.Equal([1f, 2, 3, 4, 5, 6], tensors["model_weights/a/kernel:0"].Read());
        Assert.Equal([0.5f, 2], tensors["wide"].Read());
        Assert.Contains("not of floating point", Assert.Throws<DataException>(() => tensors["step"].Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Onnx_initialisers_are_read_from_every_field()
    {
        folder.File("beside.bin", [0, 0, 0, 0, .. ForeignFiles.Bytes([8, 9])]);
        string path = folder.File("a.onnx", ForeignFiles.OnnxModel(
        [
            ForeignFiles.OnnxTensor("raw", 1, [2, 1], ForeignFiles.Bytes([1, 2])), ForeignFiles.OnnxTensor("listed", 1, [3], ForeignFiles.Bytes([1, 2, 3]), field: 4),
            ForeignFiles.OnnxTensor("half", 10, [2], [0x00, 0x3C, 0x00, 0xC0]), ForeignFiles.OnnxTensor("double", 11, [1], BitConverter.GetBytes(0.25)),
            ForeignFiles.OnnxTensor("shape", 7, [1], BitConverter.GetBytes(5L)), ForeignFiles.OnnxExternal("far", [2], "beside.bin", 4), ForeignFiles.OnnxExternal("out", [2], "../beside.bin", 0),
            ForeignFiles.OnnxTensor("short", 1, [4], ForeignFiles.Bytes([1])),
        ]));
        Dictionary<string, NamedTensor> tensors = WeightFile.Open(path).Tensors.ToDictionary(tensor => tensor.Name);
        Assert.Equal(new TensorShape(2, 1), tensors["raw"].Shape);
        Assert.Equal([1f, 2], tensors["raw"].Read());
        Assert.Equal([1f, 2, 3], tensors["listed"].Read());
        Assert.Equal([1f, -2], tensors["half"].Read());
        Assert.Equal([0.25f], tensors["double"].Read());
        Assert.Equal([8f, 9], tensors["far"].Read());
        foreach ((string name, string reason) in new[] { ("shape", "INT64"), ("out", "outside the model's folder"), ("short", "4 bytes of 16") })
            Assert.Contains(reason, Assert.Throws<DataException>(() => tensors[name].Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Safetensors_with_counters_are_read()
    {
        string header = """{"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"w":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]}}""";
        string path = folder.File("a.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.UTF8.GetBytes(header), 5, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0x00, 0x40]);
        WeightFile file = WeightFile.Open(path);
        Assert.Equal(["I64", "BF16"], file.Tensors.Select(tensor => tensor.Type));
        Assert.Equal([5f], file.Tensors[0].Read());
        Assert.Equal([1f, 2], file.Tensors[1].Read());
    }

    [Theory]
    [InlineData("object.npy", "pickled Python objects")]
    [InlineData("complex.npy", "its type is <c8")]
    [InlineData("short.npy", "a truncated file?")]
    [InlineData("header.npy", "header is cut off")]
    [InlineData("version.npy", "format version is 9")]
    [InlineData("huge.npy", "shape (99999, 99999) cannot be used")]
    [InlineData("negative.npy", "shape (-1,) cannot be used")]
    [InlineData("pickle.pth", "runs code when it is opened")]
    [InlineData("zip.pth", "runs code when it is opened")]
    [InlineData("broken.npz", "broken ZIP archive")]
    [InlineData("none.npz", "without a .npy array")]
    [InlineData("broken.h5", "cannot be read as HDF5")]
    [InlineData("noise.onnx", "no ONNX")]
    [InlineData("letter.txt", "a text file, not weights")]
    [InlineData("empty.npz", "is empty")]
    [InlineData("missing.npz", "does not exist")]
    public void Unusable_files_are_refused_with_a_sentence(string name, string reason)
    {
        string path = folder.Path(name);
        byte[] good = ForeignFiles.Npy("<f4", false, "(2,)", ForeignFiles.Bytes([1, 2]));
        byte[]? bytes = name switch
        {
            "object.npy" => ForeignFiles.Npy("|O", false, "(2,)", new byte[40]),
            "complex.npy" => ForeignFiles.Npy("<c8", false, "(2,)", new byte[16]),
            "short.npy" => good[..^3],
            "header.npy" => good[..30],
            "version.npy" => [.. good[..6], 9, .. good[7..]],
            "huge.npy" => ForeignFiles.Npy("<f4", false, "(99999, 99999)", []),
            "negative.npy" => ForeignFiles.Npy("<f4", false, "(-1,)", []),
            "pickle.pth" => [0x80, 2, 0x8a, 10, 1, 2, 3],
            "broken.npz" => [.. "PK\u0003\u0004"u8, .. new byte[100]],
            "broken.h5" => [0x89, .. "HDF\r\n"u8, 0x1a, (byte)'\n', .. new byte[50]],
            "noise.onnx" => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 3, 4, 5, 6],
            "letter.txt" => "Dear reader, this is no model.\n"u8.ToArray(),
            "empty.npz" => [],
            _ => null,
        };
        if (bytes is not null) folder.File(name, bytes);
        if (name == "zip.pth") ForeignFiles.Npz(path, [("archive/data.pkl", [0x80, 2]), ("archive/data/0", new byte[8])]);
        if (name == "none.npz") ForeignFiles.Npz(path, [("a.txt", [1])]);
        string message = Assert.Throws<DataException>(() => WeightFile.Open(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncated_hdf5_and_onnx_are_refused_when_opened_or_read()
    {
        ForeignLayer[] layers = ForeignFiles.Layers(ForeignFiles.Narrow.Audio, 1, seed: 3);
        ForeignFiles.Keras(folder.Path("whole.h5"), layers, ForeignFiles.TensorFlowVggish, name => $"{name}/{name}/kernel:0", name => $"{name}/{name}/bias:0");
        byte[] onnx = ForeignFiles.OnnxModel([ForeignFiles.OnnxTensor("w", 1, [100], new byte[400])]);
        foreach (byte[] whole in new[] { File.ReadAllBytes(folder.Path("whole.h5")), onnx })
        {
            string path = folder.File(whole == onnx ? "cut.onnx" : "cut.h5", whole[..(whole.Length / 2)]);
            Assert.Throws<DataException>(() => { foreach (NamedTensor tensor in WeightFile.Open(path).Tensors) tensor.Read(); });
        }
    }

    public void Dispose() => folder.Dispose();
}
