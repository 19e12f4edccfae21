// The one way in which CSV files are opened, and what is said of one that is broken. Read next: ../Manifests/PairManifest.cs, ../DataSets/CsvRows.cs.
using CsvHelper;

namespace Dcc.Data;

internal static class CsvFile
{
    private const int LongestLine = 1 << 20;

    /// <summary>
    /// Opens a CSV file; <paramref name="wanted"/> says what the reader hopes for: "a CSV manifest of pairs". The separator is found in the first lines if it is null. Throws
    /// <see cref="DataException"/> for a file that is not there, empty, or known to be something else.
    /// </summary>
    public static CsvReader Open(string path, string wanted, bool header = true, char? separator = null, char? comment = null)
    {
        FileStream stream = InputFile.Open(path, wanted);
        try
        {
            Span<byte> head = stackalloc byte[64];
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (InputFile.Kind(head) is { } kind and not "a text file") throw new DataException($"{path} is {kind}, {wanted} was expected: name the CSV file.");
            stream.Position = 0;
            return CsvReader.Create(stream, new CsvReaderOptions
            {
                HasHeader = header, Separator = separator, CommentPrefix = comment, TrimWhitespace = true, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw, MaxRecordSize = LongestLine,
            }, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The sentence for a file whose quoting is broken.</summary>
    public static DataException Broken(string path, CsvFormatException failure) => new(
        $"{path}{(failure.LineNumber > 0 ? $", line {failure.LineNumber}" : "")}: it cannot be read as CSV ({failure.Message.TrimEnd('.')}); put a field with a comma or quotation mark in quotation marks and double those inside.", failure);
}
