// SLAVC's precision, AP and max-F1: by hand, and beside values that Python made by the released definitions. Read next: ../../Dcc.Model/Evaluation/ConfidentLocalization.cs.
using Dcc.Model;

namespace Dcc.Tests.Evaluation;

public sealed class ConfidentLocalizationTests
{
    [Fact]
    public void Five_pairs_by_hand()
    {
        // From the highest confidence down: right, silent, wrong place, right, silent.
        ConfidentLocalization five = new([true, false, true, true, false], [0.5, double.NaN, 0.49, 0.9, double.NaN], [0.9, 0.8, 0.7, 0.6, 0.5]);
        Assert.Equal(2.0 / 5, five.Precision());
        // Thresholds 0.8 to 0.5: precisions 1/2, 1/3, 2/4, 2/5; recalls 1/3, 1/2 (the wrong place is not missed), 1, 1. The best precision from each on is 1/2, 1/2, 1/2, 2/5.
        Assert.Equal(0.5 * (1.0 / 2 - 1.0 / 3) + 0.5 * (1 - 1.0 / 2), five.AveragePrecision(), 1e-12);
        Assert.Equal(2 * 0.5 / 1.5, five.MaximalF1(), 1e-12);   // at 0.6
        // Without the first and with the silent second twice: nothing is right before the last two thresholds.
        Assert.Equal(1.0 / 5, five.Precision([0, 2, 1, 1, 1]), 1e-12);
        Assert.Equal(0.25 * 1, five.AveragePrecision([0, 2, 1, 1, 1]), 1e-12);   // recall rises from 0 to 1 at 0.6, where precision is 1/4
        Assert.Throws<ArgumentException>(() => five.Precision([1]));
    }

    [Fact]
    public void A_constant_confidence_has_no_curve_and_silence_alone_no_answer_that_is_right()
    {
        ConfidentLocalization constant = new([true, true, false], [1, 1, 0], [1, 1, 1]);
        Assert.Equal((2.0 / 3, 0.0), (constant.Precision(), constant.AveragePrecision()));
        Assert.Equal(2 * (2.0 / 3) / (5.0 / 3), constant.MaximalF1(), 1e-12);
        ConfidentLocalization silent = new([false, false], [0, 0], [1, 2]);
        Assert.Equal((0.0, 0.0, 0.0), (silent.Precision(), silent.AveragePrecision(), silent.MaximalF1()));
        Assert.Equal(double.NaN, silent.AveragePrecision([0, 0]));
        Assert.Throws<ArgumentException>(() => new ConfidentLocalization([true], [1], [double.NaN]));
    }

    /// <summary>Pairs from a generator that Python repeated, with its values of the released definitions; more than 400 pairs skip thresholds.</summary>
    [Theory]
    [InlineData(25, 0.32, 0.347265221878225, 0.48484848484848486)]
    [InlineData(450, 0.3511111111111111, 0.4003961771491148, 0.5197368421052632)]
    [InlineData(1003, 0.3419740777666999, 0.35643325024523315, 0.5096582466567607)]
    public void Many_pairs_as_released(int pairs, double precision, double average, double f1)
    {
        long state = 12345 + pairs;
        bool[] sounds = new bool[pairs];
        double[] ious = new double[pairs], confidences = new double[pairs];
        for (int i = 0; i < pairs; i++)
        {
            sounds[i] = Next() % 3 > 0;
            ious[i] = Next() % 100 / 100.0;
            confidences[i] = Next() % (pairs < 100 ? pairs : 1000) / 8.0;
        }
        ConfidentLocalization many = new(sounds, ious, confidences);
        Assert.Equal(precision, many.Precision(), 1e-12);
        Assert.Equal(average, many.AveragePrecision(), 1e-12);
        Assert.Equal(f1, many.MaximalF1(), 1e-12);

        long Next() => (state = (state * 1103515245 + 12345) % 2147483648) >> 16;
    }

    [Fact]
    public void Counting_a_pair_n_times_is_the_same_as_listing_it_n_times()
    {
        Random random = new(5);
        for (int round = 0; round < 30; round++)
        {
            int count = random.Next(1, 30);
            bool[] sounds = [.. Enumerable.Range(0, count).Select(_ => random.Next(3) > 0)];
            double[] ious = [.. sounds.Select(_ => random.NextDouble())], confidences = [.. sounds.Select(_ => (double)random.Next(9))];
            int[] times = [.. sounds.Select(_ => random.Next(3))], written = [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat(i, times[i]))];
            ConfidentLocalization once = new(sounds, ious, confidences), listed = new([.. written.Select(i => sounds[i])], [.. written.Select(i => ious[i])], [.. written.Select(i => confidences[i])]);
            Assert.Equal((listed.Precision(), listed.AveragePrecision(), listed.MaximalF1()), (once.Precision(times), once.AveragePrecision(times), once.MaximalF1(times)));
        }
    }
}
