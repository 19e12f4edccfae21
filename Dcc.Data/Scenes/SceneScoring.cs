// Scores one method on the test scenes. Read next: SceneEvaluation.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Every method, model or baseline, goes through these same lines.</summary>
internal sealed class SceneScoring(SceneTestSet tests, ulong seed)
{
    private const int Mismatches = 8;
    private readonly IReadOnlyList<Scene> scenes = tests.All;
    private readonly bool[] strict = [.. tests.All.Select(tests.IsStrict)];
    private readonly int[][] mismatched = DrawMismatches(tests, seed);

    public (MethodMetrics Metrics, IReadOnlyList<SceneResult> Results) Score(IScenePredictor predictor)
    {
        Dictionary<string, MapResult>[] maps = [.. scenes.Select((scene, i) => predictor.MapNames.ToDictionary(name => name, name => Look(scene, predictor.Map(i, name))))];
        int singles = tests.Single.Count, oneOfTwo = singles + tests.Both.Count;
        Dictionary<string, MapMetrics> mapMetrics = predictor.MapNames.ToDictionary(name => name, name => new MapMetrics(
            Measure.Of([.. maps[oneOfTwo..].Select(m => m[name].OneOfTwo!.Value)], strict[oneOfTwo..], 1, seed),
            Measure.Of([.. maps[..singles].Select(m => m[name].PeakInBox)], strict[..singles], 1, seed)));

        double[]? pairs = null, toPicture = null, toSound = null;
        int[]? picture = null, sound = null;
        if (predictor.HasSimilarity)
        {
            pairs = [.. scenes.Select((_, i) => mismatched[i].Average(j => Compare(predictor.Similarity(i, i), predictor.Similarity(i, j))))];
            (toPicture, picture) = Retrieve(predictor.Similarity);
            (toSound, sound) = Retrieve((own, other) => predictor.Similarity(other, own));
        }
        MethodMetrics metrics = new(mapMetrics,
            toPicture is null ? null : Measure.Of(toPicture, strict[..singles], SceneTestSet.GroupSize, seed),
            toSound is null ? null : Measure.Of(toSound, strict[..singles], SceneTestSet.GroupSize, seed),
            pairs is null ? null : Measure.Of(pairs, strict, 1, seed));
        SceneResult[] results = [.. scenes.Select((scene, i) => new SceneResult(
            scene, maps[i], predictor.HasSimilarity ? predictor.Similarity(i, i) : null, pairs?[i], i < singles ? picture?[i] : null, i < singles ? sound?[i] : null))];
        return (metrics, results);
    }

    private static MapResult Look(Scene scene, HeatMap map)
    {
        HeatMap full = map.Resize(scene.Size, scene.Size);
        float peak = full.Values.Max();
        int peaks = 0, inside = 0;
        for (int i = 0; i < full.Values.Length; i++)
        {
            if (full.Values[i] != peak) continue;
            peaks++;
            if (scene.Objects.Any(o => o.Sounds && o.Boxes[0].Contains(i % scene.Size, i / scene.Size))) inside++;
        }
        double[] means = [.. scene.Objects.Select(o => Mean(full, o.Boxes[0]))];
        return new MapResult(map, (double)inside / peaks, means, scene.Kind == SceneKind.OneOfTwo ? Compare(means[0], means[1]) : null);
    }

    private static double Mean(HeatMap map, Box box)
    {
        double sum = 0;
        for (int y = box.Top; y < box.Bottom; y++)
            for (int x = box.Left; x < box.Right; x++) sum += map.Values[y * map.Width + x];
        return sum / box.Area;
    }

    private static double Compare(double right, double wrong) => right > wrong ? 1 : right == wrong ? 0.5 : 0;

    // For each single scene: which of its group is most similar (the first of equals), and 1 / (number of equals) if it is among them.
    private (double[] Scores, int[] Best) Retrieve(Func<int, int, float> similarity)
    {
        double[] scores = new double[tests.Single.Count];
        int[] best = new int[scores.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            int first = i / SceneTestSet.GroupSize * SceneTestSet.GroupSize;
            float[] group = [.. Enumerable.Range(first, SceneTestSet.GroupSize).Select(j => similarity(i, j))];
            float most = group.Max();
            best[i] = first + Array.IndexOf(group, most);
            scores[i] = group[i - first] == most ? 1.0 / group.Count(s => s == most) : 0;
        }
        return (scores, best);
    }

    // Pictures that show nothing heard in the scene: a second picture of the same thing would be no mismatch.
    private static int[][] DrawMismatches(SceneTestSet tests, ulong seed)
    {
        IReadOnlyList<Scene> scenes = tests.All;
        return [.. scenes.Select((scene, i) =>
        {
            Philox random = SceneStream.Of(seed, StreamPurpose.Mismatch, 0, i);
            int[] heard = [.. scene.Objects.Where(o => o.Sounds).Select(o => o.Thing)], picked = new int[Mismatches];
            for (int m = 0; m < Mismatches; m++)
            {
                do picked[m] = random.NextInt(scenes.Count);
                while (scenes[picked[m]].Objects.Any(o => heard.Contains(o.Thing)));
            }
            return picked;
        })];
    }
}
