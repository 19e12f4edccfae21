// The lists that extend Flickr-SoundNet's and VGG-SS's test sets by pairs that do not sound: columns video, audio, label. Read next: ExtendedFolder.cs, ../Evaluation/SilencePairs.cs.
using CsvHelper;

namespace Dcc.Data;

/// <summary>
/// A row pairs the frame of one id with the sound of an id, mostly another's; its label is <c>non-sounding</c>, or the class of what sounds. The published lists (flickr_test_plus_silent.csv with 250 rows,
/// vggss_test_plus_silent.csv with 5158) have non-sounding rows alone: pairs that sound are those of the plain test list. In 379 rows of the second both ids are the same, of a clip outside VGG-SS.
/// </summary>
public static class ExtendedList
{
    private const string NotSounding = "non-sounding";
    private static readonly string[] columns = ["video", "audio", "label"];

    /// <summary>Whether a CSV file has the columns of such a list.</summary>
    public static bool IsOne(string path)
    {
        if (!File.Exists(path)) return false;
        using StreamReader reader = new(path);
        char[] start = new char[256];
        string head = new(start, 0, reader.ReadBlock(start));
        string[] names = head.Split('\n')[0].Trim().Split(',', ';', '\t');
        return columns.All(column => names.Any(name => name.Trim().Equals(column, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The rows, in their order.</summary>
    /// <exception cref="DataException">It is no such list, or names nothing.</exception>
    public static IReadOnlyList<ExtendedPair> Read(string path)
    {
        using CsvReader csv = CsvFile.Open(path, "a CSV list of pairs");
        List<ExtendedPair> pairs = [];
        try
        {
            csv.ReadHeader();
            int[] places = [.. columns.Select(column => csv.TryGetFieldIndex(column, out int index) ? index
                : throw new DataException($"{path}, line 1: there is no column \"{column}\"; the list of an extended test set has video,audio,label."))];
            while (csv.Read())
            {
                string[] fields = [.. places.Select(place => place < csv.FieldCount ? csv.GetString(place) ?? "" : "")];
                if (fields.Any(field => field.Length == 0)) throw new DataException($"{path}, line {csv.LineNumber}: a row needs video, audio and label; correct or remove it.");
                bool silent = fields[2] == NotSounding;
                pairs.Add(new ExtendedPair(fields[0], fields[1], silent ? null : fields[2], silent));
            }
        }
        catch (CsvFormatException failure)
        {
            throw CsvFile.Broken(path, failure);
        }
        return pairs.Count > 0 ? pairs : throw new DataException($"{path} lists no pairs: add lines with video, audio and label below the names of the columns.");
    }

    /// <summary>The list that this one extends, by its name without "_plus_silent": beside it, or in <paramref name="folder"/>; null if neither has it.</summary>
    internal static string? PlainList(string path, string folder)
    {
        string name = Path.GetFileName(path).Replace("_plus_silent", "", StringComparison.Ordinal);
        return name == Path.GetFileName(path) ? null : new[] { Path.GetDirectoryName(Path.GetFullPath(path))!, folder }.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// What to read for a list of either kind: the rows that do not sound; those that do, where the list has any; and otherwise the list of ids that sound, null if none is known.
    /// </summary>
    internal static (IReadOnlyList<ExtendedPair> Silent, IReadOnlyList<ExtendedPair> Sounding, string? Plain) Split(string? list, string folder)
    {
        if (list is null || !IsOne(list)) return ([], [], list);
        IReadOnlyList<ExtendedPair> rows = Read(list);
        return ([.. rows.Where(row => row.Silent)], [.. rows.Where(row => !row.Silent)], PlainList(list, folder));
    }

    /// <summary>Rows whose files are there, as pairs without boxes.</summary>
    /// <param name="rows">Rows of the list.</param>
    /// <param name="picture">The picture of an id, or null.</param>
    /// <param name="sound">The sound of an id, or null.</param>
    /// <param name="missing">Is told of the others.</param>
    internal static IEnumerable<BoxedPair> Find(IEnumerable<ExtendedPair> rows, Func<string, string?> picture, Func<string, string?> sound, List<SkippedSample> missing)
    {
        foreach (ExtendedPair row in rows)
            if (!PathRules.IsPlainName(row.Video) || !PathRules.IsPlainName(row.Audio)) missing.Add(new SkippedSample(row.Id, "an id of the list is a path; it must be a file's name."));
            else if (picture(row.Video) is not { } seen) missing.Add(new SkippedSample(row.Id, $"no picture {row.Video}.jpg; copy or download it again."));
            else if (sound(row.Audio) is not { } heard) missing.Add(new SkippedSample(row.Id, $"no sound {row.Audio}.wav; copy or download it again."));
            else yield return new BoxedPair(row.Id, seen, heard, [], row.Label, row.Silent);
    }

    /// <summary>What a person should know of such lists: the one in use, or one that lies there.</summary>
    internal static IEnumerable<string> Notes(string folder, string? list, int silent)
    {
        if (silent > 0) yield return $"{silent} rows of {list} do not sound: they serve `evaluate silence`, and precision, AP and F1 of `evaluate localization`.";
        else if (list is null)
            foreach (string found in new[] { folder, Path.Combine(folder, "metadata") }.Where(Directory.Exists).SelectMany(place => Directory.EnumerateFiles(place, "*.csv")).Where(IsOne).Order(StringComparer.Ordinal))
                yield return $"{found} extends the test set by pairs that do not sound: --list {found} takes them too.";
    }
}

/// <summary>A row of an extended list: <paramref name="Label"/> is the class of what sounds, where it is known; <paramref name="Silent"/> where nothing visible does.</summary>
public sealed record ExtendedPair(string Video, string Audio, string? Label, bool Silent)
{
    public string Id => !Silent && Video == Audio ? Video : $"{Video} <- {Audio}";
}
