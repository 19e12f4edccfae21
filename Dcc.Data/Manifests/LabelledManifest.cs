// CSV files that list labelled sounds or labelled pictures. Read next: ../Evaluation/SoundFeatures.cs.
using CsvHelper;

namespace Dcc.Data;

/// <summary>
/// The first line names the columns, in any order: sound,label,group, or image,labels,group with "|" between several labels; a column source is optional (<see cref="LabelledSound"/> says what
/// group and source mean), others are passed over. Columns are separated by commas, semicolons or tabs; relative paths start at the file's folder. Whether a file can be read shows when it is.
/// </summary>
public static class LabelledManifest
{
    private const string Wanted = "a CSV list of labelled files";
    private const int MostErrorsShown = 5;

    /// <summary>Columns sound,label,group.</summary>
    /// <exception cref="DataException">Names the line of every error, the first few of many.</exception>
    public static IReadOnlyList<LabelledSound> ReadSounds(string path) =>
        Read(path, "sound", "label", row => new LabelledSound(row.Name, row.File, row.Label, row.Group, row.Source));

    /// <summary>Columns image,labels,group.</summary>
    /// <exception cref="DataException">Names the line of every error, the first few of many.</exception>
    public static IReadOnlyList<LabelledPicture> ReadPictures(string path) =>
        Read(path, "image", "labels", row => new LabelledPicture(row.Name, row.File, [.. row.Label.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()], row.Group, row.Source));

    private sealed record Row(string Name, string File, string Label, string Group, string? Source);

    private static List<T> Read<T>(string path, string fileColumn, string labelColumn, Func<Row, T> make)
    {
        using CsvReader csv = CsvFile.Open(path, Wanted);
        List<T> samples = [];
        List<string> errors = [];
        try
        {
            csv.ReadHeader();
            foreach (string column in new[] { fileColumn, labelColumn, "group" })
                if (!csv.TryGetFieldIndex(column, out _))
                    throw new DataException($"{path}, line 1: there is no column \"{column}\"; the first line must name the columns, such as {fileColumn},{labelColumn},group.");
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            while (csv.Read())
            {
                string? file = Field(fileColumn), label = Field(labelColumn), group = Field("group");
                if (file is not null && label is not null && group is not null) samples.Add(make(new Row(file, Path.GetFullPath(file, folder), label, group, Field("source"))));
                else errors.Add($"line {csv.LineNumber}: {(file is null ? fileColumn : label is null ? labelColumn : "group")} is empty");
            }

            string? Field(string column) => csv.TryGetFieldIndex(column, out int index) && index < csv.FieldCount && csv.GetString(index) is { Length: > 0 } value ? value : null;
        }
        catch (CsvFormatException failure)
        {
            throw CsvFile.Broken(path, failure);
        }
        if (errors.Count > 0)
            throw new DataException($"{path}, {string.Join("; ", errors.Take(MostErrorsShown))}{(errors.Count > MostErrorsShown ? $"; and {errors.Count - MostErrorsShown} more" : "")}. Fill these in or delete the lines.");
        if (samples.Count == 0) throw new DataException($"{path} lists no files: add a line below the names of the columns.");
        return samples;
    }
}
