// A measured share with its interval. Read next: SceneMetrics.cs.
using System.Text.Json.Serialization;
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>The mean of scores from 0 to 1, and its 95 % bootstrap interval.</summary>
/// <param name="Value">Mean score.</param>
/// <param name="Low">2.5 % quantile of the resampled means.</param>
/// <param name="High">97.5 % quantile.</param>
/// <param name="Scenes">Scenes measured.</param>
/// <param name="Strict">The same over scenes whose sounding things are all shown in a second view and heard in a held-out part; absent if there are none.</param>
public sealed record Measure(double Value, double Low, double High, int Scenes, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Measure? Strict = null)
{
    private const int Resamples = 1000;

    /// <summary>Measures scores, overall and on the strict subset.</summary>
    /// <param name="scores">One per scene.</param>
    /// <param name="strict">Which scenes are in the strict subset.</param>
    /// <param name="clusterSize">Scenes drawn together: those of a retrieval group depend on each other, so the bootstrap draws whole groups.</param>
    /// <param name="seed">Names the random stream.</param>
    internal static Measure Of(IReadOnlyList<double> scores, IReadOnlyList<bool> strict, int clusterSize, ulong seed)
    {
        Measure all = Of(scores, Enumerable.Repeat(true, scores.Count).ToArray(), clusterSize, seed, part: 0)!;
        return all with { Strict = Of(scores, strict, clusterSize, seed, part: 1) };
    }

    private static Measure? Of(IReadOnlyList<double> scores, IReadOnlyList<bool> counted, int clusterSize, ulong seed, int part)
    {
        double[] sums = new double[(scores.Count + clusterSize - 1) / clusterSize];
        int[] counts = new int[sums.Length];
        for (int i = 0; i < scores.Count; i++)
        {
            if (!counted[i]) continue;
            sums[i / clusterSize] += scores[i];
            counts[i / clusterSize]++;
        }
        int scenes = counts.Sum();
        if (scenes == 0) return null;
        Philox random = SceneStream.Of(seed, StreamPurpose.Bootstrap, part, 0);
        List<double> means = [];
        for (int r = 0; r < Resamples; r++)
        {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < sums.Length; i++)
            {
                int pick = random.NextInt(sums.Length);
                sum += sums[pick];
                count += counts[pick];
            }
            if (count > 0) means.Add(sum / count);
        }
        means.Sort();
        return new Measure(sums.Sum() / scenes, means[(int)(0.025 * (means.Count - 1))], means[(int)Math.Ceiling(0.975 * (means.Count - 1))], scenes);
    }
}
