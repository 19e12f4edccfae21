// ESC-50: 2000 clips of 5 s, 50 classes, five fixed folds. Read next: DcaseScenes.cs.
namespace Dcc.Data;

/// <summary>
/// <code>audio/1-100032-A-0.wav ...   meta/esc50.csv</code>
/// The list has columns filename,fold,target,category,esc10,src_file,take. Folds keep the fragments of one source together: they are the groups, never shuffled.
/// </summary>
public static class Esc50
{
    public const string Layout = "ESC-50";

    private static string List(string folder) => Path.Combine(folder, "meta", "esc50.csv");

    internal static bool Matches(string folder) => File.Exists(List(folder));

    /// <summary>Throws <see cref="DataException"/> where the list cannot be read.</summary>
    public static DataSetContents Read(string folder)
    {
        List<LabelledSound> sounds = [];
        List<SkippedSample> missing = [];
        foreach (string[] row in CsvRows.ReadNamed(List(folder), "filename", "fold", "category"))
        {
            string path = Path.Combine(folder, "audio", row[0]);
            if (row[0].Length == 0 || row[1].Length == 0 || row[2].Length == 0) missing.Add(new SkippedSample(row[0], "the row lacks a file name, a fold or a category; download meta/esc50.csv again."));
            else if (!PathRules.IsPlainName(row[0])) missing.Add(new SkippedSample(row[0], "the file name is a path; the list names files of the folder audio."));
            else if (!File.Exists(path)) missing.Add(new SkippedSample(row[0], $"{path} does not exist; copy or download it again."));
            else sounds.Add(new LabelledSound(row[0], path, row[2], row[1]));
        }
        List<string> notes = [];
        if (sounds.Count != 2000) notes.Add($"ESC-50 has 2000 clips, this copy {sounds.Count}: accuracies are not those of the published protocol.");
        int folds = sounds.Select(sound => sound.Group).Distinct().Count();
        if (folds != 5) notes.Add($"ESC-50 has 5 folds, this copy {folds}.");
        return new DataSetContents { Layout = Layout, Folder = folder, Sounds = sounds, Missing = missing, Notes = notes };
    }
}
