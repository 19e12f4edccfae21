// Average precision by both definitions, by hand and beside lists in which samples are written out as often as they count. Read next: ../../Dcc.Model/Evaluation/RankedPrecision.cs.
using Dcc.Model;

namespace Dcc.Tests.Evaluation;

public sealed class RankedPrecisionTests
{
    [Fact]
    public void Four_samples_by_hand()
    {
        RankedPrecision ranked = new([0.9, 0.8, 0.7, 0.1], [true, false, true, false]);
        Assert.Equal((1 + 2.0 / 3) / 2, ranked.Average(), 1e-12);                              // scikit-learn: half of the recall at precision 1, half at 2/3
        Assert.Equal((6 * 1 + 5 * (2.0 / 3)) / 11, ranked.ElevenPoints(), 1e-12);              // VOC 2007: recalls 0 to 0.5 at precision 1, 0.6 to 1 at 2/3
        Assert.Equal(0.75, ranked.Average([1, 2, 1, 1]), 1e-12);                               // 1 of 1, then 2 of 4
        Assert.Equal(1, ranked.Average([2, 1, 0, 3]), 1e-12);
        Assert.Equal(double.NaN, ranked.Average([0, 1, 0, 1]));                                // nothing relevant was drawn
        Assert.Equal(double.NaN, ranked.ElevenPoints([0, 1, 0, 1]));
        Assert.Throws<ArgumentException>(() => ranked.Average([1, 1, 1]));
    }

    [Fact]
    public void A_precision_that_rises_later_counts_for_the_recalls_before_it()
    {
        RankedPrecision ranked = new([4, 3, 2, 1], [false, true, true, true]);                 // precisions 0, 1/2, 2/3, 3/4
        Assert.Equal(0.75, ranked.ElevenPoints(), 1e-12);
        Assert.Equal((0.5 + 2.0 / 3 + 0.75) / 3, ranked.Average(), 1e-12);
    }

    [Fact]
    public void Recalls_are_met_exactly()
    {
        // Ten relevant samples with one other after the third: recall 0.3 is reached at precision 1, 0.4 and later at 10/11, the last point's.
        double[] scores = [.. Enumerable.Range(0, 11).Select(i => (double)-i)];
        Assert.Equal((4 * 1 + 7 * (10.0 / 11)) / 11, new RankedPrecision(scores, [.. scores.Select((_, i) => i != 3)]).ElevenPoints(), 1e-12);
    }

    [Fact]
    public void Ties_share_a_threshold_and_a_constant_score_gets_the_share_of_relevant_ones()
    {
        RankedPrecision constant = new([1, 1, 1, 1], [true, false, false, false]);
        Assert.Equal((0.25, 0.25), (constant.Average(), constant.ElevenPoints()));
        Assert.Equal(3.0 / 5, constant.Average([3, 1, 1, 0]), 1e-12);
    }

    [Fact]
    public void Counting_a_sample_n_times_is_the_same_as_listing_it_n_times()
    {
        Random random = new(7);
        for (int round = 0; round < 50; round++)
        {
            int count = random.Next(1, 12);
            double[] scores = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(5))];
            bool[] relevant = [.. scores.Select(_ => random.Next(2) == 0)];
            int[] times = [.. scores.Select(_ => random.Next(4))];
            int[] written = [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat(i, times[i]))];
            RankedPrecision ranked = new(scores, relevant), listed = new([.. written.Select(i => scores[i])], [.. written.Select(i => relevant[i])]);
            Assert.Equal(listed.Average(), ranked.Average(times), 1e-12);
            Assert.Equal(listed.ElevenPoints(), ranked.ElevenPoints(times), 1e-12);
        }
    }
}
