// Each preset and each switch of `dcc train` reaches the options; what has no meaning is refused. Read next: ../../Dcc.Cli/Commands/TrainRecipe.cs.
using System.CommandLine;
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests.Cli;

public sealed class TrainRecipeTests(CliFiles files) : IClassFixture<CliFiles>
{
    private static (DccOptions Model, TrainerOptions Training) Read(params string[] arguments)
    {
        TrainRecipe recipe = new();
        Command command = new("train");
        recipe.AddTo(command);
        ParseResult parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return recipe.Read(parsed);
    }

    [Fact]
    public void A_preset_alone_is_that_preset()
    {
        Assert.Equal((DccOptions.Small, new TrainerOptions()), Read());
        Assert.Equal((DccOptions.Small, new TrainerOptions()), Read("--preset", "small"));
        Assert.Equal((DccOptions.Paper, TrainerOptions.Paper), Read("--preset", "paper"));
        Assert.Equal((DccOptions.PaperPooled, TrainerOptions.Paper), Read("--preset", "paper-pooled"));
        Assert.Equal((DccOptions.Simplified, TrainerOptions.Simplified), Read("--preset", "simplified"));
    }

    [Fact]
    public void Each_switch_changes_its_option_and_no_other()
    {
        DccOptions model = DccOptions.Paper;
        TrainerOptions training = TrainerOptions.Paper;
        foreach ((string text, DccOptions expectedModel, TrainerOptions expectedTraining) in new[]
        {
            ("--dims 8", model with { Dims = 8 }, training),
            ("--rounds 1", model with { Rounds = 1 }, training),
            ("--sharpness 2.5", model with { Sharpness = 2.5f }, training),
            ("--squash off", model with { SquashFeatures = false }, training),
            ("--shared-projections off", model with { SharedProjections = false }, training),
            ("--frames-per-unit 4", model with { FramesPerUnit = 4 }, training),
            ("--margin 0.5", model, training with { Margin = 0.5f }),
            ("--negatives sampled", model, training with { Negatives = Negatives.Sampled }),
            ("--batch 16", model, training with { Batch = 16 }),
            ("--steps 7", model, training with { Steps = 7 }),
            ("--learning-rate 3e-4", model, training with { LearningRate = 3e-4f }),
            // The margin is K.
            ("--clusters 20", model with { Clusters = 20 }, training with { Margin = 20 }),
            ("--clusters 20 --margin 1", model with { Clusters = 20 }, training with { Margin = 1 }),
        }) Assert.Equal((expectedModel, expectedTraining), Read(["--preset", "paper", .. text.Split(' ')]));
        Assert.Equal((DccOptions.Small with { Clusters = 5, SquashFeatures = true }, new TrainerOptions()), Read("--clusters", "5", "--squash", "on"));
        Assert.Equal((DccOptions.Simplified with { Clusters = 3, AudioClusters = 2, Sharpness = 10 }, TrainerOptions.Simplified with { Margin = 2 }),
            Read("--preset", "simplified", "--clusters", "3", "--audio-clusters", "2", "--sharpness", "10", "--margin", "2"));
    }

    [Theory]
    [InlineData("--dims has no meaning", "--preset", "simplified", "--dims", "8")]
    [InlineData("--squash has no meaning", "--preset", "simplified", "--squash", "on")]
    [InlineData("--negatives in-batch has no meaning", "--preset", "simplified", "--negatives", "in-batch")]
    [InlineData("--audio-clusters has no meaning", "--preset", "paper", "--audio-clusters", "2")]
    [InlineData("no more clusters than vectors", "--preset", "simplified", "--clusters", "197")]
    [InlineData("Clusters must be 1..1024", "--clusters", "2000")]
    public void What_cannot_work_is_refused(string says, params string[] arguments) =>
        Assert.Contains(says, Assert.Throws<CliException>(() => Read(arguments)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--preset", "large")]
    [InlineData("--sharpness", "0")]
    [InlineData("--margin", "NaN")]
    [InlineData("--learning-rate", "1e99")]
    [InlineData("--squash", "maybe")]
    [InlineData("--batch", "1")]
    public void Values_of_the_wrong_kind_are_usage_errors(params string[] arguments)
    {
        Command command = new("train");
        new TrainRecipe().AddTo(command);
        Assert.Contains(command.Parse(arguments).Errors, error => error.Message.Contains(arguments[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Training_starts_from_a_model_and_says_what_is_new()
    {
        for (int i = 0; i < 3; i++)
        {
            int seed = i;
            AtomicFile.Write(files.PathOf($"start{i}.png"), stream => Png.Write(stream, CliFiles.Noise(80, seed)));
            WavWriter.Write(files.PathOf($"start{i}.wav"), new Sound([.. Enumerable.Range(0, 20000).Select(j => 0.1f * MathF.Sin(0.05f * (seed + 1) * j))], 16000));
        }
        File.WriteAllText(files.PathOf("start.csv"), "image,sound\nstart0.png,start0.wav\nstart1.png,start1.wav\nstart2.png,start2.wav\n");
        using (CpuDevice device = new())
        using (DccModel model = DccModel.Create(device, DccOptions.Small with { Clusters = 3, PictureScale = PictureScale.Torchvision }, seed: 1)) model.Save(files.PathOf("before.safetensors"));
        string[] train = ["train", files.PathOf("start.csv"), "--steps", "1", "--batch", "2", "--clusters", "4", "--rounds", "1", "--device", "cpu", "--out"];
        CliResult result = await RunCli.Run([.. train, files.PathOf("started"), "--start", files.PathOf("before.safetensors")]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Matches(@"\d+ tensors start as in .*before\.safetensors; 2 are initialised: projection\.weight, audio\.mean_centre\.", result.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal));
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(files.PathOf("started/training.json")));
        JsonElement made = record.RootElement.GetProperty("model");
        Assert.Equal((4, 1, "Torchvision"), (made.GetProperty("clusters").GetInt32(), made.GetProperty("rounds").GetInt32(), made.GetProperty("picture_scale").GetString()));
        Assert.Equal(2, record.RootElement.GetProperty("training").GetProperty("batch").GetInt32());

        CliResult missing = await RunCli.Run([.. train, files.PathOf("not-started"), "--start", files.PathOf("nowhere.safetensors")]);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("nowhere.safetensors", missing.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files.PathOf("not-started")));
    }
}
