// The lists that extend Flickr-SoundNet's and VGG-SS's test sets by pairs that do not sound: columns video, audio, label. Read next: SilencePairs.cs.
using CsvHelper;

namespace Dcc.Data;

/// <summary>
/// A row pairs the frame of one id with the sound of an id, perhaps another's; its label is <c>non-sounding</c> or the class of what sounds. Files are <c>frames/ID.jpg</c> (or .png) and
/// <c>audio/ID.wav</c> below a folder. A missing file costs its row alone.
/// </summary>
public static class ExtendedList
{
    private const string NotSounding = "non-sounding";
    private static readonly string[] Columns = ["video", "audio", "label"], PictureEndings = [".jpg", ".png", ".jpeg"];

    /// <summary>Whether a CSV file has the columns of such a list.</summary>
    public static bool IsOne(string path)
    {
        if (!File.Exists(path)) return false;
        using StreamReader reader = new(path);
        char[] start = new char[256];
        string head = new(start, 0, reader.ReadBlock(start));
        string[] names = head.Split('\n')[0].Trim().Split(',', ';', '\t');
        return Columns.All(column => names.Any(name => name.Trim().Equals(column, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Reads the list; pictures and sounds are looked for when they are asked for.</summary>
    /// <exception cref="DataException">It is no such list, or names nothing.</exception>
    public static SilencePairs Read(string path, string media)
    {
        using CsvReader csv = CsvFile.Open(path, "a CSV list of pairs");
        List<SilencePair> pairs = [];
        try
        {
            csv.ReadHeader();
            int[] places = [.. Columns.Select(column => csv.TryGetFieldIndex(column, out int index) ? index
                : throw new DataException($"{path}, line 1: there is no column \"{column}\"; the list of an extended test set has video,audio,label."))];
            while (csv.Read())
            {
                string[] fields = [.. places.Select(place => place < csv.FieldCount ? csv.GetString(place) ?? "" : "")];
                if (fields.Any(field => field.Length == 0)) throw new DataException($"{path}, line {csv.LineNumber}: a row needs video, audio and label; correct or remove it.");
                (string video, string audio) = (fields[0], fields[1]);
                pairs.Add(new SilencePair($"{video} <- {audio}", fields[2] == NotSounding ? SilencePair.Listed : SilencePair.True, video,
                    () => PictureReader.Read(Picture(media, video)), () => WavReader.Read(Path.Combine(media, "audio", Named(audio) + ".wav"))));
            }
        }
        catch (CsvFormatException failure)
        {
            throw CsvFile.Broken(path, failure);
        }
        return pairs.Count > 0 ? new SilencePairs(path, pairs) : throw new DataException($"{path} lists no pairs: add lines with video, audio and label below the names of the columns.");
    }

    private static string Picture(string media, string video)
    {
        string[] places = [.. PictureEndings.Select(ending => Path.Combine(media, "frames", Named(video) + ending))];
        return places.FirstOrDefault(File.Exists) ?? places[0];
    }

    /// <summary>An id is a name, never a way out of the folder.</summary>
    private static string Named(string id) => Path.GetFileName(id) == id ? id : throw new DataException($"\"{id}\" is no id: it has a path in it.");
}
