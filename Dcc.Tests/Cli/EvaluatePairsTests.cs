// dcc evaluate understanding and silence as a user meets them. Read next: ../LabelledEvaluationTests.cs.
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests.Cli;

public sealed class EvaluatePairsTests : IClassFixture<CliFiles>
{
    private readonly CliFiles files;

    public EvaluatePairsTests(CliFiles files)
    {
        this.files = files;
        foreach (string label in new[] { "cat", "dog" })
            for (int i = 0; i < 2; i++)
            {
                Directory.CreateDirectory(files.PathOf($"classes/{label}"));
                AtomicFile.Write(files.PathOf($"classes/{label}/{i}.png"), stream => Png.Write(stream, CliFiles.Noise(40, i)));
                WavWriter.Write(files.PathOf($"classes/{label}/{i}.wav"), new Sound([.. Enumerable.Range(0, 9000).Select(j => 0.1f * MathF.Sin(0.02f * (label.Length + i + label[0] % 7) * j))], 16000));
            }
        File.WriteAllText(files.PathOf("labelled.csv"), "image,sound,label\nclasses/cat/0.png,classes/cat/0.wav,cat\nclasses/dog/0.png,classes/dog/0.wav,dog\nclasses/dog/1.png,classes/dog/1.wav,dog\n");
        Directory.CreateDirectory(files.PathOf("hollow"));
        foreach (string folder in new[] { "frames", "audio" }) Directory.CreateDirectory(files.PathOf($"media/{folder}"));
        foreach (string id in new[] { "a", "b" })
        {
            File.Copy(files.PathOf("good.png"), files.PathOf($"media/frames/{id}.png"), overwrite: true);
            File.Copy(files.PathOf("good.wav"), files.PathOf($"media/audio/{id}.wav"), overwrite: true);
        }
        File.WriteAllText(files.PathOf("media/extended.csv"), "video,audio,label\na,a,elk bugling\na,b,non-sounding\nb,b,sea waves\nmissing,b,non-sounding\n");
    }

    private Task<CliResult> Run(string verb, string pairs, params string[] more) =>
        RunCli.Run(["evaluate", verb, files.PathOf(pairs), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", files.PathOf($"{verb}.json"), .. more]);

    [Theory, InlineData("classes", 4), InlineData("labelled.csv", 3)]
    public async Task Understanding_takes_a_folder_of_classes_or_a_list_and_draws_scenes(string pairs, int samples)
    {
        CliResult result = await Run("understanding", pairs, "--figures", files.PathOf("figures"), "--shown", "2");
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(files.PathOf("understanding.json")));
        Assert.Equal(samples, report.RootElement.GetProperty("samples").GetInt32());
        Assert.Equal(samples + 1, File.ReadAllLines(files.PathOf("understanding.samples.csv")).Length);
        Picture drawn = PictureReader.Read(files.PathOf("figures/scene-02.png"));
        Assert.Equal((4 * 128 + 3 * 6, 2 * 128 + 6), (drawn.Width, drawn.Height));   // scene and three clusters; frame and spectrogram
        Assert.Equal(1 + 2 * 3, File.ReadAllLines(files.PathOf("figures/scenes.csv")).Length);
    }

    [Fact]
    public async Task Json_is_the_whole_output_and_words_go_to_the_error_stream()
    {
        CliResult result = await Run("retrieval", "labelled.csv", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument printed = JsonDocument.Parse(result.Output), written = JsonDocument.Parse(File.ReadAllText(files.PathOf("retrieval.json")));
        Assert.True(JsonElement.DeepEquals(written.RootElement, printed.RootElement));
        Assert.Contains("Written: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_takes_pairs()
    {
        CliResult result = await Run("silence", "labelled.csv", "--confidence", "map");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("model map", result.Output, StringComparison.Ordinal);
        Assert.Equal(1 + 4 * 3, File.ReadAllLines(files.PathOf("silence.samples.csv")).Length);
    }

    [Fact]
    public async Task Silence_takes_the_list_of_an_extended_test_set_and_lists_what_is_missing()
    {
        CliResult result = await Run("silence", "media/extended.csv");
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(files.PathOf("silence.json")));
        Assert.Equal(3, report.RootElement.GetProperty("samples").GetInt32());
        Assert.Contains("missing.jpg", report.RootElement.GetProperty("skipped")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("understanding", "nowhere.csv", "does not exist")]
    [InlineData("understanding", "hollow", "holds no pair")]
    [InlineData("silence", "nowhere.csv", "does not exist")]
    public async Task What_is_wrong_is_one_sentence(string verb, string pairs, string says)
    {
        CliResult result = await Run(verb, pairs);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
