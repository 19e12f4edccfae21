// The evaluations of clusters and of silence from pairs to report, with a small untrained model. Read next: ../Dcc.Data/Evaluation/UnderstandingEvaluation.cs, ../Dcc.Data/Evaluation/SilenceEvaluation.cs.
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tests.Cli;

namespace Dcc.Tests;

public sealed class LabelledEvaluationTests(CliFiles files) : IClassFixture<CliFiles>
{
    private static readonly string[] Labels = ["cat", "cat", "dog", "dog"];

    private static LabelledPairs Pairs => new("made up", [.. Enumerable.Range(0, 4).Select(i => Pair($"{i}", Labels[i], CliFiles.Noise(CliFiles.Side, i)))]);

    private static LabelledPair Pair(string id, string? label, Picture picture) => new(id, label, id, () => picture, () => Tone(id[0]), []);

    private static Sound Tone(int pitch) => new([.. Enumerable.Range(0, 6000).Select(i => 0.2f * MathF.Sin(0.01f * pitch * i))], 16000);

    private T With<T>(Func<DccModel, T> use)
    {
        using CpuDevice device = new(threads: 1);
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        return use(model);
    }

    [Fact]
    public void Understanding_counts_units_and_positions_and_lists_a_bad_pair()
    {
        LabelledPair broken = new("broken", "cat", "broken", () => throw new DataException("It is torn."), () => Tone(1), []), unknown = Pair("unknown", null, CliFiles.Noise(8, 1));
        EvaluationReport report = With(model => UnderstandingEvaluation.Run(model, Pairs with { Pairs = [.. Pairs.Pairs, broken, unknown] }, seed: 1));
        Assert.Equal(4, report.Samples);
        Assert.Equal(["broken", "unknown"], report.Skipped.Select(each => each.Id));
        Assert.Equal(["model", "untrained", "shuffled", "random", "one_cluster"], report.Methods.Select(each => each.Method));
        Assert.Equal(["purity unit", "NMI unit", "purity picture", "NMI picture", "purity sound", "NMI sound"], report.Methods[0].Scores.Select(each => each.Name));
        Assert.Equal(report.Methods[0].Scores, report.Methods[1].Scores);   // the seed of the model: the same network
        Assert.All(report.Methods[4].Scores, score => Assert.Equal(score.Name.StartsWith("purity", StringComparison.Ordinal) ? 0.5 : 0, score.Value));
        Assert.Equal(4, report.PerSample.Count);
        Assert.Equal(4, report.Notes.Where(note => note.StartsWith("cluster", StringComparison.Ordinal)).Sum(note => int.Parse(note.Split("wins ")[1].Split(' ')[0], CultureInfo.InvariantCulture)));
        Assert.Equal(report.ToJson(), With(model => UnderstandingEvaluation.Run(model, Pairs with { Pairs = [.. Pairs.Pairs, broken, unknown] }, seed: 1)).ToJson());
    }

    [Fact]
    public void Positions_outside_every_box_do_not_count()
    {
        Picture picture = CliFiles.Noise(CliFiles.Side, 1);
        LabelledPair Boxed(string id, string label, Box box) => new(id, label, id, () => picture, () => Tone(id[0]), [new LabelledBox(box, label, true)]);
        EvaluationReport report = With(model => UnderstandingEvaluation.Run(model, new LabelledPairs("boxed", [Boxed("a", "cat", new Box(0, 0, 8, 8)), Boxed("b", "dog", new Box(0, 0, 1, 1))]), seed: 1));
        Assert.Equal(1, report.Methods[0].Scores.Single(score => score.Name == "purity picture").Value);   // four positions, all of the cat: the box of b holds the middle of none
        Assert.Null(report.PerSample[1]["picture_winner"]);
    }

    [Fact]
    public void Nothing_to_use_is_a_sentence() =>
        Assert.Contains("none can be used", Assert.Throws<DataException>(() => With(model => UnderstandingEvaluation.Run(model, new LabelledPairs("nothing", []), seed: 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void Each_pair_gets_silence_noise_and_a_sound_of_another_class()
    {
        SilencePairs made = SilencePairs.From(Pairs, seed: 1);
        Assert.Equal(16, made.Pairs.Count);
        Assert.All(made.Pairs.Where(pair => pair.Kind == SilencePair.Silence), pair => Assert.All(pair.Sound().Samples, sample => Assert.Equal(0, sample)));
        SilencePair noise = made.Pairs.First(pair => pair.Kind == SilencePair.Noise);
        Assert.Equal(SilencePairs.NoiseLevel, Math.Sqrt(noise.Sound().Samples.Average(sample => (double)sample * sample)), 5e-5);
        Assert.Equal(noise.Sound().Samples, noise.Sound().Samples);
        Assert.Equal(["0 <- 2", "1 <- 2", "2 <- 0", "3 <- 0"], made.Pairs.Where(pair => pair.Kind == SilencePair.OffScreen).Select(pair => pair.Id));
        Assert.DoesNotContain(SilencePairs.From(Pairs with { Pairs = [.. Pairs.Pairs.Take(2)] }, seed: 1).Pairs, pair => pair.Kind == SilencePair.OffScreen);
    }

    [Fact]
    public void Silence_gets_a_finite_confidence_by_every_rule_and_loudness_finds_it()
    {
        EvaluationReport report = With(model => SilenceEvaluation.Run(model, SilencePairs.From(Pairs, seed: 1), ConfidenceKind.Top, seed: 1));
        Assert.Equal(16, report.Samples);
        Assert.Equal("model top", report.Methods[0].Method);
        Assert.Equal(["precision", "AP", "max-F1", "AP silence", "AP noise", "AP off_screen"], report.Methods[0].Scores.Select(each => each.Name));
        foreach (JsonObject line in report.PerSample)
            foreach (string rule in new[] { "positive", "top", "map" }) Assert.True(double.IsFinite((double)line[rule]!), line.ToString());
        MethodScores loudness = report.Methods.Single(each => each.Method == "loudness");
        Assert.Equal(1, loudness.Scores.Single(score => score.Name == "AP silence").Value);
        Assert.Equal(1, loudness.Scores.Single(score => score.Name == "AP noise").Value);
        Assert.Contains(report.Notes, note => note.StartsWith("silence: confidence", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_one_kind_of_pair_is_refused()
    {
        SilencePairs made = SilencePairs.From(Pairs, seed: 1);
        foreach (bool sounds in new[] { true, false })
            Assert.Contains("both are needed", Assert.Throws<DataException>(() => With(model =>
                SilenceEvaluation.Run(model, made with { Pairs = [.. made.Pairs.Where(pair => pair.Sounds == sounds)] }, ConfidenceKind.Top, seed: 1))).Message, StringComparison.Ordinal);
    }
}
