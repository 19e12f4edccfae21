// Pairs of a picture and its sound by their files: from a list, a data set's folder, or a folder of classes. Read next: LabelledPairs.cs, RetrievalTask.cs.
using System.Globalization;

namespace Dcc.Data;

/// <summary>Paths of a picture and of the sound that goes with it, and the class of what sounds, where it is known.</summary>
public sealed record MediaPair(string Id, string Image, string Sound, string? Label);

/// <summary>Pairs, what they are in words, and those that a list names but that are not there.</summary>
public sealed record MediaPairs(string Data, IReadOnlyList<MediaPair> Pairs, IReadOnlyList<SkippedSample> Missing)
{
    private static readonly string[] pictureEndings = [".png", ".jpg", ".jpeg", ".bmp", ".gif"];

    /// <summary>
    /// A CSV file with the columns image, sound and, if known, label; a folder in a published layout that has pairs (<see cref="DataSetFolder"/>; those that do not sound are left out), picked by
    /// <paramref name="list"/>; or a folder with one folder for each class in which a sound and a picture have the same name.
    /// </summary>
    /// <exception cref="DataException">There is no such file or folder, or no pair in it.</exception>
    public static MediaPairs Read(string path, string? list = null)
    {
        if (!Directory.Exists(path)) return list is null ? OfManifest(path) : throw new DataException($"--list picks pairs of a folder, and {path} is none: leave it out.");
        MediaPairs found = (list is null ? DataSetFolder.TryRecognise(path) : DataSetFolder.Recognise(path, list)) is { Boxes.Count: > 0 } set
            ? new MediaPairs($"{set.Layout} in {path}", [.. set.Boxes.Where(pair => !pair.Silent).Select(pair => new MediaPair(pair.Id, pair.PicturePath, pair.SoundPath!, pair.Label))], set.Missing)
            : OfClasses(path);
        if (found.Pairs.Count > 0) return found;
        throw new DataException($"{path} holds no pair: a folder needs one folder for each class with NAME.wav and NAME.png or .jpg in it, or a layout with pairs (docs/data-sets.md); or name a CSV file with the columns image, sound and label."
            + (found.Missing.Count > 0 ? $" The first that cannot be used, {found.Missing[0].Id}: {found.Missing[0].Reason}" : ""));
    }

    private static MediaPairs OfManifest(string path) => new(path,
        [.. PairManifest.Read(path).Pairs.Select(pair => new MediaPair(string.Create(CultureInfo.InvariantCulture, $"line {pair.Line}: {Path.GetFileName(pair.Sound)}"), pair.Image, pair.Sound, pair.Label))], []);

    private static MediaPairs OfClasses(string path)
    {
        List<MediaPair> pairs = [];
        List<SkippedSample> missing = [];
        foreach (string sound in Directory.EnumerateDirectories(path).SelectMany(folder => Directory.EnumerateFiles(folder).Where(SoundNames.IsOne)).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(path, sound);
            if (pictureEndings.Select(ending => Path.ChangeExtension(sound, ending)).FirstOrDefault(File.Exists) is { } picture) pairs.Add(new MediaPair(name, picture, sound, Path.GetFileName(Path.GetDirectoryName(sound))));
            else missing.Add(new SkippedSample(name, $"{name} has no picture of the same name beside it: add {Path.ChangeExtension(name, ".png")} or .jpg."));
        }
        return new MediaPairs(path, pairs, missing);
    }
}
