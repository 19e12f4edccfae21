// Settings from a file and from flags, what is kept for going on, the metrics file and the warning of dead clusters. Read next: ../../Dcc.Cli/Training/TrainConfig.cs.
using System.CommandLine;
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.Cli;

public sealed class TrainConfigTests(CliFiles files) : IClassFixture<CliFiles>
{
    private readonly Option<int> steps = new("--steps"), batch = new("--batch");
    private readonly Option<string?> start = new("--start"), config = new("--config");
    private readonly Argument<string?> data = new("DATA") { Arity = ArgumentArity.ZeroOrOne };

    [Fact]
    public void Flags_win_over_the_file_and_paths_start_at_its_folder()
    {
        string file = Write("""{"data": "shards", "steps": 5, "batch": 7, "start": "a.safetensors"}""");
        Command command = Train();
        ParseResult merged = TrainConfig.Merge(command, command.Parse(["--steps", "9", "--config", file]), file, [config], [start]);
        Assert.Equal((9, 7), (merged.GetValue(steps), merged.GetValue(batch)));
        Assert.Equal(files.PathOf("shards"), merged.GetValue(data));
        Assert.Equal(files.PathOf("a.safetensors"), merged.GetValue(start));
        Assert.Equal("other.csv", TrainConfig.Merge(command, command.Parse(["other.csv"]), file, [config], [start]).GetValue(data));

        string kept = TrainConfig.Write(command, merged, [config], [start]);
        File.WriteAllText(files.PathOf("kept.json"), kept);
        ParseResult again = TrainConfig.Merge(command, command.Parse([]), files.PathOf("kept.json"), [config], [start]);
        Assert.Equal((9, 7, files.PathOf("shards")), (again.GetValue(steps), again.GetValue(batch), again.GetValue(data)));
    }

    [Theory]
    [InlineData("""{"stepps": 5}""", "\"stepps\" is no setting of dcc train")]
    [InlineData("""{"config": "x"}""", "\"config\" is no setting")]
    [InlineData("""{"steps": "many"}""", "many")]
    [InlineData("""{"steps": [1]}""", "a text, a number, true or false")]
    [InlineData("""{"steps": 5""", "no valid JSON")]
    [InlineData("""[5]""", "no JSON object")]
    public void What_cannot_be_is_refused_in_a_sentence(string text, string said)
    {
        Command command = Train();
        string file = Write(text);
        Exception thrown = Assert.ThrowsAny<Exception>(() => TrainConfig.Merge(command, command.Parse([]), file, [config], [start]));
        Assert.True(thrown is CliException or DataException, thrown.ToString());
        Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_from_a_file_leaves_what_it_takes_to_look_at_it()
    {
        await File.WriteAllTextAsync(files.PathOf("pairs.csv"), "image,sound\ngood.png,good.wav\ngood.png,other.wav\n");
        WavWriter.Write(files.PathOf("other.wav"), new Sound([.. Enumerable.Range(0, 16000).Select(i => 0.1f * MathF.Sin(0.3f * i))], 16000));
        string file = Write("""{"data": "pairs.csv", "steps": 900, "clusters": 2}""");
        CliResult result = await RunCli.Run(["train", "--config", file, "--steps", "2", "--out", files.PathOf("configured"), "--device", "cpu", "--json"]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument summary = JsonDocument.Parse(result.Output);
        Assert.Equal(2, summary.RootElement.GetProperty("steps_done").GetInt32());
        Assert.InRange(summary.RootElement.GetProperty("wait_share").GetDouble(), 0, 1);
        string[] lines = await File.ReadAllLinesAsync(files.PathOf("configured/metrics.jsonl"));
        Assert.Equal([1, 2], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()));
        Assert.Contains("\"clusters\": \"2\"", await File.ReadAllTextAsync(files.PathOf("configured/run.json")), StringComparison.Ordinal);

        CliResult finished = await RunCli.Run(["train", "--resume", files.PathOf("configured")]);
        Assert.Equal(1, finished.ExitCode);
        Assert.Contains("it is finished", finished.Error, StringComparison.Ordinal);
        CliResult both = await RunCli.Run(["train", "--resume", files.PathOf("configured"), "--steps", "3"]);
        Assert.Contains("--steps cannot stand beside --resume", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metrics_file_goes_on_where_the_run_does()
    {
        string path = files.PathOf("metrics.jsonl");
        using (MetricsLog log = new(path, keepUpTo: 0))
            foreach (int step in new[] { 1, 11, 21 }) log.Add(Progress(step, 0.5f, 0.5f), []);
        File.AppendAllText(path, "{\"step\": 3");
        using (MetricsLog log = new(path, keepUpTo: 15)) log.Add(Progress(16, 0.5f, 0.5f), [2]);
        Assert.Equal([1, 11, 16], File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()));
        Assert.EndsWith("\"dead_clusters\":[2]}", File.ReadLines(path).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_that_takes_no_part_for_a_while_is_told_once()
    {
        DeadClusters dead = new();
        for (int i = 0; i < DeadClusters.Reports - 1; i++) Assert.Null(dead.Look(Progress(i, 0.99f, 0.01f)));
        Assert.Contains("Cluster 2 of 2", dead.Look(Progress(20, 0.99f, 0.01f)), StringComparison.Ordinal);
        Assert.Equal([2], dead.Now);
        Assert.Null(dead.Look(Progress(21, 0.99f, 0.01f)));
        Assert.Null(dead.Look(Progress(22, 0.9f, 0.1f)));
        Assert.Empty(dead.Now);
    }

    private static TrainingProgress Progress(int step, params float[] use) => new(step, 100, 1, 0.5f, 1, 0.1f, 10, 0.01, use);

    private Command Train() => new("train") { data, steps, batch, start, config };

    private string Write(string text)
    {
        string file = files.PathOf("settings.json");
        File.WriteAllText(file, text);
        return file;
    }
}
