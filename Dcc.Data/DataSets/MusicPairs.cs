// MUSIC as the simplified DMC code (Hu et al.) lists and extracts it: lists of clips, a frame and a second of sound each. Read next: MusicBoxes.cs, ClipLists.cs.
using System.Globalization;

namespace Dcc.Data;

/// <summary>
/// <code>solo_training_1.txt, duet_pairs_val.txt ...   video_frames/{stem}/frame_{sec:000}/{index:00000}.jpg   audio_frames/{stem}/{sec:000}.wav   [MUSIC_solo_videos.json]</code>
/// A line of a list is <c>{stem}.flac {stem}.mp4</c>, where the stem is a video's id, which may hold _ and -, then _ and the first second, _ and the last: 2gk-IN35s5I_0_1000. The published sounds of
/// seconds are pickled spectrograms: store WAV. The file of classes tells the instrument of a solo.
/// </summary>
public static class MusicPairs
{
    public const string Layout = "MUSIC frames";

    /// <summary>The lists that lie in a folder.</summary>
    internal static IEnumerable<string> Lists(string folder) => new[] { "solo_*.txt", "duet_*.txt" }.SelectMany(name => Directory.EnumerateFiles(folder, name)).Order(StringComparer.Ordinal);

    internal static bool Matches(string folder) => Directory.Exists(Path.Combine(folder, "video_frames")) && Directory.Exists(Path.Combine(folder, "audio_frames"));

    /// <summary>The clips of a list, without labels; a line that is no pair of one stem is told to <paramref name="broken"/>.</summary>
    internal static IReadOnlyList<ListedClip> ReadList(string path, List<SkippedSample> broken)
    {
        List<ListedClip> clips = [];
        string part = Path.GetFileNameWithoutExtension(path);
        foreach (string line in CsvRows.Lines(path))
        {
            string[] files = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), pieces = Path.GetFileNameWithoutExtension(files[0]).Split('_');
            if (files.Length != 2 || Path.GetFileNameWithoutExtension(files[1]) != Path.GetFileNameWithoutExtension(files[0])) broken.Add(new SkippedSample(line, $"{path}: a line is STEM.flac STEM.mp4 with the same stem twice."));
            else if (pieces.Length < 3 || !int.TryParse(pieces[^2], NumberStyles.None, CultureInfo.InvariantCulture, out int start) || !int.TryParse(pieces[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int end))
                broken.Add(new SkippedSample(line, $"{path}: a stem is ID_FIRST_LAST, in seconds."));
            else clips.Add(new ListedClip(string.Join('_', pieces[..^2]), start, end, [], part));
        }
        return clips;
    }

    internal static string StemOf(ListedClip clip) => string.Create(CultureInfo.InvariantCulture, $"{clip.VideoId}_{clip.Start}_{clip.End}");

    /// <summary>
    /// Of each clip of <paramref name="list"/>, or of each that was extracted, the middle one of the seconds that have both a frame and a sound, and its middle frame. Throws <see cref="DataException"/>
    /// where a list cannot be read.
    /// </summary>
    public static DataSetContents Read(string folder, string? list = null)
    {
        List<BoxedPair> pairs = [];
        List<SkippedSample> missing = [];
        Dictionary<string, string> instruments = ClipLists.MusicLists(folder).SelectMany(ClipLists.Music).Where(clip => clip.Labels.Count == 1).DistinctBy(clip => clip.VideoId).ToDictionary(clip => clip.VideoId, clip => clip.Labels[0]);
        IEnumerable<string> stems = list is not null ? ReadList(list, missing).Select(StemOf)
            : Directory.EnumerateDirectories(Path.Combine(folder, "video_frames")).Select(directory => Path.GetFileName(directory)).Order(StringComparer.Ordinal);
        foreach (string stem in stems.Distinct())
        {
            string frames = Path.Combine(folder, "video_frames", stem);
            if (!PathRules.IsPlainName(stem) || !Directory.Exists(frames))
            {
                missing.Add(new SkippedSample(stem, $"no folder {frames}: extract the clip's frames."));
                continue;
            }
            (string Frame, string Sound)[] seconds = [.. Directory.EnumerateDirectories(frames, "frame_*").Order(StringComparer.Ordinal)
                .Select(directory => (Middle(Directory.EnumerateFiles(directory, "*.jpg")), SoundNames.Find(Path.Combine(folder, "audio_frames", stem), Path.GetFileName(directory)["frame_".Length..])))
                .Where(second => second.Item1 is not null && second.Item2 is not null).Select(second => (second.Item1!, second.Item2!))];
            if (seconds.Length == 0) missing.Add(new SkippedSample(stem, $"no second of it has a frame and a sound audio_frames/{stem}/SECOND.wav: cut its seconds as WAV."));
            else pairs.Add(new BoxedPair(stem, seconds[seconds.Length / 2].Frame, seconds[seconds.Length / 2].Sound, [], instruments.GetValueOrDefault(IdOf(stem))));
        }
        return new DataSetContents
        {
            Layout = Layout, Folder = folder, Boxes = pairs, Missing = missing,
            Notes = [list is null ? "All extracted clips; --list takes those of a list such as solo_validation.txt." : $"The clips of {list}.", "Of each clip its middle second and that second's middle frame."],
        };
    }

    private static string IdOf(string stem) => stem.Split('_') is { Length: > 2 } pieces ? string.Join('_', pieces[..^2]) : stem;

    private static string? Middle(IEnumerable<string> files)
    {
        string[] sorted = [.. files.Order(StringComparer.Ordinal)];
        return sorted.Length == 0 ? null : sorted[sorted.Length / 2];
    }
}
