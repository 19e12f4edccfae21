// How labelled samples are split: by what must stay together. Read next: LinearSvm.cs.
namespace Dcc.Model;

/// <summary>One split: the samples trained on and those tested on, as indices in rising order.</summary>
public sealed record Fold(string Name, IReadOnlyList<int> Train, IReadOnlyList<int> Test)
{
    private const string TrainName = "train", TestName = "test";

    /// <summary>
    /// From each sample's group: where the groups are "train" and "test" that one split; else each group is left out once and tested by a model of all others, groups in the order of their names.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than two groups, or "train" and "test" beside others.</exception>
    public static IReadOnlyList<Fold> Of(IReadOnlyList<string> groups)
    {
        string[] names = [.. groups.Distinct().Order(StringComparer.Ordinal)];
        if (names.Length < 2) throw new ArgumentException($"All samples are of {(names.Length == 0 ? "no group" : $"group \"{names[0]}\"")}: two groups or more are needed, to learn from some and test on others.");
        bool published = names.Contains(TrainName) || names.Contains(TestName);
        if (published && (names.Length != 2 || !names.Contains(TrainName) || !names.Contains(TestName)))
            throw new ArgumentException($"The groups are {string.Join(", ", names)}: either {TrainName} and {TestName} alone, or folds and sources without these names.");
        return [.. (published ? [TestName] : names).Select(name => new Fold(name, Where(group => group != name), Where(group => group == name)))];

        int[] Where(Func<string, bool> wanted) => [.. Enumerable.Range(0, groups.Count).Where(i => wanted(groups[i]))];
    }
}
