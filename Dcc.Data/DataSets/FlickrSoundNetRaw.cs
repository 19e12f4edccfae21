// Flickr-SoundNet as distributed: frames 5 s apart and the sound of two million videos, in folders by digits. Read next: FlickrSoundNetBoxes.cs.
namespace Dcc.Data;

/// <summary>
/// <code>mp3/videos/{a}/{b}/{c}/X.mp4.mp3   frames/videos/{a}/{b}/{c}/X.mp4/*.jpg</code>
/// a, b, c are the last three digits of the id X; else mp3/videos2 and frames/videos2 with the last eight digits, a folder each. Frame j goes with the seconds 5 j to 5 j + 5.
/// </summary>
public static class FlickrSoundNetRaw
{
    public const string Layout = "Flickr-SoundNet";

    internal static bool Matches(string folder) => new[] { "videos", "videos2" }.Any(videos => Directory.Exists(Path.Combine(folder, "mp3", videos)) && Directory.Exists(Path.Combine(folder, "frames", videos)));

    /// <summary>Folders of an id below mp3 or frames, in the order in which they are tried.</summary>
    internal static IEnumerable<string> FoldersOf(string id)
    {
        if (id.Length >= 3) yield return Path.Combine(["videos", .. id[^3..].Select(digit => digit.ToString())]);
        if (id.Length >= 8) yield return Path.Combine(["videos2", .. id[^8..].Select(digit => digit.ToString())]);
    }

    /// <summary>
    /// The videos of <paramref name="list"/> (one id a line, with or without an ending), or of the first of flickr_10k.txt and flickr_144k.txt in the folder. Throws <see cref="DataException"/> without a list:
    /// the tree holds two million.
    /// </summary>
    public static DataSetContents Read(string folder, string? list = null)
    {
        list ??= new[] { "flickr_10k.txt", "flickr_144k.txt" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new DataException($"{folder} is Flickr-SoundNet's tree, which is read by a list of ids: put flickr_10k.txt or flickr_144k.txt there, or name a list with --list.");
        List<ListedClip> clips = [];
        List<SkippedSample> missing = [];
        foreach (string id in FlickrSoundNetBoxes.ListedIds(list))
        {
            string? sound = Find("mp3", $"{id}.mp4.mp3", File.Exists), frames = Find("frames", $"{id}.mp4", Directory.Exists);
            if (!id.All(char.IsAsciiDigit)) missing.Add(new SkippedSample(id, "an id consists of digits."));
            else if (sound is null) missing.Add(new SkippedSample(id, $"no sound {id}.mp4.mp3 below {folder}/mp3."));
            else if (frames is null || Directory.EnumerateFiles(frames, "*.jpg").Count() is 0) missing.Add(new SkippedSample(id, $"no frames in {id}.mp4 below {folder}/frames."));
            else clips.Add(new ListedClip(id, 0, 5.0 * Directory.EnumerateFiles(frames, "*.jpg").Count(), [], ""));

            string? Find(string tree, string name, Func<string, bool> exists) => FoldersOf(id).Select(place => Path.Combine(folder, tree, place, name)).FirstOrDefault(exists);
        }
        return new DataSetContents
        {
            Layout = Layout, Folder = folder, Clips = clips, Missing = missing,
            Notes = [$"{clips.Count} videos of {list} have frames and sound. Sounds are MP3, which is decoded by ffmpeg: convert them to WAV and list frames and sounds in a manifest for `dcc train`."],
        };
    }
}
