// What a visitor without files can click: test scenes composed of the repository's samples. Read next: PageAnswers.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

/// <param name="Things">What is to be seen: "frog and drum".</param>
/// <param name="Sounding">What is to be heard.</param>
/// <param name="Picture">The scene.</param>
/// <param name="Sound">Its sound.</param>
/// <param name="Boxes">Where the things are.</param>
internal sealed record ExamplePair(string Things, string Sounding, Picture Picture, Sound Sound, IReadOnlyList<BoxView> Boxes)
{
    private const int Side = 320, OfTwo = 6, Single = 2;
    private const ulong TestSeed = 1;

    /// <summary>Scenes with two things of which one sounds, then some with a single thing: the first of the demo's test set in which nothing sounds twice.</summary>
    public static IReadOnlyList<ExamplePair> Compose(string folder, DccOptions options)
    {
        SampleSet samples = SampleSet.Load(folder, Side, options.LogMel.SampleRate);
        SceneTestSet tests = SceneTestSet.Create(samples, TestSeed, SceneTestSet.GroupSize, 1, options.SamplesPerUnit);
        return [.. tests.OneOfTwo.DistinctBy(Sounder).Take(OfTwo).Concat(tests.Single.DistinctBy(Sounder).Take(Single)).Select(scene => Of(scene, samples))];
    }

    private static int Sounder(Scene scene) => scene.Objects[0].Thing;

    private static ExamplePair Of(Scene scene, SampleSet samples)
    {
        string Name(SceneObject seen) => samples.Things[seen.Thing].Label.Replace('_', ' ');
        double size = scene.Size;
        // In the order of their names: the first is not always the one that sounds.
        return new ExamplePair(string.Join(" and ", scene.Objects.Select(Name).Order(StringComparer.Ordinal)), string.Join(" and ", scene.Objects.Where(seen => seen.Sounds).Select(Name)),
            scene.Frame(0), new Sound(scene.Waveform, samples.SampleRate),
            [.. scene.Objects.Select(seen => new BoxView(seen.Boxes[0].Left / size, seen.Boxes[0].Top / size, seen.Boxes[0].Width / size, seen.Boxes[0].Height / size, seen.Sounds))]);
    }
}
