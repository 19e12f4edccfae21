// The program as a user meets it: help, usage errors, and verbs that do their work. Read next: BadInputTests.cs, ReportTests.cs.
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests.Cli;

public sealed class CliTests(CliFiles files) : IClassFixture<CliFiles>
{
    [Theory]
    [InlineData("demo")]
    [InlineData("train")]
    [InlineData("localize")]
    [InlineData("embed")]
    [InlineData("clusters")]
    [InlineData("report")]
    [InlineData("serve")]
    [InlineData("devices")]
    [InlineData("completion")]
    public async Task Help_of_a_verb_ends_with_an_example(string verb)
    {
        CliResult result = await RunCli.Run([verb, "--help"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"Examples:{Environment.NewLine}  dcc {verb}", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("demo", "--steps", "many")]
    [InlineData("demo", "--steps", "0")]
    [InlineData("demo", "--unheard-of")]
    [InlineData("localize", "only-one.png")]
    [InlineData("localize", "a.png", "a.wav", "--map", "blurred")]
    [InlineData("train", "--seed", "-1")]
    public async Task Wrong_usage_is_told_from_a_failure(params string[] arguments)
    {
        CliResult result = await RunCli.Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_lists_the_processor_and_what_auto_takes()
    {
        CliResult result = await RunCli.Run(["devices"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("cpu", result.Output, StringComparison.Ordinal);
        Assert.Contains("auto takes this one", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_are_told_to_scripts_too()
    {
        CliResult result = await RunCli.Run(["devices", "--json"]);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Single(json.RootElement.GetProperty("devices").EnumerateArray(), device => device.GetProperty("automatic").GetBoolean());
        Assert.Contains("auto takes this one", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Localize_writes_a_heat_map_of_the_pictures_size()
    {
        string heat = files.PathOf("made/heat.png");
        CliResult result = await RunCli.Run(["localize", files.PathOf("good.png"), files.PathOf("good.wav"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", heat]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("similarity", result.Output, StringComparison.Ordinal);
        Assert.Contains("peak", result.Output, StringComparison.Ordinal);
        Picture made = PictureReader.Read(heat);
        Assert.Equal((CliFiles.Side, CliFiles.Side), (made.Width, made.Height));
    }

    [Fact]
    public async Task Training_leaves_out_bad_pairs_and_says_which()
    {
        for (int i = 0; i < 3; i++)
        {
            int seed = i;
            AtomicFile.Write(files.PathOf($"p{i}.png"), stream => Png.Write(stream, CliFiles.Noise(80, seed)));
            WavWriter.Write(files.PathOf($"s{i}.wav"), new Sound([.. Enumerable.Range(0, 20000).Select(j => 0.1f * MathF.Sin(0.05f * (seed + 1) * j))], 16000));
        }
        files.Make("truncated.png");
        files.Make("text.wav");
        File.WriteAllText(files.PathOf("pairs.csv"), "image,sound\np0.png,s0.wav\np1.png,s1.wav\ntruncated.png,s2.wav\np2.png,text.wav\n");
        CliResult result = await RunCli.Run(["train", files.PathOf("pairs.csv"), "--out", files.PathOf("run"), "--steps", "1", "--device", "cpu"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("2 of 4 pairs cannot be used", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"Peak memory: \d+ MB of buffers, \d+ MB in all", result.Output);
        Assert.Contains("truncated.png", result.Output, StringComparison.Ordinal);
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(files.PathOf("run/training.json")));
        Assert.Equal(2, record.RootElement.GetProperty("skipped").GetArrayLength());
        Assert.Equal(1, record.RootElement.GetProperty("steps_done").GetInt32());
        Assert.True(File.Exists(files.PathOf("run/model.safetensors")));
        Assert.DoesNotContain('\u001b', result.Output);
    }
}
