// From the folder of a run to its report, by the program itself; and what the report measures on pairs, by hand. Read next: ../../Dcc.Cli/Report/PairReport.cs.
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests.Cli;

public sealed class RunReportTests(CliFiles files) : IClassFixture<CliFiles>
{
    [Fact]
    public async Task Training_on_pairs_leaves_a_report_and_report_makes_it_again()
    {
        for (int i = 0; i < 4; i++)
        {
            int seed = i;
            AtomicFile.Write(files.PathOf($"p{i}.png"), stream => Png.Write(stream, CliFiles.Noise(80, seed)));
            WavWriter.Write(files.PathOf($"s{i}.wav"), new Sound([.. Enumerable.Range(0, 20000).Select(j => 0.1f * MathF.Sin(0.05f * (seed + 1) * j))], 16000));
        }
        files.Make("text.wav");
        File.WriteAllText(files.PathOf("pairs.csv"), "image,sound,label\np0.png,s0.wav,bell\np1.png,s1.wav,<b>drum</b>\np2.png,s2.wav,horn\np3.png,s3.wav,bell\np3.png,text.wav,none\n");
        string run = files.PathOf("run"), page = Path.Combine(run, "report.html");
        CliResult trained = await RunCli.Run(["train", files.PathOf("pairs.csv"), "--out", run, "--steps", "2", "--device", "cpu"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("report.html", trained.Output, StringComparison.Ordinal);
        string first = File.ReadAllText(page);
        Assert.Contains("4 of 5 frames: the first ones", first, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;drum", first, StringComparison.Ordinal);
        Assert.Contains("untrained network", first, StringComparison.Ordinal);
        Assert.InRange(first.Length, 100_000, 3_000_000);

        File.WriteAllText(Path.Combine(run, "localization.json"), new EvaluationReport { Task = "localization", Data = "boxes", Samples = 7, Seed = 1, Choices = new Dictionary<string, string>(), Methods = [new MethodScores("model", [new Score("cIoU", 0.5, 0.4, 0.6)])] }.ToJson());
        File.WriteAllText(Path.Combine(run, "other.json"), "[1, 2]");
        CliResult again = await RunCli.Run(["report", run, "--device", "cpu"]);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("<h3>localization</h3>", File.ReadAllText(page), StringComparison.Ordinal);

        File.Move(files.PathOf("pairs.csv"), files.PathOf("moved.csv"));
        CliResult gone = await RunCli.Run(["report", run, "--device", "cpu"]);
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains("name the pairs to show with --pairs", gone.Error, StringComparison.Ordinal);
        CliResult others = await RunCli.Run(["report", run, "--device", "cpu", "--pairs", files.PathOf("moved.csv"), "--out", files.PathOf("others.html")]);
        Assert.True(others.ExitCode == 0, others.Error);
        Assert.True(File.Exists(files.PathOf("others.html")));
    }

    [Fact]
    public async Task A_run_on_prepared_units_has_a_report()
    {
        Directory.CreateDirectory(files.PathOf("media"));
        for (int i = 0; i < 3; i++)
        {
            int seed = i;
            AtomicFile.Write(files.PathOf($"media/p{i}.png"), stream => Png.Write(stream, CliFiles.Noise(80, seed)));
            WavWriter.Write(files.PathOf($"media/s{i}.wav"), new Sound([.. Enumerable.Range(0, 40000).Select(j => 0.1f * MathF.Sin(0.05f * (seed + 1) * j))], 16000));
        }
        File.WriteAllText(files.PathOf("media/pairs.csv"), "image,sound\np0.png,s0.wav\np1.png,s1.wav\np2.png,s2.wav\n");
        string shards = files.PathOf("shards"), run = files.PathOf("shard-run");
        CliResult prepared = await RunCli.Run(["prepare", files.PathOf("media/pairs.csv"), "--out", shards]);
        Assert.True(prepared.ExitCode == 0, prepared.Error);
        CliResult trained = await RunCli.Run(["train", shards, "--out", run, "--steps", "1", "--device", "cpu"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.True(File.Exists(Path.Combine(run, "report.html")), trained.Output);
    }

    [Theory]
    [InlineData("nowhere", "does not exist")]
    [InlineData("hollow", "neither training.json nor metrics.json")]
    [InlineData("broken", "is no record of a run")]
    public void A_folder_without_a_run_is_told_in_a_sentence(string name, string said)
    {
        string folder = files.PathOf(name);
        if (name != "nowhere") Directory.CreateDirectory(folder);
        if (name == "broken")
        {
            File.WriteAllText(Path.Combine(folder, "training.json"), "{\"steps_done\": 1}");
            File.WriteAllText(Path.Combine(folder, "model.safetensors"), "");
        }
        Assert.Contains(said, Assert.Throws<CliException>(() => RunFiles.Read(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chance_is_what_a_hand_computes_and_what_ties_give()
    {
        using CpuDevice device = new(threads: 1);
        using DccModel model = DccModel.Create(device, TrainingTests.Tiny, 1);
        // Sounds and pictures of one and the same analysis: nothing can be told apart, so every rank is shared.
        UnitAnalysis same = model.AnalyzeOne(CliFiles.Noise(16, 1), new Sound(new float[4000], 16000));
        ReportSample sample = new("a", "a", "", "pair", "", () => CliFiles.Noise(16, 1), new Sound(new float[10], 16000), []);
        Analysed[] items = [.. Enumerable.Range(0, 4).Select(_ => new Analysed(sample, same))];
        EvaluationReport measures = PairMeasures.Of(model, items, [same, same, same, same], ["a", "a", "b", "c"], "four pairs", 1)!;
        // Sound a is asked for its own picture among those of b and c, b for its own among a, a and c: (1/3 + 1/3 + 1/4 + 1/4) / 4 come first by chance.
        Assert.Equal(7.0 / 24, measures.Methods[2].Scores[1].Value, 9);
        Assert.Equal(0.5, measures.Methods[2].Scores[0].Value, 9);
        // All are tied, which is what chance is.
        Assert.Equal(measures.Methods[2].Scores.Select(score => score.Value), measures.Methods[0].Scores.Select(score => score.Value));
        Assert.Null(PairMeasures.Of(model, items, [same, same, same, same], ["a", "a", "a", "a"], "one recording", 1));
    }
}
