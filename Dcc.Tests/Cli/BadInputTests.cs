// Whatever is wrong with a file: exit code 1, one sentence that names it, nothing half-written. Read next: CliTests.cs.
namespace Dcc.Tests.Cli;

public sealed class BadInputTests(CliFiles files) : IClassFixture<CliFiles>
{
    [Theory]
    [InlineData("missing.png", "good.wav", "good.safetensors", "missing.png does not exist")]
    [InlineData("empty.png", "good.wav", "good.safetensors", "empty.png is empty")]
    [InlineData("truncated.png", "good.wav", "good.safetensors", "truncated.png is a PNG picture")]
    [InlineData("sound.png", "good.wav", "good.safetensors", "sound.png is a WAV sound")]
    [InlineData("zero.png", "good.wav", "good.safetensors", "0 x 0 pixels")]
    [InlineData("huge.png", "good.wav", "good.safetensors", "100,000 x 100,000 pixels")]
    [InlineData("good.png", "missing.wav", "good.safetensors", "missing.wav does not exist")]
    [InlineData("good.png", "empty.wav", "good.safetensors", "empty.wav is empty")]
    [InlineData("good.png", "truncated.wav", "good.safetensors", "truncated.wav is truncated")]
    [InlineData("good.png", "picture.wav", "good.safetensors", "picture.wav is a PNG picture")]
    [InlineData("good.png", "good.wav", "missing.safetensors", "`dcc demo` makes one")]
    [InlineData("good.png", "good.wav", "empty.safetensors", "it is empty")]
    [InlineData("good.png", "good.wav", "truncated.safetensors", "truncated.safetensors: not a usable safetensors file")]
    [InlineData("good.png", "good.wav", "text.safetensors", "text.safetensors: not a usable safetensors file")]
    [InlineData("good.png", "good.wav", "other_shape.safetensors", "checkpoint of another shape")]
    public async Task Localize_says_what_is_wrong_with_a_file(string image, string sound, string model, string says)
    {
        CliResult result = await RunCli.Run(["localize", files.Make(image), files.Make(sound), "--model", files.Make(model), "--out", files.PathOf("bad/heat.png"), "--device", "cpu"]);
        RequireSentence(result, says);
        Assert.DoesNotContain(files.Leftovers(), name => name.EndsWith(".part", StringComparison.Ordinal));
        Assert.False(File.Exists(files.PathOf("bad/heat.png")));
    }

    [Theory]
    [InlineData("warp", "There is no device \"warp\"")]
    [InlineData("cpu:1", "There is no device \"cpu:1\"")]
    [InlineData("cuda:99", "There is no CUDA device 99")]
    public async Task An_unknown_device_is_named_with_those_there_are(string device, string says)
    {
        CliResult result = await RunCli.Run(["localize", files.Make("good.png"), files.Make("good.wav"), "--model", files.Make("good.safetensors"), "--out", files.PathOf("bad/heat.png"), "--device", device]);
        RequireSentence(result, says);
        Assert.Contains("cpu", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good.png/heat.png")]   // below a file
    [InlineData(".")]                   // a folder
    public async Task An_output_that_cannot_be_written_is_named(string output)
    {
        CliResult result = await RunCli.Run(["localize", files.Make("good.png"), files.Make("good.wav"), "--model", files.Make("good.safetensors"), "--device", "cpu", "--out", files.PathOf(output)]);
        RequireSentence(result, "--out");
        Assert.Empty(files.Leftovers());
    }

    [Fact]
    public async Task A_demo_without_samples_says_where_it_looked()
    {
        CliResult result = await RunCli.Run(["demo", "--samples", files.PathOf("nowhere"), "--out", files.PathOf("demo")]);
        RequireSentence(result, "--samples");
        Assert.False(Directory.Exists(files.PathOf("demo")));
    }

    [Fact]
    public async Task One_good_pair_is_too_few_and_leaves_no_folder()
    {
        File.WriteAllText(files.PathOf("one.csv"), $"image,sound\n{Path.GetFileName(files.Make("good.png"))},good.wav\n{Path.GetFileName(files.Make("truncated.png"))},good.wav\n");
        CliResult result = await RunCli.Run(["train", files.PathOf("one.csv"), "--out", files.PathOf("one")]);
        RequireSentence(result, "at least 2");
        Assert.False(Directory.Exists(files.PathOf("one")));
    }

    private static void RequireSentence(CliResult result, string says)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("dcc: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
