// One's own labelled sounds or pictures: a folder a class. Read next: DataSetFolder.cs.
namespace Dcc.Data;

/// <summary>
/// <code>dog/1.wav   dog/2.wav   cat/1.wav ...      or      train/dog/1.wav   test/dog/2.wav ...</code>
/// The folder's name is the class; where the first folders are train and test they are the groups, else files are dealt to five folds in the order of their names within a class.
/// </summary>
public static class ClassFolders
{
    public const string Layout = "a folder a class";
    private const int Folds = 5;
    private static readonly string[] pictureEndings = [".jpg", ".jpeg", ".png", ".bmp", ".gif"];

    internal static bool Matches(string folder) => Classes(folder).Count() >= 2;

    public static DataSetContents Read(string folder)
    {
        List<LabelledSound> sounds = [];
        List<LabelledPicture> pictures = [];
        foreach ((string directory, string label, string? group) in Classes(folder))
        {
            int sound = 0, picture = 0;
            foreach (string path in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
            {
                string id = Path.GetRelativePath(folder, path);
                if (SoundNames.IsOne(path)) sounds.Add(new LabelledSound(id, path, label, group ?? Fold(sound++)));
                else if (IsPicture(path)) pictures.Add(new LabelledPicture(id, path, [label], group ?? Fold(picture++)));
            }
        }
        return new DataSetContents
        {
            Layout = Layout, Folder = folder, Sounds = sounds, Pictures = pictures,
            Notes = [HasParts(folder) ? "Groups are the folders train and test." : $"Files are dealt to {Folds} folds by name: pieces of one recording may fall into different folds; train and test folders keep them apart."],
        };

        static string Fold(int index) => (index % Folds + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool HasParts(string folder) => Directory.Exists(Path.Combine(folder, "train")) && Directory.Exists(Path.Combine(folder, "test"));

    private static IEnumerable<(string Directory, string Label, string? Group)> Classes(string folder)
    {
        IEnumerable<(string Root, string? Group)> roots = HasParts(folder) ? [(Path.Combine(folder, "train"), "train"), (Path.Combine(folder, "test"), "test")] : [(folder, null)];
        foreach ((string root, string? group) in roots)
            foreach (string directory in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
                if (Directory.EnumerateFiles(directory).Any(path => SoundNames.IsOne(path) || IsPicture(path))) yield return (directory, Path.GetFileName(directory), group);
    }

    private static bool IsPicture(string path) => pictureEndings.Contains(Path.GetExtension(path).ToLowerInvariant());
}
