// What a report says beside the scores of labelled samples: classes, confusions, a line a sample. Read next: SoundFeatures.cs, ImageFeatures.cs.
using System.Globalization;
using System.Text.Json.Nodes;

namespace Dcc.Data;

internal static class LabelNotes
{
    private const int ConfusionsShown = 5;

    /// <summary>Each class, the commonest confusions, and how many samples no classifier can get right.</summary>
    public static IEnumerable<string> Of(LabelledTask task, LabelPredictions method)
    {
        yield return task.OneClassEach ? $"Right by class: {Shares(task, method)}." : $"Samples of each class, and those of them whose highest class is one of theirs: {Shares(task, method)}.";
        string[] confused = task.OneClassEach
            ? [.. task.Tested.Where(i => !task.Is(i, method.Classes[i])).GroupBy(i => (task.LabelsOf(i)[0], method.Classes[i])).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(ConfusionsShown)
                .Select(group => $"{task.Classes[group.Key.Item1]} as {task.Classes[group.Key.Item2]} {group.Count()}")]
            : [];
        if (confused.Length > 0) yield return $"Most often taken for another: {string.Join(", ", confused)}; the samples file has all.";
        int hopeless = task.Folds.Sum(fold =>
        {
            HashSet<int> known = [.. fold.Train.SelectMany(task.LabelsOf)];
            return fold.Test.Count(i => task.LabelsOf(i).Count > 0 && !task.LabelsOf(i).Any(known.Contains));
        });
        if (hopeless > 0) yield return $"{hopeless} samples are of a class that their training folds lack: no classifier can get them right.";
        int sources = task.Clusters.Distinct().Count();
        if (sources < task.Clusters.Length) yield return $"Intervals draw samples of one source together: {sources} sources.";
    }

    private static string Shares(LabelledTask task, LabelPredictions method) => string.Join(", ", task.Classes
        .Select((name, k) => (name, all: task.Tested.Where(i => task.Is(i, k)).ToArray())).Where(each => each.all.Length > 0)
        .Select(each => $"{each.name} {each.all.Count(i => task.Is(i, method.Classes[i]))}/{each.all.Length}"));

    /// <summary>A line for each tested sample: the answers of all methods, and the first method's value for every class.</summary>
    public static IReadOnlyList<JsonObject> PerSample(LabelledTask task, IReadOnlyList<string> ids, IReadOnlyList<LabelPredictions> methods) => [.. task.Tested.Select(i =>
    {
        JsonObject line = new() { ["id"] = ids[i], ["group"] = task.Groups[i], ["label"] = string.Join('|', task.LabelsOf(i).Select(k => task.Classes[k])) };
        foreach (LabelPredictions method in methods) line[method.Method] = task.Classes[method.Classes[i]];
        double[] values = methods[0].Decisions[i]!;
        for (int k = 0; k < values.Length; k++) line[$"value {task.Classes[k]}"] = values[k].ToString("G9", CultureInfo.InvariantCulture);
        return line;
    })];
}
