// Embeddings as Parquet, for pandas, Polars, DuckDB and Spark. Read next: EmbeddingFile.cs, ../../docs/decisions/0007-parquet-package.md.
using Parquet;
using Parquet.Schema;

namespace Dcc.Data;

/// <summary>Columns file, modality, start_second, end_second, embedding (a list of floats) and centres if there are any; the metadata is one of the file's key-value pairs.</summary>
internal static class ParquetEmbeddings
{
    public static void Write(Stream stream, EmbeddingSpool rows, string metadata) => WriteAsync(stream, rows, metadata).GetAwaiter().GetResult();

    private static async Task WriteAsync(Stream stream, EmbeddingSpool rows, string metadata)
    {
        DataField<string> file = new("file", false), modality = new("modality", false);
        DataField<double> start = new("start_second"), end = new("end_second");
        DataField<float> vector = new("element"), centre = new("element");
        Field[] fields = [file, modality, start, end, new ListField("embedding", vector)];
        ParquetSchema schema = new(rows.CentresWidth > 0 ? [.. fields, new ListField("centres", centre)] : fields);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream).ConfigureAwait(false);
        writer.CustomMetadata = new Dictionary<string, string> { ["metadata"] = metadata };
        foreach ((int first, int count) in EmbeddingFile.Chunks(rows.Rows.Count))
        {
            EmbeddingRow[] some = [.. rows.Rows.Skip(first).Take(count)];
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(file, [.. some.Select(row => rows.Files[row.File])]).ConfigureAwait(false);
            await group.WriteAsync(modality, [.. some.Select(row => EmbeddingFile.Name(row.Modality))]).ConfigureAwait(false);
            await group.WriteAsync<double>(start, some.Select(row => row.StartSecond).ToArray()).ConfigureAwait(false);
            await group.WriteAsync<double>(end, some.Select(row => row.EndSecond).ToArray()).ConfigureAwait(false);
            await Lists(group, vector, rows.Vectors(first, count), rows.Width).ConfigureAwait(false);
            if (rows.CentresWidth > 0) await Lists(group, centre, rows.Centres(first, count), rows.CentresWidth).ConfigureAwait(false);
            group.CompleteValidate();
        }
    }

    /// <summary>Lists of the same length: a value that begins one has repetition level 0, and none is missing.</summary>
    private static Task Lists(ParquetRowGroupWriter group, DataField element, float[] values, int width)
    {
        int[] definition = new int[values.Length], repetition = new int[values.Length];
        Array.Fill(definition, element.MaxDefinitionLevel);
        for (int i = 0; i < repetition.Length; i++) repetition[i] = i % width == 0 ? 0 : element.MaxRepetitionLevel;
        return group.WriteAllPartsAsync<float>(element, values, definition, repetition, CancellationToken.None);
    }
}
