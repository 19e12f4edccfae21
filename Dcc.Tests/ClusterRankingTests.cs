// Rankings and confidences of a unit whose centres are known. Read next: ../Dcc.Model/Evaluation/ClusterRanking.cs.
using Dcc.Model;

namespace Dcc.Tests;

public sealed class ClusterRankingTests
{
    [Fact]
    public void Clusters_are_ranked_by_the_cosine_of_their_centres_and_equals_by_number()
    {
        IReadOnlyList<RankedCluster> ranked = ClusterRanking.Rank(Unit([1, 0, 0, 1, 1, 0], [0, 1, 0, 2, 3, 0]));   // cosines 0, 1, 1
        Assert.Equal([1, 2, 0], ranked.Select(each => each.Cluster));
        Assert.Equal([1, 2, 0], ranked.Select(each => each.AudioCluster));
        Assert.Equal([1.0, 1.0, 0.0], ranked.Select(each => each.Cosine));
    }

    [Fact]
    public void Euclidean_centres_are_compared_with_the_nearest()
    {
        RankedCluster first = ClusterRanking.Rank(Unit([1, 0, 0, 5, 3, 0], [0, 4, 3, 1, 9, 9], euclidean: true))[0];
        Assert.Equal((0, 1), (first.Cluster, first.AudioCluster));   // (0, 4) beside the sound's (0, 5)
        Assert.Equal(1, first.Cosine, 1e-12);
    }

    [Fact]
    public void Centres_without_length_agree_in_nothing_and_give_no_confidence()
    {
        UnitAnalysis empty = Unit([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]);
        Assert.All(ClusterRanking.Rank(empty), each => Assert.Equal(0, each.Cosine));
        Assert.Equal(0, SilenceConfidence.Of(empty, ConfidenceKind.Positive));
        Assert.Equal(0, SilenceConfidence.Of(empty, ConfidenceKind.Top));
    }

    [Fact]
    public void Centres_that_are_no_numbers_are_refused() =>
        Assert.Throws<InvalidOperationException>(() => SilenceConfidence.Of(Unit([float.NaN, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]), ConfidenceKind.Top));

    [Fact]
    public void Confidences_of_known_cosines()
    {
        UnitAnalysis unit = Unit([1, 0, 0, 1, 1, 0], [0, 1, 0, -2, 3, 0]);   // cosines 0, -1, 1
        Assert.Equal(1, SilenceConfidence.Of(unit, ConfidenceKind.Positive));
        Assert.Equal(1, SilenceConfidence.Of(unit, ConfidenceKind.Top));
    }

    [Fact]
    public void A_position_goes_to_the_largest_share_and_to_the_first_of_equals() =>
        Assert.Equal([1, 0, 2], ClusterRanking.Winners([0.2f, 0.4f, 0.1f, 0.5f, 0.4f, 0.3f, 0.3f, 0.2f, 0.6f], clusters: 3));

    [Fact]
    public void A_sound_map_has_time_to_the_right_and_low_pitches_at_the_bottom()
    {
        UnitAssignments a = Unit([1, 0, 0, 1, 1, 0], [0, 1, 0, 2, 3, 0]).Assignments with { AudioHeight = 3, AudioWidth = 2, Audio = [.. Enumerable.Range(0, 18).Select(i => (float)i)] };
        HeatMap map = ClusterRanking.InSound(a, 1);   // [time, mel] = 6 7, 8 9, 10 11
        Assert.Equal((3, 2), (map.Width, map.Height));
        Assert.Equal([7f, 9f, 11f, 6f, 8f, 10f], map.Values);
    }

    /// <summary>Three clusters of two numbers, one position in picture and sound.</summary>
    private static UnitAnalysis Unit(float[] audio, float[] visual, bool euclidean = false) =>
        new(new UnitAssignments(3, 1, 1, 1, [0.2f, 0.3f, 0.5f], 3, 1, 1, [0.2f, 0.3f, 0.5f], [0, 0, 0]), audio, visual, 0, [0], new float[6], new float[6], 2, euclidean);
}
