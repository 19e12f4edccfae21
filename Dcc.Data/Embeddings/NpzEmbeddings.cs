// Embeddings for NumPy: numpy.load("FILE.npz")["embedding"]. Read next: ../Weights/NumpyWriter.cs.
using System.IO.Compression;

namespace Dcc.Data;

/// <summary>Arrays file, modality, start_second, end_second [rows], embedding [rows, width], centres [rows, clusters * dims] if there are any, and metadata, one text of JSON.</summary>
internal static class NpzEmbeddings
{
    public static void Write(Stream stream, EmbeddingSpool rows, string metadata)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        int count = rows.Rows.Count;
        Texts("file", [.. rows.Files], row => rows.Files[row.File]);
        Texts("modality", [EmbeddingFile.Name(Modality.Audio), EmbeddingFile.Name(Modality.Image)], row => EmbeddingFile.Name(row.Modality));
        Seconds("start_second", row => row.StartSecond);
        Seconds("end_second", row => row.EndSecond);
        Numbers("embedding", rows.Width, rows.Vectors);
        if (rows.CentresWidth > 0) Numbers("centres", rows.CentresWidth, rows.Centres);
        using Stream last = Entry("metadata", CompressionLevel.Fastest);
        string type = NumpyWriter.TextType([metadata]);
        NumpyWriter.Header(last, type);
        NumpyWriter.Text(last, metadata, type);

        Stream Entry(string name, CompressionLevel level) => archive.CreateEntry($"{name}.npy", level).Open();

        // The same few names over and over, four bytes a letter: worth squeezing.
        void Texts(string name, string[] all, Func<EmbeddingRow, string> text)
        {
            using Stream entry = Entry(name, CompressionLevel.Fastest);
            string wide = NumpyWriter.TextType(all);
            NumpyWriter.Header(entry, wide, count);
            foreach (EmbeddingRow row in rows.Rows) NumpyWriter.Text(entry, text(row), wide);
        }

        void Seconds(string name, Func<EmbeddingRow, double> value)
        {
            using Stream entry = Entry(name, CompressionLevel.Fastest);
            NumpyWriter.Header(entry, "<f8", count);
            foreach (EmbeddingRow row in rows.Rows) NumpyWriter.Double(entry, value(row));
        }

        void Numbers(string name, int width, Func<int, int, float[]> read)
        {
            using Stream entry = Entry(name, CompressionLevel.NoCompression);
            NumpyWriter.Header(entry, "<f4", count, width);
            foreach ((int first, int some) in EmbeddingFile.Chunks(count)) NumpyWriter.Floats(entry, read(first, some));
        }
    }
}
