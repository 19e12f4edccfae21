// Localisation with the right to say "nothing sounds": precision, average precision and F1 over a confidence, as SLAVC counts them. Read next: LocalizationMetrics.cs, SilenceConfidence.cs.
namespace Dcc.Model;

/// <summary>
/// Pairs in which something visible sounds and pairs in which nothing does. From a threshold of the confidence on a method answers with its map: right if something sounds and the IoU is at least
/// 0.5, else wrong. Below it the method says nothing: missed if something sounds. An answer in the wrong place is wrong but not missed, as in the released code, whose thresholds these are too
/// (Mo and Morgado, "A Closer Look at Weakly-Supervised Audio-Visual Source Localization", NeurIPS 2022).
/// </summary>
public sealed class ConfidentLocalization
{
    private const double RightIou = 0.5;
    private const int PrecisionSteps = 200, F1Steps = 10;
    private readonly int[] order;
    private readonly bool[] sounds, right;
    private readonly double[] confidences;

    /// <summary>One entry a pair in each list; the IoU of a pair in which nothing sounds is not asked for.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or a confidence is not finite.</exception>
    public ConfidentLocalization(IReadOnlyList<bool> sounds, IReadOnlyList<double> ious, IReadOnlyList<double> confidences)
    {
        if (sounds.Count != ious.Count || sounds.Count != confidences.Count)
            throw new ArgumentException($"Each pair has a truth, an IoU and a confidence; there are {sounds.Count}, {ious.Count} and {confidences.Count}.");
        if (!confidences.All(double.IsFinite)) throw new ArgumentException("A confidence is not a finite number.");
        order = [.. Enumerable.Range(0, sounds.Count).OrderByDescending(i => confidences[i])];
        this.sounds = Array.ConvertAll(order, i => sounds[i]);
        right = Array.ConvertAll(order, i => sounds[i] && ious[i] >= RightIou);
        this.confidences = Array.ConvertAll(order, i => confidences[i]);
    }

    /// <summary>Precision when every pair is answered: right answers over all pairs, the silent ones included.</summary>
    /// <param name="times">How often each pair counts; null: once.</param>
    public double Precision(IReadOnlyList<int>? times = null) => Points(times) is { Length: > 0 } points ? points[^1].Precision : double.NaN;

    /// <summary>
    /// Σ (recall at the next threshold - recall) · the best precision at this threshold or a lower one. Thresholds are confidences from the second highest down: each of up to 399 pairs, then every
    /// second, third, ... so that about 200 are taken.
    /// </summary>
    /// <param name="times">How often each pair counts; null: once.</param>
    public double AveragePrecision(IReadOnlyList<int>? times = null)
    {
        (double Precision, double Recall)[] points = Points(times);
        if (points.Length == 0) return double.NaN;
        double sum = 0, best = 0;
        int step = Math.Max(1, points.Length / PrecisionSteps), last = 1 + (points.Length - 2) / step * step;
        for (int place = last; place >= 1 && points.Length > 1; place -= step)
        {
            best = Math.Max(best, points[place].Precision);
            if (place < last) sum += best * (points[place + step].Recall - points[place].Recall);
        }
        return sum;
    }

    /// <summary>The largest 2PR / (P + R) over the lowest confidence and those about a tenth, two tenths, ... of the pairs above it.</summary>
    /// <param name="times">How often each pair counts; null: once.</param>
    public double MaximalF1(IReadOnlyList<int>? times = null)
    {
        (double Precision, double Recall)[] points = Points(times);
        if (points.Length == 0) return double.NaN;
        double best = 0;
        for (int place = points.Length - 1; place >= 0; place -= Math.Max(1, points.Length / F1Steps))
            if (points[place] is var (precision, recall) && precision + recall > 0) best = Math.Max(best, 2 * precision * recall / (precision + recall));
        return best;
    }

    /// <summary>Precision and recall with the threshold at each pair's confidence, from the highest down; pairs of one confidence share theirs.</summary>
    private (double Precision, double Recall)[] Points(IReadOnlyList<int>? times)
    {
        if (times is not null && times.Count != order.Length) throw new ArgumentException($"{order.Length} pairs, {times.Count} numbers of times: each pair needs one.");
        int pairs = 0, sounding = 0;
        for (int place = 0; place < order.Length; place++)
        {
            int count = times?[order[place]] ?? 1;
            pairs += count;
            if (sounds[place]) sounding += count;
        }
        (double, double)[] points = new (double, double)[pairs];
        int answered = 0, found = 0, heard = 0, told = 0;
        for (int place = 0; place < order.Length; place++)
        {
            int count = times?[order[place]] ?? 1;
            answered += count;
            if (sounds[place]) heard += count;
            if (right[place]) found += count;
            if (place + 1 < order.Length && confidences[place + 1] == confidences[place]) continue;
            int missed = sounding - heard;
            double recall = found + missed == 0 ? 1 : (double)found / (found + missed);
            for (; told < answered; told++) points[told] = ((double)found / answered, recall);
        }
        return points;
    }
}
