// Which published layout a folder has: the one way by which commands open a data set. Read next: DataSetContents.cs, DataSetDoctor.cs.
namespace Dcc.Data;

public static class DataSetFolder
{
    /// <summary>Most particular first: a folder of classes is nearly any folder.</summary>
    private static readonly (string Name, string Sign, Func<string, bool> Matches, Func<string, string?, DataSetContents> Read)[] layouts =
    [
        (Esc50.Layout, "meta/esc50.csv", Esc50.Matches, (folder, _) => Esc50.Read(folder)),
        (PascalVoc.Layout, "ImageSets/Main and JPEGImages", PascalVoc.Matches, (folder, _) => PascalVoc.Read(folder)),
        (FlickrSoundNetBoxes.Layout, "Annotations/*.xml", FlickrSoundNetBoxes.Matches, FlickrSoundNetBoxes.Read),
        (VggSs.Layout, "vggss.json", VggSs.Matches, VggSs.Read),
        (MusicBoxes.Layout, "solotest.json or duettest.json", MusicBoxes.Matches, (folder, _) => MusicBoxes.Read(folder)),
        (MusicPairs.Layout, "video_frames/ and audio_frames/", MusicPairs.Matches, MusicPairs.Read),
        (ExtendedFolder.Layout, "a list video,audio,label with frames/ and audio/", ExtendedFolder.Matches, ExtendedFolder.Read),
        (FlickrSoundNetRaw.Layout, "frames/videos and mp3/videos", FlickrSoundNetRaw.Matches, FlickrSoundNetRaw.Read),
        (DcaseScenes.Layout, "train.txt and test.txt, or train/ and test/ with bus01.wav ...", DcaseScenes.Matches, (folder, _) => DcaseScenes.Read(folder)),
        (ClipLists.Layout, "vggsound.csv, *_segments.csv, MUSIC*_videos.json, solo_*.txt or duet_*.txt", ClipLists.Matches, (folder, _) => ClipLists.Read(folder)),
        (ClassFolders.Layout, "two or more folders with WAV files or pictures", ClassFolders.Matches, (folder, _) => ClassFolders.Read(folder)),
    ];

    /// <summary>
    /// Reads a folder in the layout that it has. <paramref name="list"/> names the file that picks a test set, where the layout has one. Throws <see cref="DataException"/> that names the known
    /// layouts if the folder has none of them.
    /// </summary>
    public static DataSetContents Recognise(string folder, string? list = null)
    {
        if (!Directory.Exists(folder)) throw new DataException($"{folder} is no folder, one in the layout of a data set was expected: check the name; the current folder is {Directory.GetCurrentDirectory()}.");
        if (list is not null && !File.Exists(list)) throw new DataException($"The list {list} does not exist: check the name; the current folder is {Directory.GetCurrentDirectory()}.");
        return TryRecognise(folder, list)
            ?? throw new DataException($"{folder} has no layout that is known here. Known are {string.Join("; ", layouts.Select(layout => $"{layout.Name} ({layout.Sign})"))}. docs/data-sets.md shows each.");
    }

    /// <summary>As <see cref="Recognise"/>, but null for a folder in no known layout.</summary>
    public static DataSetContents? TryRecognise(string folder, string? list = null)
    {
        foreach ((_, _, Func<string, bool> matches, Func<string, string?, DataSetContents> read) in layouts)
            if (matches(folder)) return read(folder, list);
        return null;
    }
}
