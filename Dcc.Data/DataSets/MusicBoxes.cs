// MUSIC (Zhao et al. 2018) with the boxes of DSOL (Hu et al. 2020): people playing instruments, alone and in pairs. Read next: MusicPairs.cs, ClipLists.cs.
using System.Globalization;
using System.Text.Json;

namespace Dcc.Data;

/// <summary>
/// <code>solotest.json or duettest.json   video_frames/{stem}/frame_{sec:000}/{index:00000}.jpg   audio_frames/{stem}/{sec:000}.wav</code>
/// A key of the file is the picture's path below video_frames; its value {"bbox": [{"box": [x, y, w, h], "normbox": [x, y, w, h], "category_id": 11}], "wdith": 640, "height": 360}: x, y, w, h, not corners,
/// and "wdith" is spelt so. The published sounds are pickled spectrograms, which nothing else reads: store the second's sound as WAV.
/// </summary>
public static class MusicBoxes
{
    public const string Layout = "MUSIC boxes";
    private static readonly string[] files = ["solotest.json", "duettest.json"];
    private static readonly Dictionary<int, string> instruments = new()
    {
        [1] = "cello", [3] = "acoustic_guitar", [8] = "saxophone", [10] = "trumpet", [11] = "violin", [12] = "flute", [13] = "accordion",
    };

    internal static bool Matches(string folder) => files.Any(file => File.Exists(Path.Combine(folder, file)));

    /// <summary>Reads both files if both are there. Throws <see cref="DataException"/> where one cannot be read.</summary>
    public static DataSetContents Read(string folder)
    {
        List<BoxedPair> pairs = [];
        List<SkippedSample> missing = [];
        foreach (string file in files.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            using JsonDocument json = JsonFiles.Parse(file);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new DataException($"{file} must hold an object whose keys are pictures; download it again.");
            foreach (JsonProperty entry in json.RootElement.EnumerateObject()) Add(folder, entry, pairs, missing);
        }
        return new DataSetContents { Layout = Layout, Folder = folder, Boxes = pairs, Missing = missing };
    }

    private static void Add(string folder, JsonProperty entry, List<BoxedPair> pairs, List<SkippedSample> missing)
    {
        string[] parts = entry.Name.Split('/');
        if (parts.Length != 3 || !parts[1].StartsWith("frame_", StringComparison.Ordinal) || PathRules.Inside(Path.Combine(folder, "video_frames"), entry.Name) is not { } picture)
        {
            missing.Add(new SkippedSample(entry.Name, "the key must be {stem}/frame_{second}/{index}.jpg."));
            return;
        }
        string second = parts[1]["frame_".Length..], seconds = Path.Combine(folder, "audio_frames", parts[0]);
        if (!File.Exists(picture)) missing.Add(new SkippedSample(entry.Name, $"{picture} does not exist; extract the frames again."));
        else if (SoundNames.Find(seconds, second) is not { } sound) missing.Add(new SkippedSample(entry.Name, $"{Path.Combine(seconds, second)}.wav does not exist: cut that second of the sound as WAV."));
        else
        {
            IReadOnlyList<AnnotatedBox> boxes = Boxes(entry.Value);
            string[] labels = [.. boxes.Select(box => box.Label).OfType<string>().Distinct()];
            pairs.Add(new BoxedPair(entry.Name, picture, sound, boxes, labels.Length == 1 ? labels[0] : null));
        }
    }

    private static List<AnnotatedBox> Boxes(JsonElement entry)
    {
        List<AnnotatedBox> boxes = [];
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("bbox", out JsonElement list) || list.ValueKind != JsonValueKind.Array) return boxes;
        foreach (JsonElement box in list.EnumerateArray())
            if (box.ValueKind == JsonValueKind.Object && box.TryGetProperty("normbox", out JsonElement fractions) && JsonFiles.Numbers(fractions, 4) is { } v)
                boxes.Add(new AnnotatedBox(v[0], v[1], v[0] + v[2], v[1] + v[3], 1, 1, Label(box)));
        return boxes;
    }

    private static string? Label(JsonElement box) => box.TryGetProperty("category_id", out JsonElement id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int number)
        ? instruments.GetValueOrDefault(number, string.Create(CultureInfo.InvariantCulture, $"category {number}"))
        : null;
}
