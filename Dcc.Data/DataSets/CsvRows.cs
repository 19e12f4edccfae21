// The rows of a published CSV list, as fields. Read next: Esc50.cs.
using CsvHelper;

namespace Dcc.Data;

internal static class CsvRows
{
    /// <summary>Every row of a list without names of columns. <paramref name="comment"/> begins lines that are passed over. Throws <see cref="DataException"/> for what is no CSV.</summary>
    public static IReadOnlyList<string[]> Read(string path, char separator = ',', char? comment = null)
    {
        using CsvReader csv = CsvFile.Open(path, "a CSV list", header: false, separator, comment);
        List<string[]> rows = [];
        try
        {
            while (csv.Read())
            {
                string[] fields = new string[csv.FieldCount];
                for (int i = 0; i < fields.Length; i++) fields[i] = csv.GetString(i) ?? "";
                rows.Add(fields);
            }
        }
        catch (CsvFormatException failure)
        {
            throw CsvFile.Broken(path, failure);
        }
        return rows;
    }

    /// <summary>Rows below a line that names the columns, each as what <paramref name="columns"/> name, in that order. Throws <see cref="DataException"/> if one is missing.</summary>
    public static IReadOnlyList<string[]> ReadNamed(string path, params string[] columns)
    {
        IReadOnlyList<string[]> rows = Read(path);
        if (rows.Count == 0) throw new DataException($"{path} has no rows: its first line must name the columns {string.Join(',', columns)}.");
        int[] at = Array.ConvertAll(columns, column => Array.IndexOf(rows[0], column));
        int missing = Array.IndexOf(at, -1);
        if (missing >= 0) throw new DataException($"{path}, line 1: there is no column \"{columns[missing]}\"; the published list has it; download it again.");
        return [.. rows.Skip(1).Select(row => Array.ConvertAll(at, index => index < row.Length ? row[index] : ""))];
    }

    /// <summary>The lines of a plain list, without empty ones.</summary>
    public static IReadOnlyList<string> Lines(string path)
    {
        using StreamReader reader = new(InputFile.Open(path, "a text list"));
        List<string> lines = [];
        while (reader.ReadLine() is { } line)
            if (line.Trim() is { Length: > 0 } text) lines.Add(text);
        return lines;
    }
}
