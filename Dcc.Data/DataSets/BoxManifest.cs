// A CSV file that lists pictures, their sounds and boxes: for data in no published layout. Read next: ../Evaluation/LocalizationTask.cs.
using System.Globalization;
using CsvHelper;

namespace Dcc.Data;

/// <summary>
/// The first line names the columns id, image, sound, xmin, ymin, xmax, ymax and, if known, label. One row a box, several rows for a pair with several; corners are fractions of the picture, all four
/// empty where nothing visible sounds. Relative paths start at the manifest's folder; files are looked for when they are used.
/// </summary>
public static class BoxManifest
{
    private const string Wanted = "a CSV manifest of boxes";
    private const int MostErrorsShown = 5;
    private static readonly string[] required = ["id", "image", "sound", "xmin", "ymin", "xmax", "ymax"];

    /// <summary>The pairs in the order of their first rows. Throws <see cref="DataException"/> that names the line of every error, the first few of many.</summary>
    public static IReadOnlyList<BoxedPair> Read(string path)
    {
        using CsvReader csv = CsvFile.Open(path, Wanted);
        Dictionary<string, BoxedPair> pairs = [];
        List<string> errors = [], order = [];
        try
        {
            csv.ReadHeader();
            foreach (string column in required)
                if (!csv.TryGetFieldIndex(column, out _)) throw new DataException($"{path}, line 1: there is no column \"{column}\"; the first line must name {string.Join(',', required)} and may name label.");
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            while (csv.Read())
            {
                string? problem = Row(csv, folder, pairs, order);
                if (problem is not null) errors.Add($"line {csv.LineNumber}: {problem}");
            }
        }
        catch (CsvFormatException failure)
        {
            throw CsvFile.Broken(path, failure);
        }
        if (errors.Count > 0) throw new DataException($"{path}, {string.Join("; ", errors.Take(MostErrorsShown))}{(errors.Count > MostErrorsShown ? $"; and {errors.Count - MostErrorsShown} more" : "")}. Correct these rows.");
        if (pairs.Count == 0) throw new DataException($"{path} lists no boxes: add a line such as 1,frog.jpg,frog.wav,0.1,0.2,0.5,0.6 below the names of the columns.");
        return [.. order.Select(id => pairs[id])];
    }

    /// <summary>Adds a row to its pair; what is wrong with it, or null.</summary>
    private static string? Row(CsvReader csv, string folder, Dictionary<string, BoxedPair> pairs, List<string> order)
    {
        string id = Text("id"), image = Text("image"), sound = Text("sound");
        string? label = Text("label") is { Length: > 0 } given ? given : null;
        if (id.Length == 0 || image.Length == 0 || sound.Length == 0) return "id, image and sound must not be empty";
        string[] corners = [Text("xmin"), Text("ymin"), Text("xmax"), Text("ymax")];
        double[] values = new double[corners.Length];
        bool none = corners.All(corner => corner.Length == 0);
        for (int i = 0; i < corners.Length && !none; i++)
            if (!double.TryParse(corners[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])) return $"{required[3 + i]} is \"{corners[i]}\"; a number from 0 to 1 was expected";
        AnnotatedBox[] boxes = none ? [] : [new AnnotatedBox(values[0], values[1], values[2], values[3], 1, 1, label)];
        BoxedPair pair = new(id, Path.GetFullPath(image, folder), Path.GetFullPath(sound, folder), boxes, label, Silent: none);
        if (!pairs.TryGetValue(id, out BoxedPair? known))
        {
            pairs.Add(id, pair);
            order.Add(id);
            return null;
        }
        if (known.PicturePath != pair.PicturePath || known.SoundPath != pair.SoundPath) return $"id {id} had another image or sound before; give each pair an id of its own";
        if (known.Silent || none) return $"id {id} has a row without a box, which says that nothing visible sounds, and another row; keep one of the two";
        pairs[id] = known with { Boxes = [.. known.Boxes, .. boxes], Label = known.Label == label ? label : null };
        return null;

        string Text(string column) => csv.TryGetFieldIndex(column, out int index) && index < csv.FieldCount ? csv.GetString(index) ?? "" : "";
    }
}
