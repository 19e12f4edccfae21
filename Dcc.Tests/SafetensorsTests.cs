// The file format: what is written is read back, and everything broken is refused with a sentence. Read next: ../Dcc.Tensors/Files/Safetensors.cs.
using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Dcc.Tensors;

namespace Dcc.Tests;

public sealed class SafetensorsTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        Gen.Float[-1e30f, 1e30f].Array[0, 40].Sample(values =>
        {
            Safetensors file = new();
            file.Metadata["note"] = "a \"quoted\" word, ümlaut";
            file.Tensors.Add("empty", (new TensorShape(0, 3), []));
            file.Tensors.Add("layer.weight", (new TensorShape(values.Length), values));
            file.Tensors.Add("scalar", (new TensorShape(), [1.5f]));
            using MemoryStream stream = new();
            file.Write(stream);
            Safetensors read = Safetensors.Parse("memory", stream.ToArray());
            Assert.Equal(file.Metadata, read.Metadata);
            Assert.Equal(["empty", "layer.weight", "scalar"], read.Tensors.Keys);
            Assert.Equal(values, read.Tensors["layer.weight"].Values);
            Assert.Equal(new TensorShape(0, 3), read.Tensors["empty"].Shape);
        }, iter: 50);
    }

    [Fact]
    public void Halves_and_doubles_become_floats()
    {
        byte[] data = [0x00, 0x3C, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F];
        string header = """{"half":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"bf":{"dtype":"BF16","shape":[1],"data_offsets":[2,4]},"double":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}}""";
        Safetensors read = Safetensors.Parse("memory", Bytes(header, data));
        Assert.Equal([1f, 1f, 1.5f], [read.Tensors["half"].Values[0], read.Tensors["bf"].Values[0], read.Tensors["double"].Values[0]]);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "truncated")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8, "type I64")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "header is broken")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999,99999],"data_offsets":[0,4]}}""", 4, "header is broken")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "header is broken")]
    [InlineData("""{"a":{"dtype":"F32","shape":"x"}}""", 0, "header is broken")]
    [InlineData("[]", 0, "header is broken")]
    [InlineData("not json", 0, "header is broken")]
    public void Broken_files_are_refused_with_a_sentence(string header, int dataLength, string reason)
    {
        ModelFileException thrown = Assert.Throws<ModelFileException>(() => Safetensors.Parse("x.safetensors", Bytes(header, new byte[dataLength])));
        Assert.StartsWith("x.safetensors: not a usable safetensors file", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_and_many_mutations_are_refused_or_read_never_worse()
    {
        Safetensors file = new();
        file.Tensors.Add("a", (new TensorShape(2, 2), [1, 2, 3, 4]));
        using MemoryStream stream = new();
        file.Write(stream);
        byte[] bytes = stream.ToArray();
        for (int length = 0; length < bytes.Length; length++) Assert.Throws<ModelFileException>(() => Safetensors.Parse("cut", bytes.AsMemory(0, length)));
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] changed = [.. bytes];
            changed[at] = value;
            try { Safetensors.Parse("changed", changed); }
            catch (ModelFileException) { }
        }, iter: 2000);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        string folder = Directory.CreateTempSubdirectory("dcc-").FullName, path = Path.Combine(folder, "model.safetensors");
        File.WriteAllText(path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    private static byte[] Bytes(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return [.. length, .. text, .. data];
    }
}
