// dcc prepare and dcc train on its shards, as typed. Read next: ../Shards/PreparationTests.cs.
using System.Text.Json;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.Cli;

public sealed class PrepareCliTests(CliFiles files) : IClassFixture<CliFiles>
{
    [Fact]
    public async Task Pairs_are_prepared_once_and_trained_on()
    {
        for (int i = 0; i < 4; i++) WavWriter.Write(files.PathOf($"tone{i}.wav"), new Sound([.. Enumerable.Range(0, 20000).Select(n => 0.2f * MathF.Sin(n * 0.05f * (i + 1)))], 16000));
        await File.WriteAllTextAsync(files.PathOf("tones.csv"), "image,sound\n" + string.Concat(Enumerable.Range(0, 4).Select(i => $"good.png,tone{i}.wav\n")) + "good.png,missing.wav\n");
        string shards = files.PathOf("shards");
        CliResult first = await RunCli.Run(["prepare", files.PathOf("tones.csv"), "--out", shards]);
        Assert.True(first.ExitCode == 0, first.Error);
        foreach (string said in new[] { "1 of 5 inputs give no units", "unreadable", "files/s", "units/s", "4 units in 1 shard", $"train {shards}" }) Assert.Contains(said, first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', first.Output);
        Assert.Contains("Nothing to do", (await RunCli.Run(["prepare", files.PathOf("tones.csv"), "--out", shards])).Output, StringComparison.Ordinal);
        CliResult json = await RunCli.Run(["prepare", files.PathOf("tones.csv"), "--out", shards, "--json"]);
        Assert.Equal(4, JsonDocument.Parse(json.Output).RootElement.GetProperty("units").GetInt32());
        CliResult other = await RunCli.Run(["prepare", files.PathOf("tones.csv"), "--out", shards, "--rate", "8000"]);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("--rate was 16000 and is 8000", other.Error, StringComparison.Ordinal);

        CliResult trained = await RunCli.Run(["train", shards, "--epochs", "2", "--batch", "2", "--device", "cpu", "--out", files.PathOf("trained")]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("4 units of 4 inputs", trained.Output, StringComparison.Ordinal);
        Assert.Contains("step 4 of 4", trained.Output, StringComparison.Ordinal);
        Assert.Contains("% waiting", trained.Output, StringComparison.Ordinal);
        using JsonDocument record = JsonDocument.Parse(await File.ReadAllTextAsync(files.PathOf("trained/training.json")));
        Assert.InRange(record.RootElement.GetProperty("wait_share").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Where_nothing_can_be_prepared_a_sentence_says_so()
    {
        await File.WriteAllTextAsync(files.PathOf("none.csv"), "image,sound\ngood.png,missing.wav\n");
        CliResult result = await RunCli.Run(["prepare", files.PathOf("none.csv"), "--out", files.PathOf("nothing")]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("None of 1 input gives a unit", result.Error, StringComparison.Ordinal);
        CliResult train = await RunCli.Run(["train", files.PathOf("nothing"), "--device", "cpu", "--out", files.PathOf("untrained")]);
        Assert.Equal(1, train.ExitCode);
        Assert.Contains("holds 0 units", train.Error, StringComparison.Ordinal);
    }
}
