// Embeddings as .npz, .safetensors or .parquet, chosen by the file's ending. Read next: NpzEmbeddings.cs, SafetensorsEmbeddings.cs, ParquetEmbeddings.cs.
using System.Text.Json.Nodes;
using Dcc.Tensors;

namespace Dcc.Data;

public static class EmbeddingFile
{
    /// <summary>Rows in memory at one time while a file is written.</summary>
    internal const int RowsAtOnce = 2048;

    private static readonly Dictionary<string, Action<Stream, EmbeddingSpool, string>> formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".npz"] = NpzEmbeddings.Write, [".safetensors"] = SafetensorsEmbeddings.Write, [".parquet"] = ParquetEmbeddings.Write,
    };

    /// <exception cref="DataException">The ending is none of the three.</exception>
    public static void RequireKnown(string path)
    {
        if (!formats.ContainsKey(Path.GetExtension(path)))
            throw new DataException($"{path} has an ending that says no format: end it in {string.Join(", ", formats.Keys)}.");
    }

    /// <summary>Writes all rows and what is known about them; the file appears only when it is complete.</summary>
    public static void Write(string path, EmbeddingSpool rows, JsonObject metadata)
    {
        RequireKnown(path);
        AtomicFile.Write(path, stream => formats[Path.GetExtension(path)](stream, rows, metadata.ToJsonString()));
    }

    /// <summary>Places of chunks: first row and count.</summary>
    internal static IEnumerable<(int First, int Count)> Chunks(int rows)
    {
        for (int first = 0; first < rows; first += RowsAtOnce) yield return (first, Math.Min(RowsAtOnce, rows - first));
    }

    /// <summary>audio or image.</summary>
    internal static string Name(Modality modality) => modality == Modality.Audio ? "audio" : "image";
}
