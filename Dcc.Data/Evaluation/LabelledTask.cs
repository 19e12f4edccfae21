// Classes and folds of a set with one or several labels a sample, and what methods answer on it. Read next: FeatureSet.cs, LabelScores.cs, LabelNotes.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>What one method answers for each sample: decision values [samples][classes], none where no fold tests the sample, and the class that it answers with.</summary>
internal sealed record LabelPredictions(string Method, double[]?[] Decisions)
{
    public int[] Classes { get; } = Array.ConvertAll(Decisions, values => values is null ? -1 : FeatureSet.Best(values));
}

internal sealed class LabelledTask
{
    private readonly int[][] labels, unknown;

    private LabelledTask(string[][] labels, string[][] unknown, string[] groups, string?[] sources, IReadOnlyList<Fold> folds)
    {
        Groups = groups;
        Folds = folds;
        Classes = [.. labels.SelectMany(each => each).Distinct().Order(StringComparer.Ordinal)];
        this.labels = Array.ConvertAll(labels, each => Array.ConvertAll(each, label => Array.IndexOf(Classes, label)));
        this.unknown = Array.ConvertAll(unknown, each => Array.ConvertAll(each, label => Array.IndexOf(Classes, label)));
        Tested = [.. folds.SelectMany(fold => fold.Test).Order()];
        int[] numbers = Usable.Numbers(labels.Select((_, i) => sources[i] is { } source ? $"{groups[i]}/{source}" : $"#{i}"));
        Clusters = Array.ConvertAll(Tested, i => numbers[i]);
    }

    /// <summary>Names, in order.</summary>
    public string[] Classes { get; }

    public string[] Groups { get; }

    public IReadOnlyList<Fold> Folds { get; }

    /// <summary>The samples that some fold tests, in rising order.</summary>
    public int[] Tested { get; }

    /// <summary>For each tested sample a number that it shares with those it depends on.</summary>
    public int[] Clusters { get; }

    /// <summary>Whether each sample has one class and no more.</summary>
    public bool OneClassEach => Array.TrueForAll(labels, each => each.Length == 1);

    /// <param name="data">What the samples are.</param>
    /// <param name="labels">Classes of each sample.</param>
    /// <param name="groups">The group of each.</param>
    /// <param name="sources">What it depends on inside its group, where that is known.</param>
    /// <param name="skipped">Samples that could not be read, for an error to name.</param>
    /// <param name="unknown">Classes that each may or may not have; null: none.</param>
    /// <exception cref="DataException">Fewer than two classes or groups.</exception>
    public static LabelledTask Of(string data, IEnumerable<IReadOnlyList<string>> labels, IEnumerable<string> groups, IEnumerable<string?> sources, IReadOnlyList<SkippedSample> skipped, IEnumerable<IReadOnlyList<string>>? unknown = null)
    {
        string[][] label = [.. labels.Select(each => each.ToArray())];
        string[] group = [.. groups];
        int classes = label.SelectMany(each => each).Distinct().Count();
        string lost = skipped.Count > 0 ? $" {skipped.Count} files cannot be used, the first: {skipped[0].Reason}" : "";
        if (classes < 2) throw new DataException($"{data} has {classes} class{(classes == 1 ? "" : "es")} in {label.Length} files that can be read, telling classes apart needs at least 2.{lost}");
        try { return new LabelledTask(label, unknown is null ? Array.ConvertAll(label, _ => Array.Empty<string>()) : [.. unknown.Select(each => each.ToArray())], group, [.. sources], Fold.Of(group)); }
        catch (ArgumentException failure) { throw new DataException($"{data}: {failure.Message}{lost}", failure); }
    }

    public string FoldText => Folds.Count == 1 ? "trained on train, tested on test" : $"each of {Folds.Count} groups left out once: {string.Join(", ", Folds.Select(fold => $"{fold.Name} {fold.Test.Count}"))}";

    public bool Is(int sample, int label) => labels[sample].Contains(label);

    /// <summary>Whether the sample may or may not be of the class. It trains as if it were not.</summary>
    public bool IsUnknown(int sample, int label) => unknown[sample].Contains(label);

    /// <summary>The sample's classes, as numbers.</summary>
    public IReadOnlyList<int> LabelsOf(int sample) => labels[sample];

    public LabelPredictions Predict(string method, FeatureSet features, ProbeClassifier classifier, ProbeOptions options, ref bool converged)
    {
        bool[][] positive = [.. Classes.Select((_, k) => Enumerable.Range(0, labels.Length).Select(i => Is(i, k)).ToArray())];
        return new LabelPredictions(method, features.Decide(Folds, positive, classifier, options.C, options.Standardize, ref converged));
    }

    /// <summary>How often a class comes among the training samples: the answer is the most frequent one, of equals the first by name.</summary>
    public LabelPredictions Majority()
    {
        double[]?[] values = new double[labels.Length][];
        foreach (Fold fold in Folds)
        {
            double[] often = [.. Classes.Select((_, k) => (double)fold.Train.Count(i => Is(i, k)))];
            foreach (int i in fold.Test) values[i] = often;
        }
        return new LabelPredictions("majority", values);
    }

    /// <summary>Values drawn by lot, which depend on the seed and the sample's place alone.</summary>
    public LabelPredictions Chance(ulong seed)
    {
        double[]?[] values = new double[labels.Length][];
        foreach (int i in Tested)
        {
            Philox random = new(seed, 0x63686e63_00000000 + (ulong)i);   // "chnc"
            values[i] = Array.ConvertAll(Classes, _ => (double)random.NextFloat());
        }
        return new LabelPredictions("chance", values);
    }
}
