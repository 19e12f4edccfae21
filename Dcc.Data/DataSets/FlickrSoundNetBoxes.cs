// The localisation set of Flickr-SoundNet (Senocak et al. 2018): a frame, 20 s of sound, boxes of about three people. Read next: VggSs.cs.
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Dcc.Data;

/// <summary>
/// As downloaded, or as rearranged by later work:
/// <code>Annotations/{id}.xml   Data/{0..9}/{id}.jpg and {id}.wav     or     Annotations/{id}.xml   frames/{id}.jpg   audio/{id}.wav</code>
/// Boxes are 1-based pixels of 256 x 256. The digit of a Data folder does not follow from the id: all ten are searched. A list (test_list.txt with 250 lines "id.png", flickr_test.csv
/// with 249 rows "id,number") picks the test set; without one all annotated pairs are taken.
/// </summary>
public static class FlickrSoundNetBoxes
{
    public const string Layout = "Flickr-SoundNet boxes";
    private const double Side = 256;
    private static readonly string[] usualLists = ["flickr_test.csv", "test_list.txt"];
    private static readonly string[] corners = ["xmin", "ymin", "xmax", "ymax"];

    internal static bool Matches(string folder) => Directory.Exists(Path.Combine(folder, "Annotations")) && Directory.EnumerateFiles(Path.Combine(folder, "Annotations"), "*.xml").Any();

    /// <summary>
    /// Reads the pairs of <paramref name="list"/>, which may be an <see cref="ExtendedList"/>; of the first usual list in the folder if that is null; or all. Throws <see cref="DataException"/> where the
    /// list cannot be read.
    /// </summary>
    public static DataSetContents Read(string folder, string? list = null)
    {
        (IReadOnlyList<ExtendedPair> silent, IReadOnlyList<ExtendedPair> sounding, string? plain) = ExtendedList.Split(list, folder);
        plain ??= usualLists.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        IEnumerable<string> ids = sounding.Count > 0 ? sounding.Select(row => row.Video)
            : plain is null ? Directory.EnumerateFiles(Path.Combine(folder, "Annotations"), "*.xml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)
            : ListedIds(plain);
        List<BoxedPair> pairs = [];
        List<SkippedSample> missing = [];
        List<string> notes = [sounding.Count > 0 ? $"The pairs of {list}." : plain is null ? "No list of a test set was found: all annotated pairs are taken." : $"The pairs of {plain}."];
        foreach (string id in ids)
            if (Pair(folder, id, out string reason) is { } pair) pairs.Add(pair);
            else missing.Add(new SkippedSample(id, reason));
        if (plain is not null && pairs.Count is not (249 or 250)) notes.Add($"Published numbers are over 249 or 250 pairs (one official list names 3908875350, the other 3908875357), these are {pairs.Count}.");
        pairs.AddRange(ExtendedList.Find(silent, id => Picture(folder, id), id => Sound(folder, id), missing));
        return new DataSetContents { Layout = Layout, Folder = folder, Boxes = pairs, Missing = missing, Notes = [.. notes, .. ExtendedList.Notes(folder, list, silent.Count)] };
    }

    /// <summary>The first field of each row, with or without the ending of a picture, a sound or an annotation.</summary>
    internal static IReadOnlyList<string> ListedIds(string list) => [.. CsvRows.Read(list).Select(row => Stem(row[0])).Where(id => id.Length > 0).Distinct()];

    private static string Stem(string name) => Path.GetExtension(name).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg" or ".wav" or ".xml" or ".mp3" ? Path.GetFileNameWithoutExtension(name) : name;

    private static BoxedPair? Pair(string folder, string id, out string reason)
    {
        string? picture = null, sound = null;
        reason = "";
        if (!PathRules.IsPlainName(id)) reason = "the list's id is a path; it must be the name of a pair.";
        else if (!File.Exists(Annotation())) reason = $"{Annotation()} does not exist: the pair has no boxes.";
        else if ((picture = Picture(folder, id)) is null) reason = $"no picture {id}.jpg in {folder}/Data/0 to 9 or {folder}/frames; copy or download it again.";
        else if ((sound = Sound(folder, id)) is null) reason = $"no sound {id}.wav in {folder}/Data/0 to 9 or {folder}/audio; copy or download it again.";
        if (reason.Length > 0) return null;
        try
        {
            return new BoxedPair(id, picture!, sound, ReadBoxes(Annotation()));
        }
        catch (Exception failure) when (failure is XmlException or IOException or UnauthorizedAccessException)
        {
            reason = $"{Annotation()} cannot be read ({failure.Message.TrimEnd('.')}); download it again.";
            return null;
        }

        string Annotation() => Path.Combine(folder, "Annotations", $"{id}.xml");
    }

    private static string? Picture(string folder, string id) => Find(folder, id, ".jpg") ?? Find(folder, id, ".png");

    private static string? Sound(string folder, string id) => Places(folder, "audio").Select(place => SoundNames.Find(place, id)).FirstOrDefault(found => found is not null);

    private static string? Find(string folder, string id, string ending) => Places(folder, "frames").Select(place => Path.Combine(place, id + ending)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Places(string folder, string part) =>
        Enumerable.Range(0, 10).Select(digit => Path.Combine(folder, "Data", digit.ToString(CultureInfo.InvariantCulture))).Append(Path.Combine(folder, part));

    /// <summary>
    /// Every element bbox, wherever it stands: its children xmin, ymin, xmax, ymax, else the last four children that are whole numbers, in order (the first child is a label in the published
    /// files). A bbox without four numbers is passed over, as an annotator without a box is.
    /// </summary>
    internal static IReadOnlyList<AnnotatedBox> ReadBoxes(string path)
    {
        using XmlReader reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = 10_000_000 });
        List<AnnotatedBox> boxes = [];
        foreach (XElement box in XDocument.Load(reader).Descendants().Where(element => element.Name.LocalName == "bbox"))
        {
            List<XElement> children = [.. box.Elements()];
            double?[] named = Array.ConvertAll(corners, corner => children.FirstOrDefault(child => child.Name.LocalName == corner) is { } found ? Number(found) : null);
            double[] values = Array.TrueForAll(named, value => value is not null) ? Array.ConvertAll(named, value => value!.Value) : [.. children.Select(Number).OfType<double>().TakeLast(4)];
            if (values.Length == 4) boxes.Add(new AnnotatedBox(values[0], values[1], values[2], values[3], Side, Side));
        }
        return boxes;
    }

    private static double? Number(XElement element) => int.TryParse(element.Value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;
}
