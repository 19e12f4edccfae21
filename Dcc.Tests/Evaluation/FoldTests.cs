// Splits by group. Read next: Dcc.Model/Evaluation/Folds.cs.
using Dcc.Model;

namespace Dcc.Tests.Evaluation;

public sealed class FoldTests
{
    [Fact]
    public void Each_group_is_left_out_once()
    {
        IReadOnlyList<Fold> folds = Fold.Of(["b", "a", "b", "c"]);
        Assert.Equal(["a", "b", "c"], folds.Select(fold => fold.Name));
        Assert.Equal([0, 2], folds[1].Test);
        Assert.Equal([1, 3], folds[1].Train);
    }

    [Fact]
    public void Train_and_test_are_one_split()
    {
        Fold fold = Assert.Single(Fold.Of(["test", "train", "test"]));
        Assert.Equal([0, 2], fold.Test);
        Assert.Equal([1], fold.Train);
    }

    [Fact]
    public void One_group_or_a_mixture_is_refused()
    {
        Assert.Contains("group \"a\"", Assert.Throws<ArgumentException>(() => Fold.Of(["a", "a"])).Message, StringComparison.Ordinal);
        Assert.Contains("no group", Assert.Throws<ArgumentException>(() => Fold.Of([])).Message, StringComparison.Ordinal);
        Assert.Contains("train and test alone", Assert.Throws<ArgumentException>(() => Fold.Of(["train", "test", "1"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Fold.Of(["train", "1"]));
    }
}
