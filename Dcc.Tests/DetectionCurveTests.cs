// Precision, recall and average precision on confidences whose curve follows by hand; and what a confidence is made of. Read next: ../Dcc.Model/Evaluation/DetectionCurve.cs.
using Dcc.Model;

namespace Dcc.Tests;

public sealed class DetectionCurveTests
{
    [Fact]
    public void A_curve_by_hand()
    {
        // In order: yes, no, yes, no. Precision at the two finds 1 and 2/3.
        DetectionCurve curve = new([0.1, 0.9, 0.5, 0.7], [false, true, true, false]);
        Assert.Equal((1 + 2.0 / 3) / 2, curve.AveragePrecision(), 1e-12);
        Assert.Equal(0.8, curve.Best!.F1, 1e-12);   // P = 2/3, R = 1
        Assert.Equal(0.5, curve.Best.Threshold);
        Assert.Equal(2.0 / 3, curve.Best.Precision, 1e-12);
    }

    [Fact]
    public void A_perfect_confidence_scores_one()
    {
        DetectionCurve curve = new([3, 2, -1, -2], [true, true, false, false]);
        Assert.Equal(1, curve.AveragePrecision());
        Assert.Equal((1.0, 2.0), (curve.Best!.F1, curve.Best.Threshold));
    }

    [Fact]
    public void The_worst_confidence_by_hand() => Assert.Equal((1.0 / 3 + 2.0 / 4) / 2, new DetectionCurve([1, 2, 3, 4], [true, true, false, false]).AveragePrecision(), 1e-12);

    [Fact]
    public void Ties_count_by_no_order_a_constant_gets_the_share_of_positives()
    {
        bool[] truth = [true, false, false, false];
        DetectionCurve curve = new([7, 7, 7, 7], truth), turned = new([7, 7, 7, 7], [.. truth.Reverse()]);
        Assert.Equal(0.25, curve.AveragePrecision());
        Assert.Equal(0.25, turned.AveragePrecision());
        Assert.Single(curve.Points);
        Assert.Equal(0.4, curve.Best!.F1, 1e-12);
    }

    [Fact]
    public void Without_positives_or_samples_there_is_no_curve()
    {
        foreach (DetectionCurve curve in new[] { new DetectionCurve([], []), new DetectionCurve([1, 2], [false, false]) })
        {
            Assert.True(double.IsNaN(curve.AveragePrecision()));
            Assert.Null(curve.Best);
        }
    }

    [Fact]
    public void Positives_alone_score_one() => Assert.Equal(1, new DetectionCurve([1, 2], [true, true]).AveragePrecision());

    [Fact]
    public void What_is_no_number_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new DetectionCurve([1, double.NaN], [true, false]));
        Assert.Throws<ArgumentException>(() => new DetectionCurve([1, double.PositiveInfinity], [true, false]));
        Assert.Throws<ArgumentException>(() => new DetectionCurve([1], [true, false]));
    }

    [Fact]
    public void The_mean_of_positive_cosines_is_zero_where_none_is_positive()
    {
        Assert.Equal(0.4, SilenceConfidence.MeanOfPositive([0.6, -0.9, 0.2, 0]), 1e-12);
        Assert.Equal(0, SilenceConfidence.MeanOfPositive([-0.6, -0.9]));
        Assert.Equal(0, SilenceConfidence.MeanOfPositive([]));
    }

    [Fact]
    public void The_top_quarter_has_at_least_one_value()
    {
        Assert.Equal(7.5, SilenceConfidence.MeanOfTopQuarter([1, 8, 2, 7, 3, 6, 4, 5]));
        Assert.Equal(-1, SilenceConfidence.MeanOfTopQuarter([-1, -2, -3]));
        Assert.Throws<ArgumentException>(() => SilenceConfidence.MeanOfTopQuarter([]));
    }
}
