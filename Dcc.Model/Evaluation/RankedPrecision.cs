// Scores sorted once, and precision along the list as often as it is asked: a bootstrap asks a thousand times. Read next: RankingMetrics.cs.
namespace Dcc.Model;

/// <summary>
/// Samples from the highest score down; equal scores share one threshold. In the answers below a sample may count several times or not at all, as often as a resample drew it.
/// </summary>
public sealed class RankedPrecision
{
    /// <summary>VOC 2007 looks at recalls 0, 0.1, ..., 1.</summary>
    private const int RecallSteps = 10;
    private readonly int[] order;
    private readonly bool[] ends, relevant;

    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN and has no rank.</exception>
    public RankedPrecision(IReadOnlyList<double> scores, IReadOnlyList<bool> relevant)
    {
        RankingMetrics.Check(scores, relevant);
        order = [.. Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i])];
        this.relevant = Array.ConvertAll(order, i => relevant[i]);
        ends = [.. order.Select((sample, place) => place + 1 == order.Length || scores[order[place + 1]] != scores[sample])];
    }

    /// <summary>
    /// Average precision as scikit-learn defines it: the sum over thresholds of (recall - recall before) * precision, nothing interpolated. A constant score gets the share of relevant samples.
    /// NaN if nothing is relevant.
    /// </summary>
    /// <param name="times">How often each sample counts; null: once.</param>
    public double Average(IReadOnlyList<int>? times = null)
    {
        double sum = 0;
        int before = 0, wanted = Walk(times, (found, answered, _) =>
        {
            sum += (found - before) * (double)found / answered;
            before = found;
        });
        return wanted == 0 ? double.NaN : sum / wanted;
    }

    /// <summary>Average precision as PASCAL VOC 2007 defines it: the mean over recalls 0, 0.1, ..., 1 of the best precision at that recall or more. NaN if nothing is relevant.</summary>
    /// <param name="times">How often each sample counts; null: once.</param>
    public double ElevenPoints(IReadOnlyList<int>? times = null)
    {
        double[] best = new double[RecallSteps + 1];
        int all = Walk(times, (found, answered, wanted) =>
        {
            // Whole numbers: 0.1 * 3 is not 3 / 10 in floating point.
            for (int step = 0; step * (long)wanted <= RecallSteps * (long)found; step++) best[step] = Math.Max(best[step], (double)found / answered);
        });
        return all == 0 ? double.NaN : best.Average();
    }

    /// <summary>Tells each threshold: relevant samples so far, samples so far, relevant ones in all. Returns the last.</summary>
    private int Walk(IReadOnlyList<int>? times, Action<int, int, int> threshold)
    {
        if (times is not null && times.Count != order.Length) throw new ArgumentException($"{order.Length} samples, {times.Count} numbers of times: each sample needs one.");
        int wanted = 0, found = 0, answered = 0, told = 0;
        for (int place = 0; place < order.Length; place++)
            if (relevant[place]) wanted += times?[order[place]] ?? 1;
        for (int place = 0; place < order.Length && wanted > 0; place++)
        {
            int count = times?[order[place]] ?? 1;
            answered += count;
            if (relevant[place]) found += count;
            if (!ends[place] || answered == told) continue;
            threshold(found, answered, wanted);
            told = answered;
        }
        return wanted;
    }
}
