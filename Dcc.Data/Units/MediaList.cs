// Files to look at and listen to, from what a user names: files, folders, CSV lists. Read next: MediaUnits.cs.
using CsvHelper;

namespace Dcc.Data;

public static class MediaList
{
    private static readonly HashSet<string> Pictures = new([".png", ".jpg", ".jpeg", ".bmp", ".gif"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Sounds = new([".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Videos =
        new([".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".3gp", ".flv", ".wmv", ".ogv"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Columns of a CSV list that hold files.</summary>
    private static readonly string[] Columns = ["file", "path", "image", "sound", "video"];

    /// <summary>By its name.</summary>
    public static bool IsPicture(string path) => Pictures.Contains(Path.GetExtension(path));

    /// <summary>Whether the name is one of a sound without pictures.</summary>
    public static bool IsSoundByName(string path) => Sounds.Contains(Path.GetExtension(path));

    /// <summary>
    /// The files in the order of the names given, each once. A folder stands for every picture, sound and video in it and below, by name; a CSV file for the files in its columns file, path, image,
    /// sound and video, relative to its folder; a folder that `dcc prepare` made for its shards. Whether a file can be read shows when it is.
    /// </summary>
    /// <exception cref="DataException">A name leads nowhere, or nothing is left.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> names)
    {
        List<string> files = [];
        foreach (string name in names)
            if (ShardIndex.IsIn(name)) files.AddRange(ShardUnits.In(name));
            else if (Directory.Exists(name)) files.AddRange(InFolder(name));
            else if (Path.GetExtension(name).Equals(".csv", StringComparison.OrdinalIgnoreCase)) files.AddRange(InList(name));
            else files.Add(name);
        if (files.Count == 0)
            throw new DataException($"{string.Join(", ", names)} holds no picture, sound or video that is known by its ending: name files, or a folder with {string.Join(" ", [".png", ".jpg", ".wav", ".mp3", ".mp4"])} and so on in it.");
        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> InFolder(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Where(file => Path.GetExtension(file) is { Length: > 0 } ending && (Pictures.Contains(ending) || Sounds.Contains(ending) || Videos.Contains(ending))).Order(StringComparer.Ordinal);

    private static List<string> InList(string path)
    {
        using CsvReader csv = CsvFile.Open(path, "a CSV list of files");
        List<string> files = [];
        try
        {
            csv.ReadHeader();
            int[] places = [.. Columns.Where(column => csv.TryGetFieldIndex(column, out _)).Select(column => csv.TryGetFieldIndex(column, out int index) ? index : -1).Order()];
            if (places.Length == 0) throw new DataException($"{path}, line 1: none of its columns is called {string.Join(", ", Columns[..^1])} or {Columns[^1]}; the first line must name the columns.");
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            while (csv.Read())
                files.AddRange(places.Where(index => index < csv.FieldCount).Select(index => csv.GetString(index)).Where(value => value is { Length: > 0 }).Select(value => Path.GetFullPath(value!, folder)));
        }
        catch (CsvFormatException failure)
        {
            throw CsvFile.Broken(path, failure);
        }
        return files;
    }
}
