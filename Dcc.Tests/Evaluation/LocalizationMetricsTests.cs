// Boxes, consensus, binarisation and cIoU against values worked out by hand, awkward cases included. Read next: ClusterMatchingTests.cs.
using Dcc.Model;

namespace Dcc.Tests.Evaluation;

public sealed class LocalizationMetricsTests
{
    private static readonly HeatMap ramp = new(4, 4, [.. Enumerable.Range(0, 16).Select(i => (float)i)]);

    private static LocalizationConvention Tiny(BinarizationRule rule, double level = 0) => new("tiny", 4, BoxRule.Scaled, AlignCorners: false, rule, level);

    [Fact]
    public void Boxes_become_the_pixels_of_the_released_codes()
    {
        Assert.Equal((56, 56, 112, 168), new FrameBox(64, 64, 128, 192, 256, 256).ToPixels(224, BoxRule.Scaled));
        Assert.Equal((0, 0, 224, 224), new FrameBox(1, 1, 256, 256, 256, 256).ToPixels(224, BoxRule.Scaled));   // int(224 * 1 / 256) = 0
        Assert.Equal((0, 0, 255, 255), new FrameBox(1, 1, 256, 256, 256, 256).ToPixels(256, BoxRule.OneBased));
        Assert.Equal((9, 19, 29, 39), new FrameBox(10, 20, 30, 40, 256, 256).ToPixels(256, BoxRule.OneBased));
        Assert.Equal((25, 51, 76, 102), new FrameBox(0.1, 0.2, 0.3, 0.4).ToPixels(256, BoxRule.OneBased));   // fractions have no first pixel
    }

    [Fact]
    public void Garbage_coordinates_are_clipped_and_empty_boxes_cover_nothing()
    {
        Assert.Equal((0, 2, 4, 8), new FrameBox(-2.9e16, 0.25, 0.5, 1).ToPixels(8, BoxRule.Scaled));
        Assert.Equal((0, 0, 8, 8), new FrameBox(double.NegativeInfinity, 0, double.PositiveInfinity, 2.9e16).ToPixels(8, BoxRule.Scaled));
        foreach (FrameBox nothing in new FrameBox[] { new(0.1, double.NaN, 0.5, 1), new(0.5, 0, 0.1, 1), new(1.5, 0, 2, 1), new(0.3, 0, 0.3, 1), new(0.01, 0, 0.02, 1) })
            Assert.Equal((0, 0, 0, 0), nothing.ToPixels(8, BoxRule.Scaled));
        Assert.Throws<ArgumentException>(() => new FrameBox(0, 0, 1, 1, 0, 1).ToPixels(8, BoxRule.Scaled));
        Assert.Throws<ArgumentException>(() => new FrameBox(0, 0, 1, 1, double.NaN, 1).ToPixels(8, BoxRule.Scaled));
    }

    [Fact]
    public void Consensus_counts_a_pixel_whole_where_two_boxes_agree()
    {
        FrameBox left = new(0, 0, 0.5, 1), top = new(0, 0, 1, 0.5);
        Assert.Equal([1f, 0.5f, 0.5f, 0f], ConsensusMap.Of([left, top], 2, BoxRule.Scaled, TruthRule.Consensus));
        Assert.Equal([1f, 0.5f, 1f, 0f], ConsensusMap.Of([left, top, left], 2, BoxRule.Scaled, TruthRule.Consensus));
        Assert.Equal([1f, 1f, 1f, 0f], ConsensusMap.Of([left, top], 2, BoxRule.Scaled, TruthRule.Union));
        Assert.Equal([0.5f, 0f, 0.5f, 0f], ConsensusMap.Of([left], 2, BoxRule.Scaled, TruthRule.Consensus));   // one annotator
        Assert.Equal([0f, 0f, 0f, 0f], ConsensusMap.Of([], 2, BoxRule.Scaled, TruthRule.Consensus));
    }

    [Fact]
    public void Consensus_iou_weighs_what_is_met_against_truth_and_excess()
    {
        Assert.Equal(1 / 2.5, LocalizationMetrics.ConsensusIou([true, false, true, false], [1f, 0.5f, 0f, 0f]));
        Assert.Equal(1.5 / 1.5, LocalizationMetrics.ConsensusIou([true, true, false, false], [1f, 0.5f, 0f, 0f]));
        Assert.Equal(1.5 / 3.5, LocalizationMetrics.ConsensusIou([true, true, true, true], [1f, 0.5f, 0f, 0f]));
        Assert.Equal(1, LocalizationMetrics.ConsensusIou([true, true], [1f, 1f]));                             // all box
        Assert.Equal(1, LocalizationMetrics.ConsensusIou([true, false], [0.5f, 0f]));                          // one annotator, exactly met
        Assert.Equal(0, LocalizationMetrics.ConsensusIou([false, false], [1f, 0f]));
        Assert.Equal(0, LocalizationMetrics.ConsensusIou([true, false], [0f, 0f]));                            // no box, something predicted
        Assert.Equal(double.NaN, LocalizationMetrics.ConsensusIou([false, false], [0f, 0f]));                  // no box, nothing predicted: 0/0
        Assert.Throws<ArgumentException>(() => LocalizationMetrics.ConsensusIou([true], [0f, 0f]));
    }

    [Theory]
    [InlineData(BinarizationRule.AboveMedian, 0, 9)]           // sorted[8] is 8: 9..15
    [InlineData(BinarizationRule.AtLeastMedian, 0, 8)]
    [InlineData(BinarizationRule.AtLeastLevel, 0.5, 8)]        // 8/15 is the first at or over a half
    [InlineData(BinarizationRule.CoveredArea, 0, 14)]          // three pixels covered: > sorted[13]
    [InlineData(BinarizationRule.AtLeastShareOfMax, 0.1, 2)]
    [InlineData(BinarizationRule.AtLeastShareOfMax, 0.2, 3)]   // 3/15 is a fifth
    [InlineData(BinarizationRule.AboveShareOfMax, 0.5, 8)]
    public void Each_rule_predicts_the_upper_end_of_a_ramp(BinarizationRule rule, double level, int first)
    {
        float[] truth = [1, 1, 0.5f, .. new float[13]];
        Assert.Equal(Enumerable.Range(0, 16).Select(i => i >= first), Tiny(rule, level).Predict(ramp, truth));
        HeatMap shifted = ramp with { Values = Array.ConvertAll(ramp.Values, value => value * 2 - 100) };   // stretched to the same 0..1
        Assert.Equal(Tiny(rule, level).Predict(ramp, truth), Tiny(rule, level).Predict(shifted, truth));
    }

    [Fact]
    public void The_area_rule_takes_half_where_the_truth_is_empty_and_nearly_all_where_it_is_full()
    {
        Assert.Equal(7, Tiny(BinarizationRule.CoveredArea).Predict(ramp, new float[16]).Count(predicted => predicted));
        Assert.Equal(15, Tiny(BinarizationRule.CoveredArea).Predict(ramp, [.. Enumerable.Repeat(1f, 16)]).Count(predicted => predicted));
        Assert.Throws<ArgumentException>(() => Tiny(BinarizationRule.CoveredArea).Predict(ramp, new float[9]));
    }

    [Theory]
    [InlineData(8, 0, 8)]    // eight zeros, eight ones: index 8 is a one
    [InlineData(9, 7, 16)]   // nine zeros: index 8 is a zero, which all reach and seven exceed
    public void Ties_at_the_middle_are_left_out_by_one_convention_and_taken_by_the_other(int zeros, int above, int atLeast)
    {
        HeatMap map = new(4, 4, [.. Enumerable.Range(0, 16).Select(i => i < zeros ? 0f : 1f)]);
        Assert.Equal(above, Tiny(BinarizationRule.AboveMedian).Predict(map, default).Count(predicted => predicted));
        Assert.Equal(atLeast, Tiny(BinarizationRule.AtLeastMedian).Predict(map, default).Count(predicted => predicted));
    }

    [Theory]
    [InlineData(BinarizationRule.AboveMedian, 0, 1f, false)]
    [InlineData(BinarizationRule.AtLeastMedian, 0, 1f, true)]
    [InlineData(BinarizationRule.AtLeastLevel, 0.5, 0.5f, true)]
    [InlineData(BinarizationRule.AtLeastLevel, 0.5, 0.4f, false)]
    [InlineData(BinarizationRule.CoveredArea, 0, 1f, false)]
    [InlineData(BinarizationRule.AtLeastShareOfMax, 0.1, 3f, true)]
    [InlineData(BinarizationRule.AtLeastShareOfMax, 0.1, 0f, false)]   // 0/0 is not at least a tenth
    [InlineData(BinarizationRule.AboveShareOfMax, 0.1, 3f, true)]
    [InlineData(BinarizationRule.AboveShareOfMax, 0.1, 0f, false)]
    public void A_flat_map_is_all_or_nothing(BinarizationRule rule, double level, float value, bool all)
    {
        HeatMap flat = new(2, 2, [value, value, value, value]);
        Assert.All(Tiny(rule, level).Predict(flat, [.. Enumerable.Repeat(1f, 16)]), predicted => Assert.Equal(all, predicted));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_map_that_is_no_number_is_refused(float bad)
    {
        foreach (LocalizationConvention convention in LocalizationConvention.All.Values)
            Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => convention.Predict(new HeatMap(2, 1, [0, bad]), new float[convention.Size * convention.Size])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Success_and_its_area_follow_the_trapezoid_over_21_thresholds()
    {
        Assert.Equal(1, LocalizationMetrics.SampleArea(1), 1e-12);
        Assert.Equal(0.025, LocalizationMetrics.SampleArea(0), 1e-12);
        Assert.Equal(0.525, LocalizationMetrics.SampleArea(0.5), 1e-12);
        Assert.Equal(0.125, LocalizationMetrics.SampleArea(0.15), 1e-12);   // 0.05 * 3 is a little over 0.15 in double: as in the released codes
        double[] ious = [0, 0.31, 0.5, 0.77, 1];
        double[] curve = [.. Enumerable.Range(0, 21).Select(i => LocalizationMetrics.Success(ious, 0.05 * i))];
        Assert.Equal(0.05 * (curve.Sum() - (curve[0] + curve[20]) / 2), LocalizationMetrics.AreaUnderSuccess(ious), 1e-12);
        Assert.Equal(0.6, LocalizationMetrics.Success(ious, 0.5));
        Assert.Equal(0, LocalizationMetrics.Success([double.NaN], 0));
        Assert.Equal(double.NaN, LocalizationMetrics.AreaUnderSuccess([]));
    }

    [Fact]
    public void Silent_area_counts_pixels_at_or_below_the_level() =>
        Assert.Equal(0.75, LocalizationMetrics.SilentArea([0.1f, 0.2f, -3f, 0.3f], level: 0.2f));

    [Fact]
    public void Enlarging_keeps_corners_or_pixel_centres()
    {
        HeatMap two = new(2, 1, [0, 3]);
        Assert.Equal([0f, 1f, 2f, 3f], two.Resize(4, 1, alignCorners: true).Values);
        Assert.Equal([0f, 0.75f, 2.25f, 3f], two.Resize(4, 1).Values);
        Assert.Equal([0f, 3f], two.Resize(2, 1, alignCorners: true).Values);
        Assert.Equal([0f], two.Resize(1, 1, alignCorners: true).Values);
        Assert.Equal([5f, 5f, 5f], new HeatMap(1, 1, [5]).Resize(3, 1, alignCorners: true).Values);
    }

    [Fact]
    public void Maps_of_two_clusters_and_two_positions_are_as_worked_out_by_hand()
    {
        // Position 0 has h = (3,4), (0,2); position 1 has (0,0), (1,0). Audio centres (1,0), (0,1); mean (0.5,0), (0,0.5).
        UnitAssignments shares = new(2, 1, 1, 2, Visual: [0.75f, 0.25f, 0.25f, 0.75f], 2, 1, 1, [0.5f, 0.5f], Cosines: [-0.5f, 0.8f]);
        UnitAnalysis unit = new(shares, [1, 0, 0, 1], [1, 0, 0, 1], 0.3f, [], [3, 4, 0, 2, 0, 0, 1, 0], [0.5f, 0, 0, 0.5f], dims: 2, euclidean: false);
        Assert.Equal([0.25f, 0.75f], unit.Map(HeatMapKind.Paper).Values);
        Assert.Equal([0.8f * 0.25f, 0.8f * 0.75f], unit.Map(HeatMapKind.Weighted).Values);
        Assert.Equal([1f, 0f], unit.Map(HeatMapKind.AudioConditioned).Values);   // max(3/5, 2/2); max(0 of a zero vector, 0/1)
        Assert.Equal([5f, 0f], unit.Map(HeatMapKind.Agreement).Values);
        Assert.Equal([0.75f * 1.5f + 0.25f * 1f, 0f], unit.Map(HeatMapKind.AgainstMean).Values);
    }
}
