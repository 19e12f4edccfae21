// Pictures and sounds with the class of what sounds, from composed scenes, a CSV file or a folder of classes; files are read when asked for. Read next: UnderstandingEvaluation.cs, SilencePairs.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Where something of a known class is seen, in pixels of the picture.</summary>
public sealed record LabelledBox(Box Box, string Label, bool Sounds);

/// <summary>A picture and the sound recorded with it. <paramref name="Label"/> is the class of what sounds, null if unknown; <paramref name="Group"/> its recording, whose pairs depend on each other.
/// Without boxes the class is the whole picture's.</summary>
public sealed record LabelledPair(string Id, string? Label, string Group, Func<Picture> Picture, Func<Sound> Sound, IReadOnlyList<LabelledBox> Boxes);

/// <summary>Pairs to evaluate on, and what they are in words.</summary>
public sealed record LabelledPairs(string Data, IReadOnlyList<LabelledPair> Pairs)
{
    private static readonly string[] PictureEndings = [".png", ".jpg", ".jpeg", ".bmp", ".gif"];

    /// <summary>Composed scenes, whose things have a coarse class: that of the first thing that sounds.</summary>
    public static LabelledPairs Of(SampleSet samples, IReadOnlyList<Scene> scenes)
    {
        string Class(int thing) => samples.Things[thing] is { Coarse: { Length: > 0 } coarse } ? coarse : samples.Things[thing].Label;
        LabelledPair Pair(Scene scene, int number)
        {
            SceneObject first = scene.Objects.First(each => each.Sounds);
            string heard = string.Join(" + ", scene.Objects.Where(each => each.Sounds).Select(each => samples.Things[each.Thing].Label));
            return new LabelledPair($"scene {number + 1}: {heard}", Class(first.Thing), samples.Things[first.Thing].Label, () => scene.Frame(0), () => new Sound(scene.Waveform, samples.SampleRate),
                [.. scene.Objects.Select(each => new LabelledBox(each.Boxes[0], Class(each.Thing), each.Sounds))]);
        }
        return new LabelledPairs($"composed test scenes of {samples.Things.Count} things", [.. scenes.Select(Pair)]);
    }

    /// <summary>A CSV file with the columns image, sound and (for some evaluations) label, or a folder with one folder for each class in which a WAV file and a picture have the same name.</summary>
    /// <exception cref="DataException">There is no such file or folder, or no pair in it.</exception>
    public static LabelledPairs Read(string path) => Directory.Exists(path) ? OfFolder(path) : Of(PairManifest.Read(path));

    private static LabelledPairs Of(PairManifest manifest) => new(manifest.Path, [.. manifest.Pairs.Select(pair =>
        new LabelledPair($"line {pair.Line}: {Path.GetFileName(pair.Sound)}", pair.Label, pair.Sound, () => PictureReader.Read(pair.Image), () => WavReader.Read(pair.Sound), []))]);

    private static LabelledPairs OfFolder(string path)
    {
        List<LabelledPair> pairs = [];
        foreach (string sound in Directory.EnumerateDirectories(path).SelectMany(folder => Directory.EnumerateFiles(folder, "*.wav")).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(path, sound);
            string? picture = PictureEndings.Select(ending => Path.ChangeExtension(sound, ending)).FirstOrDefault(File.Exists);
            pairs.Add(new LabelledPair(name, Path.GetFileName(Path.GetDirectoryName(sound)), sound,
                () => PictureReader.Read(picture ?? throw new DataException($"{name} has no picture of the same name beside it: add {Path.ChangeExtension(name, ".png")} or .jpg.")), () => WavReader.Read(sound), []));
        }
        if (pairs.Count == 0) throw new DataException($"{path} holds no pair: a folder needs one folder for each class with NAME.wav and NAME.png or .jpg in it; or name a CSV file with the columns image, sound and label.");
        return new LabelledPairs(path, pairs);
    }
}
