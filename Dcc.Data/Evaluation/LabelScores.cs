// Accuracy and average precision of what methods answer on labelled samples, with intervals. Read next: LabelNotes.cs, ../../Dcc.Model/Evaluation/RankedPrecision.cs.
using Dcc.Model;

namespace Dcc.Data;

internal static class LabelScores
{
    /// <summary>
    /// With one class a sample: accuracy, the mean of the folds' accuracies, the mean of the classes'. With several: the share of samples whose highest class is one of theirs. With
    /// <paramref name="precision"/> the mean average precision too, twice defined. Then how much better the first method is than each other.
    /// </summary>
    public static IReadOnlyList<MethodScores> Of(LabelledTask task, IReadOnlyList<LabelPredictions> methods, bool precision, ulong seed, CancellationToken cancel = default)
    {
        (string Name, Func<IReadOnlyList<int>, double> Statistic)[][] statistics = [.. methods.Select(method => Statistics(task, method, precision).ToArray())];
        List<MethodScores> scores = [.. methods.Select((method, m) => new MethodScores(method.Method, [.. statistics[m].Select(one => Score(one.Name, one.Statistic))]))];
        for (int m = 1; m < methods.Count; m++)
        {
            (string Name, Func<IReadOnlyList<int>, double> Statistic)[] other = statistics[m];
            scores.Add(new MethodScores($"{methods[0].Method} - {methods[m].Method}", [.. statistics[0].Select((one, s) => Score(one.Name, picks => one.Statistic(picks) - other[s].Statistic(picks)))]));
        }
        return scores;

        Score Score(string name, Func<IReadOnlyList<int>, double> statistic) => Data.Score.Of(name, task.Tested.Length, statistic, seed, task.Clusters, cancel);
    }

    private static IEnumerable<(string, Func<IReadOnlyList<int>, double>)> Statistics(LabelledTask task, LabelPredictions method, bool precision)
    {
        if (task.OneClassEach)
        {
            yield return ("accuracy", picks => picks.Average(Right));
            yield return ("mean of folds", picks => MeanOver(picks, i => task.Groups[i]));
            yield return ("mean of classes", picks => MeanOver(picks, i => task.LabelsOf(i)[0]));
        }
        else yield return ("highest is right", picks => picks.Average(Right));
        if (!precision) yield break;
        FoldRanking[] folds = [.. task.Folds.Select(fold => new FoldRanking(task, method, fold))];
        yield return ("mAP", picks => Mean(task, picks, folds, (ranked, times) => ranked.Average(times)));
        yield return ("mAP 11-point", picks => Mean(task, picks, folds, (ranked, times) => ranked.ElevenPoints(times)));

        double Right(int pick) => task.Is(task.Tested[pick], method.Classes[task.Tested[pick]]) ? 1 : 0;
        double MeanOver<T>(IReadOnlyList<int> picks, Func<int, T> key) => picks.GroupBy(pick => key(task.Tested[pick])).Average(group => group.Average(Right));
    }

    /// <summary>The mean over folds of the fold's mean over classes; of a resample, only what it holds.</summary>
    private static double Mean(LabelledTask task, IReadOnlyList<int> picks, FoldRanking[] folds, Func<RankedPrecision, int[], double> precision)
    {
        int[] times = new int[task.Tested.Length];
        foreach (int pick in picks) times[pick]++;
        return folds.Select(fold => fold.Mean(times, precision)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
    }

    /// <summary>Values of different folds come of different classifiers, so each fold's samples are ranked among themselves.</summary>
    private sealed class FoldRanking
    {
        private readonly int[] places;
        private readonly bool[][] leftOut;
        private readonly RankedPrecision[] ranked;

        public FoldRanking(LabelledTask task, LabelPredictions method, Fold fold)
        {
            places = [.. fold.Test.Select(i => Array.BinarySearch(task.Tested, i))];
            leftOut = [.. Enumerable.Range(0, task.Classes.Length).Select(k => fold.Test.Select(i => task.IsUnknown(i, k)).ToArray())];
            ranked = [.. Enumerable.Range(0, task.Classes.Length).Select(k => new RankedPrecision([.. fold.Test.Select(i => method.Decisions[i]![k])], [.. fold.Test.Select(i => task.Is(i, k))]))];
        }

        /// <summary>The mean over the classes that occur; NaN if none does.</summary>
        public double Mean(int[] times, Func<RankedPrecision, int[], double> precision)
        {
            int[] mine = Array.ConvertAll(places, place => times[place]);
            return ranked.Select((one, k) => precision(one, leftOut[k].Contains(true) ? [.. mine.Select((count, i) => leftOut[k][i] ? 0 : count)] : mine)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        }
    }
}
