// Frames and sounds with the list of an extended test set, and no boxes: enough to ask whether a model knows silence. Read next: ExtendedList.cs.
namespace Dcc.Data;

/// <summary>
/// <code>any list video,audio,label   frames/{id}.jpg   audio/{id}.wav   [flickr_test.csv or vggss_test.csv]</code>
/// A folder that has boxes too is one of <see cref="FlickrSoundNetBoxes"/> or <see cref="VggSs"/>, whose readers take such a list by name.
/// </summary>
public static class ExtendedFolder
{
    public const string Layout = "extended test set";

    private static string? List(string folder) =>
        Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal).FirstOrDefault(ExtendedList.IsOne);

    internal static bool Matches(string folder) => Directory.Exists(Path.Combine(folder, "frames")) && Directory.Exists(Path.Combine(folder, "audio")) && List(folder) is not null;

    /// <summary>The pairs of a list whose media lie in <paramref name="folder"/>: with boxes where the folder has some.</summary>
    public static DataSetContents OfList(string list, string folder) =>
        FlickrSoundNetBoxes.Matches(folder) ? FlickrSoundNetBoxes.Read(folder, list) : VggSs.Matches(folder) ? VggSs.Read(folder, list) : Read(folder, list);

    /// <summary>
    /// The rows of <paramref name="list"/>, or of the first such list in the folder. Where it has none that sound, those are the ids of the list that it extends. Throws <see cref="DataException"/>
    /// where a list cannot be read.
    /// </summary>
    public static DataSetContents Read(string folder, string? list = null)
    {
        list ??= List(folder);
        if (list is null || !ExtendedList.IsOne(list)) throw new DataException($"{list ?? folder} is no list of an extended test set: its first line must be video,audio,label.");
        (IReadOnlyList<ExtendedPair> silent, IReadOnlyList<ExtendedPair> sounding, string? plain) = ExtendedList.Split(list, folder);
        if (sounding.Count == 0 && plain is not null) sounding = [.. FlickrSoundNetBoxes.ListedIds(plain).Select(id => new ExtendedPair(id, id, null, Silent: false))];
        List<SkippedSample> missing = [];
        BoxedPair[] pairs = [.. ExtendedList.Find([.. sounding, .. silent], Picture, Sound, missing)];
        List<string> notes = [.. ExtendedList.Notes(folder, list, silent.Count)];
        if (sounding.Count == 0) notes.Add("The list has no pair that sounds: put the list that it extends beside it (flickr_test.csv or vggss_test.csv).");
        return new DataSetContents { Layout = Layout, Folder = folder, Boxes = pairs, Missing = missing, Notes = notes };

        string? Picture(string id) => new[] { ".jpg", ".png", ".jpeg" }.Select(ending => Path.Combine(folder, "frames", id + ending)).FirstOrDefault(File.Exists);
        string? Sound(string id) => SoundNames.Find(Path.Combine(folder, "audio"), id);
    }
}
