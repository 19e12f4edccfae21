// VGG-SS (Chen et al. 2021): boxes on clips of VGGSound. Read next: MusicBoxes.cs.
using System.Text.Json;

namespace Dcc.Data;

/// <summary>
/// <code>vggss.json   frames/{file}.jpg   audio/{file}.wav   [vggss_test.csv]</code>
/// The file is an array of {"file": "zpWuikVorYg_000032", "class": "elk bugling", "bbox": [[x1, y1, x2, y2], ...]}, corners in fractions; one published corner is -2.9e16 and is handed on as it
/// stands: metrics clip. Boxes belong to the frame at 5 s of the 10-s clip. Copies of later work name files {ytid}_{start * 1000}_{(start + 10) * 1000}; both are found.
/// </summary>
public static class VggSs
{
    public const string Layout = "VGG-SS";
    private const int Entries = 5158;

    private static string Annotations(string folder) => Path.Combine(folder, "vggss.json");

    internal static bool Matches(string folder) => File.Exists(Annotations(folder));

    /// <summary>
    /// Reads the pairs of <paramref name="list"/> (ids in the first column, or an <see cref="ExtendedList"/>), of vggss_test.csv if that is there, or all. Throws <see cref="DataException"/> where a list
    /// cannot be read.
    /// </summary>
    public static DataSetContents Read(string folder, string? list = null)
    {
        (IReadOnlyList<ExtendedPair> silent, IReadOnlyList<ExtendedPair> sounding, string? plain) = ExtendedList.Split(list, folder);
        string usual = Path.Combine(folder, "vggss_test.csv");
        plain ??= File.Exists(usual) ? usual : null;
        List<BoxedPair> pairs = [];
        List<SkippedSample> missing = [];
        Dictionary<string, (string Label, IReadOnlyList<AnnotatedBox> Boxes)> annotated = ReadAnnotations(Annotations(folder), missing);
        foreach (string file in sounding.Count > 0 ? sounding.Select(row => row.Video) : plain is null ? [.. annotated.Keys] : FlickrSoundNetBoxes.ListedIds(plain))
        {
            if (!annotated.TryGetValue(file, out (string Label, IReadOnlyList<AnnotatedBox> Boxes) found)) missing.Add(new SkippedSample(file, "vggss.json has no boxes for it."));
            else if (!PathRules.IsPlainName(file)) missing.Add(new SkippedSample(file, "its name is a path; it must be a file's name."));
            else if (Picture(file) is not { } picture) missing.Add(new SkippedSample(file, $"no picture {file}.jpg in {folder}/frames: take the frame at 5 s of the clip."));
            else if (Sound(file) is not { } sound) missing.Add(new SkippedSample(file, $"no sound {file}.wav in {folder}/audio."));
            else pairs.Add(new BoxedPair(file, picture, sound, found.Boxes, found.Label));
        }
        List<string> notes = [sounding.Count > 0 ? $"The clips of {list}." : plain is null ? "No list of a test set was found: all annotated clips are taken." : $"The clips of {plain}."];
        if (pairs.Count != Entries) notes.Add($"VGG-SS has {Entries} clips; not all can be downloaded any more, published numbers are over 4911, 4692 and other subsets; these are {pairs.Count}.");
        pairs.AddRange(ExtendedList.Find(silent, Picture, Sound, missing));
        return new DataSetContents { Layout = Layout, Folder = folder, Boxes = pairs, Missing = missing, Notes = [.. notes, .. ExtendedList.Notes(folder, list, silent.Count)] };

        string? Picture(string file) => Find(folder, "frames", file, ".jpg", ".png");
        string? Sound(string file) => Find(folder, "audio", file, SoundNames.Endings);
    }

    private static Dictionary<string, (string, IReadOnlyList<AnnotatedBox>)> ReadAnnotations(string path, List<SkippedSample> broken)
    {
        Dictionary<string, (string, IReadOnlyList<AnnotatedBox>)> entries = [];
        using JsonDocument json = JsonFiles.Parse(path);
        if (json.RootElement.ValueKind != JsonValueKind.Array) throw new DataException($"{path} must hold an array of {{\"file\", \"class\", \"bbox\"}}; download it again.");
        int index = 0;
        foreach (JsonElement entry in json.RootElement.EnumerateArray())
        {
            index++;
            if (JsonFiles.Text(entry, "file") is not { } file || !entry.TryGetProperty("bbox", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            {
                broken.Add(new SkippedSample($"entry {index}", $"{path}: the entry has no file or no bbox."));
                continue;
            }
            List<AnnotatedBox> boxes = [];
            foreach (JsonElement box in list.EnumerateArray())
                if (JsonFiles.Numbers(box, 4) is { } v) boxes.Add(new AnnotatedBox(v[0], v[1], v[2], v[3], 1, 1, JsonFiles.Text(entry, "class")));
            entries[file] = (JsonFiles.Text(entry, "class") ?? "", boxes);
        }
        return entries;
    }

    /// <summary>A file of a clip under its published name or by milliseconds. Ids have 11 letters, begin with - or _ at times, and may hold more _ themselves.</summary>
    private static string? Find(string folder, string part, string file, params string[] endings)
    {
        List<string> names = [file];
        if (file.LastIndexOf('_') is > 0 and var at && int.TryParse(file[(at + 1)..], out int start)) names.Add($"{file[..at]}_{start * 1000L}_{(start + 10) * 1000L}");
        return names.SelectMany(name => endings.Select(ending => Path.Combine(folder, part, name + ending))).FirstOrDefault(File.Exists);
    }
}
