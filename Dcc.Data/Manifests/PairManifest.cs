// A CSV file that lists pairs of a picture and a sound. Read next: ../Media/PictureReader.cs.
using CsvHelper;

namespace Dcc.Data;

/// <summary>One row: full paths, and what is known about the pair; training never sees label, coarse label or view. Line is where it stands in the file.</summary>
public sealed record PairEntry(string Image, string Sound, string? Label, string? Coarse, string? View, int Line);

/// <summary>
/// The first line names the columns, in any order: image and sound are required, label, coarse and view are not, others are passed over.
/// Columns are separated by commas, semicolons or tabs. Relative paths start at the manifest's folder.
/// </summary>
public sealed record PairManifest(string Path, IReadOnlyList<PairEntry> Pairs)
{
    private const string Wanted = "a CSV manifest of pairs";
    private const int MostErrorsShown = 5;

    /// <summary>Throws <see cref="DataException"/> that names the line of every error, the first few of many.</summary>
    public static PairManifest Read(string path) => Read(path, mayMiss: false);

    /// <summary>As <see cref="Read(string)"/>; files that do not exist are no error if they <paramref name="mayMiss"/>.</summary>
    internal static PairManifest Read(string path, bool mayMiss)
    {
        using CsvReader csv = CsvFile.Open(path, Wanted);
        List<PairEntry> pairs = [];
        List<string> errors = [];
        try
        {
            csv.ReadHeader();
            foreach (string column in new[] { "image", "sound" })
                if (!csv.TryGetFieldIndex(column, out _))
                    throw new DataException($"{path}, line 1: there is no column \"{column}\"; the first line must name the columns, such as image,sound,label,coarse,view.");
            string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
            while (csv.Read())
            {
                int line = (int)csv.LineNumber;
                string? image = File("image", line), sound = File("sound", line);
                if (image is not null && sound is not null) pairs.Add(new PairEntry(image, sound, Optional("label"), Optional("coarse"), Optional("view"), line));
            }

            string? Optional(string column) => csv.TryGetFieldIndex(column, out int index) && index < csv.FieldCount && csv.GetString(index) is { Length: > 0 } value ? value : null;

            string? File(string column, int line)
            {
                if (Optional(column) is not { } value)
                {
                    errors.Add($"line {line}: {column} is empty");
                    return null;
                }
                string file = System.IO.Path.GetFullPath(value, folder);
                if (mayMiss || System.IO.File.Exists(file)) return file;
                errors.Add($"line {line}: {column} {file} does not exist");
                return null;
            }
        }
        catch (CsvFormatException failure)
        {
            throw CsvFile.Broken(path, failure);
        }
        if (errors.Count > 0)
            throw new DataException($"{path}, {string.Join("; ", errors.Take(MostErrorsShown))}{(errors.Count > MostErrorsShown ? $"; and {errors.Count - MostErrorsShown} more" : "")}. Correct these rows; relative paths start at the manifest's folder.");
        if (pairs.Count == 0) throw new DataException($"{path} lists no pairs: add a line with a picture and a sound below the names of the columns.");
        return new PairManifest(path, pairs);
    }
}
