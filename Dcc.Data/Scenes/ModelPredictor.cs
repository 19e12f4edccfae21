// A DCC model under judgement. Read next: SceneScoring.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>A DCC network, asked once about every scene.</summary>
internal sealed class ModelPredictor : IScenePredictor
{
    private const int Chunk = 64;

    private static readonly (string Name, HeatMapKind Kind)[] Kinds =
        [("against_mean", HeatMapKind.AgainstMean), ("paper", HeatMapKind.Paper), ("agreement", HeatMapKind.Agreement)];

    private readonly Dictionary<string, HeatMap[]> maps;
    private readonly float[][] audio, visual;
    private readonly Func<float[], float[], float> similarity;

    /// <param name="analyze">Analyses a batch.</param>
    /// <param name="similarity">S of one sound's centres and one picture's.</param>
    /// <param name="scenes">All test scenes.</param>
    /// <param name="progress">Told the number of scenes done.</param>
    /// <param name="cancel">Stops between chunks.</param>
    public ModelPredictor(Func<UnitBatch, IReadOnlyList<UnitAnalysis>> analyze, Func<float[], float[], float> similarity, IReadOnlyList<Scene> scenes, Action<int>? progress, CancellationToken cancel)
    {
        this.similarity = similarity;
        maps = Kinds.ToDictionary(kind => kind.Name, _ => new HeatMap[scenes.Count]);
        audio = new float[scenes.Count][];
        visual = new float[scenes.Count][];
        for (int start = 0; start < scenes.Count; start += Chunk)
        {
            cancel.ThrowIfCancellationRequested();
            Scene[] chunk = [.. scenes.Skip(start).Take(Chunk)];
            IReadOnlyList<UnitAnalysis> analyses = analyze(SceneTestSet.Batch(chunk));
            for (int i = 0; i < chunk.Length; i++)
            {
                foreach ((string name, HeatMapKind kind) in Kinds) maps[name][start + i] = analyses[i].Map(kind);
                audio[start + i] = analyses[i].AudioCentres;
                visual[start + i] = analyses[i].VisualCentres;
            }
            progress?.Invoke(start + chunk.Length);
        }
    }

    public IReadOnlyList<string> MapNames => [.. Kinds.Select(kind => kind.Name)];
    public bool HasSimilarity => true;
    public HeatMap Map(int scene, string name) => maps[name][scene];
    public float Similarity(int sound, int picture) => similarity(audio[sound], visual[picture]);

    /// <summary>How a model compares one sound's centres with one picture's.</summary>
    public static Func<float[], float[], float> SimilarityOf(DccOptions options) =>
        options.Profile == ClusteringProfile.Projected ? Dot : (sound, picture) => MinusPairDistance(sound, picture, options.Visual.OutChannels);

    /// <summary>Sum of the centres' cosines; the centres have unit length.</summary>
    private static float Dot(float[] sound, float[] picture)
    {
        float sum = 0;
        for (int i = 0; i < sound.Length; i++) sum += sound[i] * picture[i];
        return sum;
    }

    /// <summary>The Euclidean profile: minus the root of the sum, over audio centres, of the squared distance to the nearest visual centre.</summary>
    private static float MinusPairDistance(float[] sound, float[] picture, int dims)
    {
        float sum = 0;
        for (int j = 0; j < sound.Length; j += dims)
        {
            float nearest = float.MaxValue;
            for (int i = 0; i < picture.Length; i += dims)
            {
                float distance = 0;
                for (int c = 0; c < dims; c++) distance += (picture[i + c] - sound[j + c]) * (picture[i + c] - sound[j + c]);
                nearest = Math.Min(nearest, distance);
            }
            sum += nearest;
        }
        return -MathF.Sqrt(sum);
    }
}
