// PASCAL VOC (Everingham et al.), the classification task: pictures with one or several of 20 classes. Read next: ClassFolders.cs, ../Evaluation/ImageFeatures.cs.
namespace Dcc.Data;

/// <summary>
/// <code>ImageSets/Main/{class}_trainval.txt, {class}_test.txt   JPEGImages/{id}.jpg</code>
/// A line is an id and 1, -1, or 0 where all objects of the class in the picture are marked as difficult: such a picture counts neither for nor against the class. Where the labels of the test
/// pictures were never published (VOC 2012), train and val stand in for trainval and test.
/// </summary>
public static class PascalVoc
{
    public const string Layout = "PASCAL VOC";
    private static readonly (string Train, string Test)[] parts = [("_trainval.txt", "_test.txt"), ("_train.txt", "_val.txt")];

    private static string Lists(string folder) => Path.Combine(folder, "ImageSets", "Main");

    internal static bool Matches(string folder) => Directory.Exists(Lists(folder)) && Directory.Exists(Path.Combine(folder, "JPEGImages"));

    /// <summary>Throws <see cref="DataException"/> where a list cannot be read or no class has both parts.</summary>
    public static DataSetContents Read(string folder)
    {
        (string Train, string Test) part = parts.FirstOrDefault(part => Classes(folder, part).Length > 0);
        string[] classes = part.Train is null ? [] : Classes(folder, part);
        if (classes.Length == 0) throw new DataException($"{Lists(folder)} has no class with both a list to train and one to test, such as dog_trainval.txt and dog_test.txt: unpack the archives of both into one folder.");
        List<LabelledPicture> pictures = [];
        List<SkippedSample> missing = [];
        foreach ((string ending, string group) in new[] { (part.Train!, "train"), (part.Test, "test") })
        {
            SortedDictionary<string, (List<string> Labels, List<string> Unknown)> found = new(StringComparer.Ordinal);
            foreach (string label in classes) Add(Path.Combine(Lists(folder), label + ending), label, found, missing);
            foreach ((string id, (List<string> labels, List<string> unknown)) in found)
            {
                string path = Path.Combine(folder, "JPEGImages", $"{id}.jpg");
                if (!PathRules.IsPlainName(id)) missing.Add(new SkippedSample(id, "an id of the list is a path; it must be a file's name."));
                else if (!File.Exists(path)) missing.Add(new SkippedSample(id, $"{path} does not exist; copy or download it again."));
                else pictures.Add(new LabelledPicture(id, path, labels, group, Unknown: unknown));
            }
        }
        return new DataSetContents
        {
            Layout = Layout, Folder = folder, Pictures = pictures, Missing = missing,
            Notes = [$"{classes.Length} classes; trained on {part.Train![1..^4]}, tested on {part.Test[1..^4]}. {pictures.Count(picture => picture.Unknown!.Count > 0)} pictures are difficult for a class and left out of its ranking; in training they count as others."],
        };
    }

    private static string[] Classes(string folder, (string Train, string Test) part) => [.. Directory.EnumerateFiles(Lists(folder), $"*{part.Train}").Select(path => Path.GetFileName(path)[..^part.Train.Length])
        .Where(name => File.Exists(Path.Combine(Lists(folder), name + part.Test))).Order(StringComparer.Ordinal)];

    private static void Add(string list, string label, SortedDictionary<string, (List<string> Labels, List<string> Unknown)> found, List<SkippedSample> missing)
    {
        foreach (string line in CsvRows.Lines(list))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length != 2 || fields[1] is not ("1" or "0" or "-1"))
            {
                missing.Add(new SkippedSample(line, $"{list}: a line is an id and 1, 0 or -1."));
                continue;
            }
            if (!found.TryGetValue(fields[0], out (List<string> Labels, List<string> Unknown) picture)) found.Add(fields[0], picture = ([], []));
            if (fields[1] == "1") picture.Labels.Add(label);
            else if (fields[1] == "0") picture.Unknown.Add(label);
        }
    }
}
