// Pictures and sounds with the class of what sounds, from composed scenes or files. Read next: MediaPairs.cs, UnderstandingEvaluation.cs, SilencePairs.cs.
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
    /// <summary>Pairs that a list names but that are not there.</summary>
    public IReadOnlyList<SkippedSample> Missing { get; init; } = [];

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

    /// <summary>
    /// Of files, read when they are asked for; a sound's file is its recording. Boxes of a data set are left aside: what is outside of them may sound as well.
    /// </summary>
    public static LabelledPairs Of(MediaPairs pairs) => new(pairs.Data,
        [.. pairs.Pairs.Select(pair => new LabelledPair(pair.Id, pair.Label, pair.Sound, () => PictureReader.Read(pair.Image), () => SoundFile.Read(pair.Sound, CancellationToken.None), []))]) { Missing = pairs.Missing };
}
