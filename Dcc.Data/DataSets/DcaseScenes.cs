// The scenes of the DCASE 2013 challenge, which papers call DCASE2014: 10 classes, 30-s stereo recordings. Read next: FlickrSoundNetBoxes.cs.
using System.Text.RegularExpressions;

namespace Dcc.Data;

/// <summary>
/// Two archives with the same names, one to train and one to test:
/// <code>train/scenes_stereo/bus01.wav ... tubestation10.wav   test/scenes_stereo/bus01.wav ...</code>
/// or, in place of names, the lists that SoundNet's evaluation reads: train.txt and test.txt, a line "relative/path.wav label" each, the label a number from 0 to 9.
/// </summary>
public static partial class DcaseScenes
{
    public const string Layout = "DCASE 2013 scenes";

    private static readonly string[] classes = ["bus", "busystreet", "office", "openairmarket", "park", "quietstreet", "restaurant", "supermarket", "tube", "tubestation"];
    private static readonly (string Group, string[] Folders)[] parts =
    [
        ("train", ["train", "dev", "development", "scenes_stereo"]), ("test", ["test", "scenes_stereo_testset"]),
    ];

    [GeneratedRegex(@"^([a-z]+)\d+\.wav$")]
    private static partial Regex Name();

    internal static bool Matches(string folder) => HasLists(folder) || parts.Any(part => ByName(folder, part).Any());

    /// <summary>Throws <see cref="DataException"/> where a list cannot be read.</summary>
    public static DataSetContents Read(string folder)
    {
        List<LabelledSound> sounds = [];
        List<SkippedSample> missing = [];
        if (HasLists(folder))
        {
            FromList(folder, "train", sounds, missing);
            FromList(folder, "test", sounds, missing);
        }
        else foreach ((string Group, string[] Folders) part in parts) sounds.AddRange(ByName(folder, part));
        List<string> notes = [];
        foreach ((string group, _) in parts)
            if (sounds.Count(sound => sound.Group == group) is var count and not 100) notes.Add($"DCASE 2013 has 100 clips to {group}, this copy {count}: accuracies are not those of the published protocol.");
        return new DataSetContents { Layout = Layout, Folder = folder, Sounds = sounds, Missing = missing, Notes = notes };
    }

    private static bool HasLists(string folder) => File.Exists(Path.Combine(folder, "train.txt")) && File.Exists(Path.Combine(folder, "test.txt"));

    private static IEnumerable<LabelledSound> ByName(string folder, (string Group, string[] Folders) part)
    {
        foreach (string name in part.Folders)
        {
            string root = Path.Combine(folder, name);
            if (!Directory.Exists(root)) continue;
            foreach (string path in Directory.EnumerateFiles(root, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                if (Name().Match(Path.GetFileName(path)) is { Success: true } match && classes.Contains(match.Groups[1].Value))
                    yield return new LabelledSound(Path.GetRelativePath(folder, path), path, match.Groups[1].Value, part.Group);
        }
    }

    private static void FromList(string folder, string group, List<LabelledSound> sounds, List<SkippedSample> missing)
    {
        foreach (string line in CsvRows.Lines(Path.Combine(folder, $"{group}.txt")))
        {
            int space = line.LastIndexOf(' ');
            string name = space < 0 ? line : line[..space].Trim();
            if (space < 0 || !int.TryParse(line[(space + 1)..], out int label) || label < 0 || label >= classes.Length)
                missing.Add(new SkippedSample(line, $"{group}.txt: a line is a path, a space and a class from 0 to {classes.Length - 1}."));
            else if (PathRules.Inside(folder, name) is not { } path) missing.Add(new SkippedSample(name, $"{group}.txt names a path outside {folder}."));
            else if (!File.Exists(path)) missing.Add(new SkippedSample(name, $"{path} does not exist; copy or download it again."));
            else sounds.Add(new LabelledSound(name, path, classes[label], group));
        }
    }
}
