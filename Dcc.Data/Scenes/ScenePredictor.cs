// What is judged, and the baselines that stand where a model would. Read next: ModelPredictor.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Answers about test scenes, given by their place in <see cref="SceneTestSet.All"/>.</summary>
internal interface IScenePredictor
{
    /// <summary>Rules of making maps that it offers.</summary>
    IReadOnlyList<string> MapNames { get; }

    /// <summary>Whether it can say how similar a sound and a picture are.</summary>
    bool HasSimilarity { get; }

    HeatMap Map(int scene, string name);

    /// <summary>S of one scene's sound and another's (or its own) picture.</summary>
    float Similarity(int sound, int picture);
}

/// <summary>A map that asks neither sound nor picture. Its similarity is the same for every pair, so every comparison ties.</summary>
internal sealed class FixedMapPredictor(HeatMap map, bool hasSimilarity) : IScenePredictor
{
    public IReadOnlyList<string> MapNames => ["map"];
    public bool HasSimilarity => hasSimilarity;
    public HeatMap Map(int scene, string name) => map;
    public float Similarity(int sound, int picture) => 1;

    public static FixedMapPredictor AllOnes(int size) => new(new HeatMap(size, size, [.. Enumerable.Repeat(1f, size * size)]), hasSimilarity: true);

    /// <summary>Hottest at one point and colder with the distance from it, so that of two boxes the nearer wins.</summary>
    public static FixedMapPredictor Point(int size, double x, double y) => new(
        new HeatMap(size, size, [.. Enumerable.Range(0, size * size).Select(i => (float)-Math.Sqrt((i % size - x) * (i % size - x) + (i / size - y) * (i / size - y)))]), hasSimilarity: false);

    /// <summary>The pixel that lies in the boxes of most training scenes: the best that guessing without looking can do.</summary>
    public static FixedMapPredictor BestPoint(SampleSet samples, ulong seed, int scenes)
    {
        int size = samples.FrameSize;
        int[] hits = new int[size * size];
        SceneComposer composer = new(samples);
        for (int i = 0; i < scenes; i++)
        {
            Philox random = SceneStream.Of(seed, StreamPurpose.FixedPoint, 0, i);
            Box box = composer.Compose(ref random, SceneSplit.Training, SceneKind.Single, first: -1, frames: 1, soundSamples: 1).Objects[0].Boxes[0];
            for (int y = box.Top; y < box.Bottom; y++)
                for (int x = box.Left; x < box.Right; x++) hits[y * size + x]++;
        }
        int best = Array.IndexOf(hits, hits.Max());
        return Point(size, best % size, best / size);
    }
}

/// <summary>Random maps of 8 x 8 values and random similarities.</summary>
internal sealed class RandomPredictor(ulong seed) : IScenePredictor
{
    private const int Side = 8;

    public IReadOnlyList<string> MapNames => ["map"];
    public bool HasSimilarity => true;

    public HeatMap Map(int scene, string name)
    {
        Philox random = SceneStream.Of(seed, StreamPurpose.RandomBaseline, scene, -1);
        float[] values = new float[Side * Side];
        for (int i = 0; i < values.Length; i++) values[i] = random.NextFloat();
        return new HeatMap(Side, Side, values);
    }

    public float Similarity(int sound, int picture) => SceneStream.Of(seed, StreamPurpose.RandomBaseline, sound, picture).NextFloat();
}
