// The clustering shown round by round ends where the model's own answer is. Read next: ../Dcc.Model/DccModel.Rounds.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class RoundsTests
{
    private static readonly Picture picture = Cli.CliFiles.Noise(40, 3);
    private static readonly Sound sound = new([.. Enumerable.Range(0, 16000).Select(i => 0.2f * MathF.Sin(0.03f * i) + 0.1f * MathF.Sin(0.4f * i))], 16000);

    [Theory]
    [InlineData(ClusteringProfile.Projected, 1)]
    [InlineData(ClusteringProfile.Projected, 3)]
    [InlineData(ClusteringProfile.Euclidean, 1)]
    public void The_last_round_is_the_models_answer_bit_for_bit(ClusteringProfile profile, int frames)
    {
        using CpuDevice device = new(threads: 1);
        using DccModel model = DccModel.Create(device, Options(profile, frames), 1);
        UnitAnalysis answer = model.AnalyzeOne(picture, sound);
        IReadOnlyList<ClusteringRound> rounds = model.Rounds(picture, sound);
        Assert.Equal(Enumerable.Range(0, model.Options.Rounds + 1), rounds.Select(round => round.Round));
        ClusteringRound last = rounds[^1];
        Assert.Equal(answer.Assignments.Visual, last.Visual);
        Assert.Equal(answer.Assignments.Audio, last.Audio);
        Assert.Equal(answer.Assignments.Cosines, last.Cosines);
        Assert.Equal(answer.Similarity, last.Similarity);
        Assert.NotEqual(rounds[^2].Visual, last.Visual);
    }

    [Fact]
    public void A_round_is_what_a_model_with_so_many_rounds_answers()
    {
        using CpuDevice device = new(threads: 1);
        using DccModel model = DccModel.Create(device, Options(ClusteringProfile.Projected, 1), 1);
        IReadOnlyList<ClusteringRound> rounds = model.Rounds(picture, sound, upTo: 6);
        foreach (int t in new[] { 1, 2, 6 })
        {
            using DccModel other = DccModel.Create(device, model.Options with { Rounds = t }, 1);
            UnitAnalysis answer = other.AnalyzeOne(picture, sound);
            Assert.Equal(answer.Assignments.Visual, rounds[t].Visual);
            Assert.Equal(answer.Similarity, rounds[t].Similarity);
        }
    }

    [Fact]
    public void Before_the_first_round_nothing_is_decided_and_later_rounds_change_less()
    {
        using CpuDevice device = new(threads: 1);
        using DccModel model = DccModel.Create(device, Options(ClusteringProfile.Projected, 1), 1);
        int clusters = model.Options.Clusters;
        IReadOnlyList<ClusteringRound> rounds = model.Rounds(picture, sound, upTo: 12);
        Assert.All(rounds[0].Visual, share => Assert.Equal(1f / clusters, share));
        Assert.Equal(0f, rounds[0].Similarity);
        Assert.Equal((0d, 0d), rounds[1].ChangeFrom(rounds[1], clusters, clusters));
        Assert.True(rounds[2].ChangeFrom(rounds[1], clusters, clusters).Visual > 0);
        Assert.True(rounds[12].ChangeFrom(rounds[11], clusters, clusters).Visual < rounds[2].ChangeFrom(rounds[1], clusters, clusters).Visual);
    }

    [Fact]
    public void Only_one_unit_is_shown()
    {
        using CpuDevice device = new(threads: 1);
        using DccModel model = DccModel.Create(device, Options(ClusteringProfile.Projected, 1), 1);
        Assert.Contains("one unit", Assert.Throws<ArgumentException>(() => model.Rounds(model.NewBatch(2))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Rounds(picture, sound, upTo: 0));
    }

    private static DccOptions Options(ClusteringProfile profile, int frames) =>
        TrainingTests.Tiny with { Profile = profile, FramesPerUnit = frames, Rounds = 3, AudioClusters = 2, Sharpness = profile == ClusteringProfile.Euclidean ? 5 : 1 };
}
