// Embeddings as safetensors, which knows numbers alone: a row's file is a number, its name stands in the metadata. Read next: ../../Dcc.Tensors/Files/Safetensors.cs.
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dcc.Data;

/// <summary>
/// Tensors file I64 and modality U8 (0 audio, 1 image) [rows], start_second and end_second F64 [rows], embedding F32 [rows, width], centres F32 [rows, clusters * dims] if there are any.
/// Metadata: metadata, a JSON object, and files, a JSON list of the names that file counts.
/// </summary>
internal static class SafetensorsEmbeddings
{
    public static void Write(Stream stream, EmbeddingSpool rows, string metadata)
    {
        int count = rows.Rows.Count;
        long offset = 0;
        JsonObject header = new()
        {
            ["__metadata__"] = new JsonObject { ["files"] = JsonSerializer.Serialize([.. rows.Files], EmbeddingJson.Default.StringArray), ["metadata"] = metadata },
            // The widest types first, so that each tensor is aligned to its own.
            ["file"] = Entry("I64", 8, count),
            ["start_second"] = Entry("F64", 8, count),
            ["end_second"] = Entry("F64", 8, count),
            ["embedding"] = Entry("F32", 4, count, rows.Width),
        };
        if (rows.CentresWidth > 0) header["centres"] = Entry("F32", 4, count, rows.CentresWidth);
        header["modality"] = Entry("U8", 1, count);

        string text = header.ToJsonString();
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Array.Resize(ref bytes, (bytes.Length + 7) / 8 * 8);
        bytes.AsSpan(Encoding.UTF8.GetByteCount(text)).Fill((byte)' ');
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(word, bytes.Length);
        stream.Write(word);
        stream.Write(bytes);
        foreach (EmbeddingRow row in rows.Rows)
        {
            BinaryPrimitives.WriteInt64LittleEndian(word, row.File);
            stream.Write(word);
        }
        foreach (EmbeddingRow row in rows.Rows) NumpyWriter.Double(stream, row.StartSecond);
        foreach (EmbeddingRow row in rows.Rows) NumpyWriter.Double(stream, row.EndSecond);
        foreach ((int first, int some) in EmbeddingFile.Chunks(count)) NumpyWriter.Floats(stream, rows.Vectors(first, some));
        if (rows.CentresWidth > 0)
            foreach ((int first, int some) in EmbeddingFile.Chunks(count)) NumpyWriter.Floats(stream, rows.Centres(first, some));
        foreach (EmbeddingRow row in rows.Rows) stream.WriteByte((byte)row.Modality);

        JsonObject Entry(string type, int bytesEach, params int[] shape)
        {
            long from = offset;
            offset += shape.Aggregate((long)bytesEach, (product, size) => product * size);
            return new JsonObject { ["dtype"] = type, ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]), ["data_offsets"] = new JsonArray(from, offset) };
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class EmbeddingJson : System.Text.Json.Serialization.JsonSerializerContext;
