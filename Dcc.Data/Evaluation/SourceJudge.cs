// Matches clusters to classes on one part of the samples and scores on the other. Read next: MultiSourceTask.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>One method's scores. Matching is one to one: by place (mean IoU) for maps, by presence for detection.</summary>
internal sealed class SourceJudge
{
    private readonly IReadOnlyList<string> classes;
    private readonly IReadOnlyList<SourceTruth> truths;
    private readonly IReadOnlyList<SourceAnswer> answers;
    private readonly int[] clusterByPlace, clusterByPresence;

    public SourceJudge(IReadOnlyList<string> classes, IReadOnlyList<SourceTruth> matchTruths, IReadOnlyList<SourceAnswer> matchAnswers, IReadOnlyList<SourceTruth> truths, IReadOnlyList<SourceAnswer> answers, CancellationToken cancel = default)
    {
        (this.classes, this.truths, this.answers) = (classes, truths, answers);
        int clusters = matchAnswers[0].Presence.Count;
        double[,] place = new double[classes.Count, clusters], presence = new double[classes.Count, clusters];
        for (int c = 0; c < classes.Count; c++)
        {
            int[] with = [.. Enumerable.Range(0, matchTruths.Count).Where(i => matchTruths[i].Labels.Contains(classes[c]))];
            int[] without = [.. Enumerable.Range(0, matchTruths.Count).Except(with)];
            if (with.Length == 0) continue;
            foreach (int i in with)
            {
                cancel.ThrowIfCancellationRequested();
                float[] truth = MultiSourceMetrics.Truth(matchTruths[i].BoxesOf(classes[c]));
                for (int k = 0; k < clusters; k++)
                    if (MultiSourceMetrics.ClassIou(matchAnswers[i].Maps[k], truth) is double iou and >= 0) place[c, k] += iou;
            }
            for (int k = 0; k < clusters; k++)
            {
                place[c, k] /= with.Length;
                if (without.Length > 0) presence[c, k] = with.Average(i => matchAnswers[i].Presence[k]) - without.Average(i => matchAnswers[i].Presence[k]);
            }
        }
        clusterByPlace = ClusterMatching.Best(place);
        clusterByPresence = ClusterMatching.Best(presence);
        Ious = [.. truths.Select((truth, i) =>
        {
            cancel.ThrowIfCancellationRequested();
            return MultiSourceMetrics.ClassAwareIou(answers[i].Maps, [.. truth.Labels.Select(label => (ClusterOf(label), truth.BoxesOf(label)))]);
        })];
        Silence = [.. truths.Select((truth, i) => MultiSourceMetrics.NoSoundingAccuracy(answers[i].Maps,
            [.. Enumerable.Range(0, classes.Count).Where(c => clusterByPlace[c] >= 0 && !truth.Labels.Contains(classes[c])).Select(c => clusterByPlace[c])]))];
    }

    /// <summary>Class-aware IoU of each scored sample.</summary>
    public IReadOnlyList<double> Ious { get; }

    /// <summary>No-sounding accuracy of each; NaN where every class sounds.</summary>
    public IReadOnlyList<double> Silence { get; }

    /// <summary>For each class its cluster by place, -1 for none.</summary>
    public IReadOnlyList<int> Matching => clusterByPlace;

    public IReadOnlyList<Score> Scores(ulong seed, CancellationToken cancel = default)
    {
        List<Score> scores =
        [
            Score.Mean("CIoU@0.3", [.. Ious.Select(iou => iou >= 0.3 ? 1.0 : 0)], seed),
            Score.Mean("AUC", [.. Ious.Select(LocalizationMetrics.SampleArea)], seed),
        ];
        double[] silence = [.. Silence.Where(double.IsFinite)];
        if (silence.Length > 0) scores.Add(Score.Mean("NSA", silence, seed));
        RankedPrecision[] ranked = [.. classes.Select((label, c) => new RankedPrecision([.. answers.Select(answer => clusterByPresence[c] >= 0 ? answer.Presence[clusterByPresence[c]] : 0)], [.. truths.Select(truth => truth.Labels.Contains(label))]))];
        scores.Add(Score.Of("mAP", truths.Count, picks => MeanAveragePrecision(picks, ranked), seed, cancel: cancel));
        return scores;
    }

    /// <summary>Set-level detection: does the class's cluster say that it is there? A class without a cluster has one score for all. Mean over classes that sound somewhere.</summary>
    private double MeanAveragePrecision(IReadOnlyList<int> picks, RankedPrecision[] ranked)
    {
        int[] times = new int[truths.Count];
        foreach (int pick in picks) times[pick]++;
        return ranked.Select(one => one.Average(times)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
    }

    private int ClusterOf(string label)
    {
        for (int c = 0; c < classes.Count; c++)
            if (classes[c] == label) return clusterByPlace[c];
        return -1;
    }
}
