// Consensus IoU, its success rate and the area under it. Read next: ClusterMatching.cs.
namespace Dcc.Model;

/// <summary>How well predicted pixels meet the truth.</summary>
public static class LocalizationMetrics
{
    /// <summary>Thresholds 0, 0.05, ..., 1 of the success curve.</summary>
    public const int Thresholds = 21;

    /// <summary>
    /// cIoU = sum over predicted p of g(p) / (sum of g + predicted pixels where g is 0), in 0..1. With g of 0 and 1 the ordinary IoU. No truth and no prediction: NaN, 0/0.
    /// </summary>
    public static double ConsensusIou(ReadOnlySpan<bool> predicted, ReadOnlySpan<float> truth)
    {
        if (predicted.Length != truth.Length) throw new ArgumentException($"{predicted.Length} predicted pixels, {truth.Length} true ones: both maps must have the same size.");
        double met = 0, all = 0, outside = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            all += truth[i];
            if (!predicted[i]) continue;
            met += truth[i];
            if (truth[i] == 0) outside++;
        }
        return met / (all + outside);
    }

    /// <summary>Share of samples whose IoU is at least <paramref name="threshold"/>; NaN never is.</summary>
    public static double Success(IReadOnlyList<double> ious, double threshold) => ious.Count == 0 ? double.NaN : ious.Count(iou => iou >= threshold) / (double)ious.Count;

    /// <summary>Area under the success curve at thresholds 0, 0.05, ..., 1, by trapezoids; in 0..1. It is the mean of <see cref="SampleArea"/>.</summary>
    public static double AreaUnderSuccess(IReadOnlyList<double> ious) => ious.Count == 0 ? double.NaN : ious.Average(SampleArea);

    /// <summary>One sample's share of the area: 0.05 * (thresholds reached - (first reached + last reached) / 2).</summary>
    public static double SampleArea(double iou)
    {
        double area = 0;
        for (int i = 0; i < Thresholds; i++)
            if (iou >= 0.05 * i) area += i is 0 or Thresholds - 1 ? 0.025 : 0.05;
        return area;
    }

    /// <summary>No-sounding accuracy of one silent class: the share of pixels whose map value is at most <paramref name="level"/>; the map as it is, not stretched.</summary>
    public static double SilentArea(ReadOnlySpan<float> map, float level = 0.2f)
    {
        if (map.IsEmpty) return double.NaN;
        int silent = 0;
        foreach (float value in map)
            if (value <= level) silent++;
        return (double)silent / map.Length;
    }
}
