// Precision, recall and what is made of them, for a yes-or-no question answered with a confidence. Read next: SilenceConfidence.cs.
namespace Dcc.Model;

/// <summary>The answer "yes" from a confidence on: what share of the answers is right, and what share of the right ones was found.</summary>
public sealed record DetectionPoint(double Threshold, double Precision, double Recall)
{
    /// <summary>2PR / (P + R); 0 where nothing is found.</summary>
    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}

/// <summary>
/// The curve over all thresholds that tell answers apart. Equal confidences are one threshold: their order, which is an accident, counts for nothing, so a constant confidence has
/// the average precision of the share of positives.
/// </summary>
public sealed class DetectionCurve
{
    /// <summary>Makes the curve from one confidence and one truth a sample.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or a confidence is not finite.</exception>
    public DetectionCurve(IReadOnlyList<double> confidences, IReadOnlyList<bool> positive)
    {
        if (confidences.Count != positive.Count) throw new ArgumentException($"Each sample has a confidence and a truth; there are {confidences.Count} and {positive.Count}.");
        if (confidences.Any(value => !double.IsFinite(value))) throw new ArgumentException("A confidence is not a finite number.");
        int all = positive.Count(each => each), found = 0, answered = 0;
        int[] order = [.. Enumerable.Range(0, confidences.Count)];
        Array.Sort(order, (a, b) => confidences[b].CompareTo(confidences[a]));
        List<DetectionPoint> points = [];
        for (int i = 0; i < order.Length && all > 0; i++)
        {
            answered++;
            if (positive[order[i]]) found++;
            if (i + 1 == order.Length || confidences[order[i + 1]] != confidences[order[i]])
                points.Add(new DetectionPoint(confidences[order[i]], (double)found / answered, (double)found / all));
        }
        Points = points;
    }

    /// <summary>From the highest threshold to the lowest; none if no sample is positive.</summary>
    public IReadOnlyList<DetectionPoint> Points { get; }

    /// <summary>Sum over thresholds of the gain in recall times the precision (scikit-learn's average_precision_score: steps, no interpolation). NaN without positives.</summary>
    public double AveragePrecision()
    {
        if (Points.Count == 0) return double.NaN;
        double sum = 0, recall = 0;
        foreach (DetectionPoint point in Points)
        {
            sum += (point.Recall - recall) * point.Precision;
            recall = point.Recall;
        }
        return sum;
    }

    /// <summary>The point with the largest F1, the highest threshold of equals; null without positives.</summary>
    public DetectionPoint? Best => Points.MaxBy(point => point.F1);
}
