// The scenes that a model is judged by. Read next: SceneEvaluation.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Scenes of each kind from test material only. The same seed gives the same scenes.</summary>
public sealed class SceneTestSet
{
    /// <summary>Scenes in a retrieval group; no two show the same thing.</summary>
    public const int GroupSize = 16;

    private SceneTestSet(SampleSet samples, IReadOnlyList<Scene> single, IReadOnlyList<Scene> both, IReadOnlyList<Scene> oneOfTwo)
    {
        Samples = samples;
        Single = single;
        Both = both;
        OneOfTwo = oneOfTwo;
    }

    public SampleSet Samples { get; }

    /// <summary>Groups of <see cref="GroupSize"/>, one after the other.</summary>
    public IReadOnlyList<Scene> Single { get; }

    public IReadOnlyList<Scene> Both { get; }

    /// <summary>Object 0 of each scene is the one that sounds.</summary>
    public IReadOnlyList<Scene> OneOfTwo { get; }

    /// <summary>Single, then both, then one of two.</summary>
    public IReadOnlyList<Scene> All => [.. Single, .. Both, .. OneOfTwo];

    /// <summary>Composes the test set.</summary>
    /// <param name="samples">Where things and backgrounds come from.</param>
    /// <param name="seed">Names the random streams.</param>
    /// <param name="perKind">Scenes of each kind, a multiple of <see cref="GroupSize"/>.</param>
    /// <param name="frames">Frames per scene.</param>
    /// <param name="soundSamples">Samples of sound per scene.</param>
    public static SceneTestSet Create(SampleSet samples, ulong seed, int perKind = 512, int frames = 1, int soundSamples = 15600)
    {
        if (perKind < GroupSize || perKind % GroupSize != 0) throw new ArgumentException($"A test set has a multiple of {GroupSize} scenes of each kind, {perKind} is none.");
        if (samples.Things.Count < GroupSize) throw new DataException($"Retrieval among {GroupSize} needs {GroupSize} different things, the sample set has {samples.Things.Count}.");
        SceneComposer composer = new(samples);
        Scene[] Compose(SceneKind kind) => [.. Enumerable.Range(0, perKind).Select(i => composer.Compose(SceneSplit.Test, kind, seed, i, frames, soundSamples))];
        Scene[] single = new Scene[perKind];
        int[] order = [.. Enumerable.Range(0, samples.Things.Count)];
        for (int i = 0; i < perKind; i++)
        {
            Philox random = SceneStream.Of(seed, StreamPurpose.TestScene, (int)SceneKind.Single, i);
            int place = i % GroupSize, pick = place + random.NextInt(order.Length - place);   // a shuffle, drawn as it is used
            (order[place], order[pick]) = (order[pick], order[place]);
            single[i] = composer.Compose(ref random, SceneSplit.Test, SceneKind.Single, order[place], frames, soundSamples);
        }
        return new SceneTestSet(samples, single, Compose(SceneKind.Both), Compose(SceneKind.OneOfTwo));
    }

    /// <summary>Whether all that sounds in a scene is shown in a second view and heard in a held-out part.</summary>
    public bool IsStrict(Scene scene) => scene.Objects.All(o => !o.Sounds || Samples.Things[o.Thing].IsStrict);

    /// <summary>Scenes as a batch for a model.</summary>
    public static UnitBatch Batch(IReadOnlyList<Scene> scenes)
    {
        Scene first = scenes[0];
        UnitBatch batch = new(scenes.Count, first.Frames, first.Size, first.Size, first.Waveform.Length);
        for (int i = 0; i < scenes.Count; i++)
        {
            byte[] rgb = scenes[i].Rgb;
            for (int j = 0; j < rgb.Length; j++) batch.Frames[i * rgb.Length + j] = rgb[j];
            scenes[i].Waveform.CopyTo(batch.Waveforms, i * batch.Samples);
        }
        return batch;
    }
}
