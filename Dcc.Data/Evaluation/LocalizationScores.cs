// The scores of one method on boxed pairs, and on pairs that do not sound beside them. Read next: ../../Dcc.Model/Evaluation/ConfidentLocalization.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Pairs that share a picture are drawn together: a frame comes with its own sound and with a silent one.</summary>
internal sealed class LocalizationScores(IReadOnlyList<BoxedPair> pairs, ulong seed, CancellationToken cancel)
{
    private readonly int[] sources = Usable.Numbers(pairs.Select(pair => pair.Source ?? pair.PicturePath));
    private readonly int[] boxed = [.. Enumerable.Range(0, pairs.Count).Where(i => !pairs[i].Silent)];

    public int All => pairs.Count;

    /// <summary>Pairs with boxes.</summary>
    public int Boxed => boxed.Length;

    public bool HasSilent => Boxed < All;

    /// <summary>cIoU@0.5, AUC and the mean over pairs with boxes; with silent pairs precision, AP and max-F1 over all.</summary>
    public IReadOnlyList<Score> Of(IReadOnlyList<double> ious, IReadOnlyList<double> confidences)
    {
        int[] clusters = Array.ConvertAll(boxed, i => sources[i]);
        List<Score> scores = [Mean("cIoU@0.5", iou => iou >= 0.5 ? 1 : 0), Mean("AUC", LocalizationMetrics.SampleArea), Mean("mean cIoU", iou => iou)];
        if (!HasSilent) return scores;
        ConfidentLocalization confident = new([.. pairs.Select(pair => !pair.Silent)], ious, confidences);
        scores.AddRange([Resampled("precision", confident.Precision), Resampled("AP", confident.AveragePrecision), Resampled("max-F1", confident.MaximalF1)]);
        return scores;

        Score Mean(string name, Func<double, double> value) => Score.Of(name, boxed.Length, picks => picks.Average(pick => value(ious[boxed[pick]])), seed, clusters, cancel);
        Score Resampled(string name, Func<IReadOnlyList<int>, double> statistic) => Score.Of(name, pairs.Count, picks => statistic(Times(picks)), seed, sources, cancel);
    }

    private int[] Times(IReadOnlyList<int> picks)
    {
        int[] times = new int[pairs.Count];
        foreach (int pick in picks) times[pick]++;
        return times;
    }
}
