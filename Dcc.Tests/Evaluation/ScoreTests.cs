// Statistics with bootstrap intervals: repeatable, drawn by group, and they stop when asked. Read next: ../../Dcc.Data/Evaluation/Score.cs.
using Dcc.Data;

namespace Dcc.Tests.Evaluation;

public sealed class ScoreTests
{
    [Fact]
    public void The_same_seed_gives_the_same_interval_around_the_mean()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(i => i % 4 == 0 ? 1.0 : 0)];
        Score one = Score.Mean("share", values, seed: 3);
        Assert.Equal(one, Score.Mean("share", values, seed: 3));
        Assert.Equal(0.25, one.Value);
        Assert.InRange(one.Low, 0.05, 0.24);
        Assert.InRange(one.High, 0.26, 0.45);
    }

    [Fact]
    public void Samples_of_one_group_are_drawn_together()
    {
        int[] groups = [0, 0, 0, 0, 1, 1, 1, 1];
        Score.Of("sizes", 8, picks =>
        {
            Assert.All(picks.GroupBy(pick => groups[pick]), group => Assert.Equal(0, group.Count() % 4));
            return picks.Count;
        }, seed: 1, groups);
    }

    [Fact]
    public void A_bootstrap_stops_when_it_is_asked_to()
    {
        using CancellationTokenSource stop = new();
        int asked = 0;
        Assert.Throws<OperationCanceledException>(() => Score.Of("slow", 4, _ =>
        {
            if (++asked == 5) stop.Cancel();
            return 0;
        }, seed: 1, cancel: stop.Token));
        Assert.Equal(5, asked);
    }
}
