// Lists of clips of a video platform: VGGSound, AudioSet, MUSIC. What they name has to be downloaded and prepared first. Read next: ClassFolders.cs.
using System.Globalization;
using System.Text.Json;

namespace Dcc.Data;

/// <summary>
/// <code>vggsound.csv</code> no header, id,start,label,train|test, clips of 10 s, labels with commas quoted.
/// <code>*_segments.csv [class_labels_indices.csv]</code> AudioSet: three lines that begin with #, then id, start, end, "mid,mid"; ids may begin with - or _.
/// <code>MUSIC_solo_videos.json, MUSIC_duet_videos.json, MUSIC21_solo_videos.json</code> {"version", "videos": {"flute": [ids]}}; a duet's key is two names and a space.
/// <code>solo_*.txt, duet_*.txt</code> the simplified DMC code's lists of pairs (<see cref="MusicPairs"/>).
/// </summary>
public static class ClipLists
{
    public const string Layout = "clip lists";
    private const double VggSoundSeconds = 10;

    internal static bool Matches(string folder) => File.Exists(Path.Combine(folder, "vggsound.csv")) || Segments(folder).Any() || MusicLists(folder).Any() || MusicPairs.Lists(folder).Any();

    /// <summary>Throws <see cref="DataException"/> where a list cannot be read.</summary>
    public static DataSetContents Read(string folder)
    {
        List<ListedClip> clips = [];
        List<SkippedSample> broken = [];
        string vggSound = Path.Combine(folder, "vggsound.csv");
        if (File.Exists(vggSound)) VggSound(vggSound, clips, broken);
        IReadOnlyDictionary<string, string> names = AudioSetNames(Path.Combine(folder, "class_labels_indices.csv"));
        foreach (string list in Segments(folder)) AudioSet(list, names, clips, broken);
        foreach (string list in MusicLists(folder)) clips.AddRange(Music(list));
        ILookup<string, string> labels = clips.Where(clip => double.IsPositiveInfinity(clip.End)).SelectMany(clip => clip.Labels.Select(label => (clip.VideoId, label))).Distinct().ToLookup(each => each.VideoId, each => each.label);
        foreach (string list in MusicPairs.Lists(folder)) clips.AddRange(MusicPairs.ReadList(list, broken).Select(clip => clip with { Labels = [.. labels[clip.VideoId]] }));
        return new DataSetContents
        {
            Layout = Layout, Folder = folder, Clips = clips, Missing = broken,
            Notes = [$"{clips.Count} clips are listed. Lists hold no media: download the clips and train with `dcc train` on a manifest of them."],
        };
    }

    internal static void VggSound(string path, List<ListedClip> clips, List<SkippedSample> broken)
    {
        foreach (string[] row in CsvRows.Read(path))
            if (row.Length == 4 && Seconds(row[1]) is { } start) clips.Add(new ListedClip(row[0], start, start + VggSoundSeconds, [row[2]], row[3]));
            else broken.Add(new SkippedSample(row[0], $"{path}: a row is id,start,label,train or test; this one has {row.Length} fields."));
    }

    internal static void AudioSet(string path, IReadOnlyDictionary<string, string> names, List<ListedClip> clips, List<SkippedSample> broken)
    {
        string part = Path.GetFileNameWithoutExtension(path).Replace("_segments", "", StringComparison.Ordinal);
        foreach (string[] row in CsvRows.Read(path, comment: '#'))
            if (row.Length == 4 && Seconds(row[1]) is { } start && Seconds(row[2]) is { } end)
                clips.Add(new ListedClip(row[0], start, end, [.. row[3].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(mid => names.GetValueOrDefault(mid, mid))], part));
            else broken.Add(new SkippedSample(row[0], $"{path}: a row is id, start, end, \"labels\"; this one has {row.Length} fields."));
    }

    internal static IReadOnlyDictionary<string, string> AudioSetNames(string path) =>
        File.Exists(path) ? CsvRows.ReadNamed(path, "mid", "display_name").ToDictionary(row => row[0], row => row[1]) : new Dictionary<string, string>();

    internal static IReadOnlyList<ListedClip> Music(string path)
    {
        List<ListedClip> clips = [];
        using JsonDocument json = JsonFiles.Parse(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("videos", out JsonElement videos) || videos.ValueKind != JsonValueKind.Object)
            throw new DataException($"{path} must hold {{\"version\", \"videos\": {{class: [ids]}}}}; download it again.");
        foreach (JsonProperty entry in videos.EnumerateObject())
            if (entry.Value.ValueKind == JsonValueKind.Array)
                foreach (JsonElement id in entry.Value.EnumerateArray())
                    if (id.ValueKind == JsonValueKind.String) clips.Add(new ListedClip(id.GetString()!, 0, double.PositiveInfinity, entry.Name.Split(' '), ""));
        return clips;
    }

    private static IEnumerable<string> Segments(string folder) => Directory.EnumerateFiles(folder, "*_segments.csv").Order(StringComparer.Ordinal);

    internal static IEnumerable<string> MusicLists(string folder) => Directory.EnumerateFiles(folder, "MUSIC*_videos.json").Order(StringComparer.Ordinal);

    private static double? Seconds(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 ? value : null;
}
