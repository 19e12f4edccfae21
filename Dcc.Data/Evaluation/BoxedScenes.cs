// Composed test scenes as boxed pairs: exact boxes for whoever has no data set at hand. Read next: LocalizationTask.cs, ../Scenes/README.md.
using System.Globalization;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Scenes with two things of which one sounds, with the box of that one; intervals draw all scenes with one recording together.</summary>
public sealed class BoxedScenes
{
    private readonly IReadOnlyList<Scene> scenes;
    private readonly int sampleRate;

    private BoxedScenes(IReadOnlyList<Scene> scenes, SampleSet samples)
    {
        this.scenes = scenes;
        sampleRate = samples.SampleRate;
        Pairs = [.. scenes.Select((scene, i) => Pair(scene, i, samples))];
    }

    /// <summary>Without files: ids stand for paths.</summary>
    public IReadOnlyList<BoxedPair> Pairs { get; }

    /// <summary>Composes scenes from test material only; the same seed gives the same scenes.</summary>
    public static BoxedScenes Compose(SampleSet samples, DccOptions options, ulong seed, int count, CancellationToken cancel = default)
    {
        SceneComposer composer = new(samples);
        List<Scene> scenes = [];
        for (int i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            scenes.Add(composer.Compose(SceneSplit.Test, SceneKind.OneOfTwo, seed, i, frames: 1, options.SamplesPerUnit));
        }
        return new BoxedScenes(scenes, samples);
    }

    /// <summary>Frame and sound of a scene.</summary>
    public (Picture Picture, Sound Sound) Read(int index) => (scenes[index].Frame(0), new Sound(scenes[index].Waveform, sampleRate));

    private static BoxedPair Pair(Scene scene, int index, SampleSet samples)
    {
        SceneObject heard = scene.Objects.Single(each => each.Sounds);
        string id = string.Create(CultureInfo.InvariantCulture, $"scene {index + 1}"), label = samples.Things[heard.Thing].Label;
        double size = scene.Size;
        Box box = heard.Boxes[0];
        return new BoxedPair(id, id, id, [new AnnotatedBox(box.Left / size, box.Top / size, box.Right / size, box.Bottom / size, 1, 1, label)], label, Source: label);
    }
}
