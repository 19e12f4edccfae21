// Classes, folds and scores of a set with one label a sample. Read next: FeatureSet.cs.
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>What one method answers for each sample: a class, and its decision values where it has any.</summary>
internal sealed record LabelPredictions(string Method, int[] Classes, double[]?[]? Decisions = null);

internal sealed class LabelledTask
{
    private const int ConfusionsShown = 5;
    private readonly string[] classes, groups;
    private readonly int[] labels, tested, clusters;
    private readonly IReadOnlyList<Fold> folds;

    private LabelledTask(string[] labels, string[] groups, string?[] sources, IReadOnlyList<Fold> folds)
    {
        this.groups = groups;
        this.folds = folds;
        classes = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        this.labels = Array.ConvertAll(labels, label => Array.IndexOf(classes, label));
        tested = [.. folds.SelectMany(fold => fold.Test).Order()];
        string[] keys = [.. labels.Select((_, i) => sources[i] is { } source ? $"{groups[i]}/{source}" : $"#{i}")];
        string[] distinct = [.. keys.Distinct()];
        Dictionary<string, int> number = distinct.Select((key, i) => (key, i)).ToDictionary(each => each.key, each => each.i);
        clusters = [.. tested.Select(i => number[keys[i]])];
    }

    /// <exception cref="DataException">Fewer than two classes or groups.</exception>
    public static LabelledTask Of(string data, IEnumerable<string> labels, IEnumerable<string> groups, IEnumerable<string?> sources, IReadOnlyList<SkippedSample> skipped)
    {
        string[] label = [.. labels], group = [.. groups];
        string lost = skipped.Count > 0 ? $" {skipped.Count} files cannot be used, the first: {skipped[0].Reason}" : "";
        if (label.Distinct().Count() < 2) throw new DataException($"{data} has {label.Distinct().Count()} class{(label.Distinct().Count() == 1 ? "" : "es")} in {label.Length} files that can be read, telling classes apart needs at least 2.{lost}");
        try { return new LabelledTask(label, group, [.. sources], Fold.Of(group)); }
        catch (ArgumentException failure) { throw new DataException($"{data}: {failure.Message}{lost}", failure); }
    }

    public string FoldText => folds.Count == 1 ? "trained on train, tested on test" : $"each of {folds.Count} groups left out once: {string.Join(", ", folds.Select(fold => $"{fold.Name} {fold.Test.Count}"))}";

    public LabelPredictions Predict(string method, FeatureSet features, ProbeClassifier classifier, double c, bool standardize, ref bool converged)
    {
        double[]?[] values = features.Decide(folds, [.. classes.Select((_, k) => Array.ConvertAll(labels, label => label == k))], classifier, c, standardize, ref converged);
        return new LabelPredictions(method, Array.ConvertAll(values, each => each is null ? -1 : FeatureSet.Best(each)), values);
    }

    /// <summary>The most frequent class of the training samples; of equals the first by name.</summary>
    public LabelPredictions Majority()
    {
        int[] answers = new int[labels.Length];
        foreach (Fold fold in folds)
        {
            int most = fold.Train.GroupBy(i => labels[i]).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
            foreach (int i in fold.Test) answers[i] = most;
        }
        return new LabelPredictions("majority", answers);
    }

    /// <summary>Per method accuracy, the mean of the folds' accuracies, the mean of the classes' accuracies; then how much better the first method is than each other.</summary>
    public IReadOnlyList<MethodScores> Scores(IReadOnlyList<LabelPredictions> methods, ulong seed, CancellationToken cancel = default)
    {
        List<MethodScores> scores = [.. methods.Select(method => new MethodScores(method.Method,
        [
            Of("accuracy", picks => Accuracy(method, picks)), Of("mean of folds", picks => MeanOver(method, picks, i => groups[i])), Of("mean of classes", picks => MeanOver(method, picks, i => labels[i])),
        ]))];
        foreach (LabelPredictions other in methods.Skip(1))
            scores.Add(new MethodScores($"{methods[0].Method} - {other.Method}",
            [
                Of("accuracy", picks => Accuracy(methods[0], picks) - Accuracy(other, picks)),
                Of("mean of folds", picks => MeanOver(methods[0], picks, i => groups[i]) - MeanOver(other, picks, i => groups[i])),
                Of("mean of classes", picks => MeanOver(methods[0], picks, i => labels[i]) - MeanOver(other, picks, i => labels[i])),
            ]));
        return scores;

        Score Of(string name, Func<IReadOnlyList<int>, double> statistic) => Score.Of(name, tested.Length, statistic, seed, clusters, cancel);
    }

    private bool IsRight(LabelPredictions method, int pick) => method.Classes[tested[pick]] == labels[tested[pick]];

    private double Accuracy(LabelPredictions method, IReadOnlyList<int> picks) => picks.Average(pick => IsRight(method, pick) ? 1.0 : 0.0);

    private double MeanOver<T>(LabelPredictions method, IReadOnlyList<int> picks, Func<int, T> key) => picks.GroupBy(pick => key(tested[pick])).Average(group => group.Average(pick => IsRight(method, pick) ? 1.0 : 0.0));

    /// <summary>Accuracy of every class, the commonest confusions, and how many samples no classifier can get right.</summary>
    public IEnumerable<string> Notes(LabelPredictions method)
    {
        yield return $"Right by class: {string.Join(", ", classes.Select((name, k) => (name, all: tested.Count(i => labels[i] == k), right: tested.Count(i => labels[i] == k && method.Classes[i] == k))).Where(each => each.all > 0).Select(each => $"{each.name} {each.right}/{each.all}"))}.";
        string[] confused = [.. tested.Where(i => method.Classes[i] != labels[i]).GroupBy(i => (labels[i], method.Classes[i])).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(ConfusionsShown)
            .Select(group => $"{classes[group.Key.Item1]} as {classes[group.Key.Item2]} {group.Count()}")];
        if (confused.Length > 0) yield return $"Most often taken for another: {string.Join(", ", confused)}; the samples file has all.";
        int hopeless = folds.Sum(fold => fold.Test.Count(i => !fold.Train.Any(j => labels[j] == labels[i])));
        if (hopeless > 0) yield return $"{hopeless} samples are of a class that their training folds lack: no classifier can get them right.";
        int together = clusters.Length - clusters.Distinct().Count();
        if (together > 0) yield return $"Intervals draw samples of one source together: {clusters.Distinct().Count()} sources.";
    }

    public IReadOnlyList<JsonObject> PerSample(IReadOnlyList<string> ids, IReadOnlyList<LabelPredictions> methods) => [.. tested.Select(i =>
    {
        JsonObject line = new() { ["id"] = ids[i], ["group"] = groups[i], ["label"] = classes[labels[i]] };
        foreach (LabelPredictions method in methods) line[method.Method] = classes[method.Classes[i]];
        double[] values = methods[0].Decisions![i]!;
        for (int k = 0; k < classes.Length; k++) line[$"value {classes[k]}"] = values[k].ToString("G9", CultureInfo.InvariantCulture);
        return line;
    })];
}
