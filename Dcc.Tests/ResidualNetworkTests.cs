// The simplified profile's ResNets: names, counts and sizes of torchvision's, training, files. Read next: ../Dcc.Model/Networks/ResidualNetwork.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests;

public sealed class ResidualNetworkTests
{
    /// <summary>Three stages of one block each: with a shortcut of its own because of the size, because of the channels, and without one.</summary>
    internal static DccOptions Tiny { get; } = DccOptions.Simplified with
    {
        FrameSize = 32,
        SpectrogramFrames = 35,
        Visual = DccOptions.Simplified.Visual with { Blocks = [new(6, 2, false), new(8, 2, true), new(12, 2, false)] },
        Audio = DccOptions.Simplified.Audio with { Blocks = [new(4, 2, false), new(8, 2, true), new(12, 4, false)] },
        Sharpness = 5f,
    };

    private static readonly TrainerOptions Quick = TrainerOptions.Simplified with { Steps = 60, Batch = 12, LearningRate = 3e-3f, ReportEvery = 1, MeanCentreBatches = 2 };

    [Fact]
    public void The_simplified_preset_is_two_resnet_18_without_classifier()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, DccOptions.Simplified, 1);
        // 11,689,512 parameters of resnet18 less its classifier of 512 x 1000 + 1000; the audio stem has 7 x 7 x 64 weights a channel for one channel instead of three.
        const int WithoutClassifier = 11_689_512 - 513_000, Linear = 512 * 512 + 512;
        Assert.Equal(11_176_512, WithoutClassifier);
        Assert.Equal(WithoutClassifier + Linear, Learnt(model, "visual."));
        Assert.Equal(WithoutClassifier - 2 * 7 * 7 * 64 + Linear, Learnt(model, "audio."));
        Assert.Equal(16_000, model.Options.SamplesPerUnit);
        string[] expected = [.. TorchvisionNames().Select(name => $"visual.{name}").Order(StringComparer.Ordinal)];
        Assert.Equal(expected, model.Parameters.All.Select(p => p.Name).Where(name => name.StartsWith("visual.", StringComparison.Ordinal) && !name.Contains("linear", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(new TensorShape(7, 7, 1, 64), Named(model, "audio.conv1.weight").Shape);
        Assert.Equal(new TensorShape(1, 1, 256, 512), Named(model, "visual.layer4.0.downsample.0.weight").Shape);
        // He by fan-out: the deviation of half a million normal values is known to a thousandth.
        float[] weights = Named(model, "visual.layer4.0.conv1.weight").Value.ToArray();
        Assert.Equal(Math.Sqrt(2.0 / (9 * 512)), Math.Sqrt(weights.Average(w => (double)w * w)), 1e-4);

        UnitAnalysis unit = model.Analyze(Units(model, 1))[0];
        UnitAssignments a = unit.Assignments;
        Assert.Equal((14, 14, 13, 4), (a.MapHeight, a.MapWidth, a.AudioHeight, a.AudioWidth));
        Assert.Equal(2 * 196, a.Visual.Length);
        Assert.Equal(1 * 52, a.Audio.Length);
        Assert.True(float.IsFinite(unit.Similarity) && unit.Similarity < 0, $"similarity {unit.Similarity}");
    }

    /// <summary>The names of torchvision's resnet18 without fc and without num_batches_tracked.</summary>
    private static IEnumerable<string> TorchvisionNames()
    {
        List<(string Convolution, string Norm)> layers = [("conv1", "bn1")];
        for (int layer = 1; layer <= 4; layer++)
        for (int block = 0; block < 2; block++)
        {
            string name = $"layer{layer}.{block}";
            layers.AddRange([($"{name}.conv1", $"{name}.bn1"), ($"{name}.conv2", $"{name}.bn2")]);
            if (layer > 1 && block == 0) layers.Add(($"{name}.downsample.0", $"{name}.downsample.1"));
        }
        return layers.SelectMany(layer => (string[])[$"{layer.Convolution}.weight", .. new[] { "weight", "bias", "running_mean", "running_var" }.Select(part => $"{layer.Norm}.{part}")]);
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(35, 64)]
    [InlineData(1, 9)]
    public void Map_size_is_that_of_the_map(int height, int width)
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 3);
        using Scope scope = device.BeginScope();
        Tensor x = Tensor.From(device, new TensorShape(2, height, width, 1), new float[2 * height * width]), map = model.AudioMap(x);
        Assert.Equal((map.Shape[1], map.Shape[2]), Tiny.Audio.MapSize(height, width));
        Assert.Equal(12, map.Shape[3]);
    }

    [Fact]
    public void Training_lowers_the_loss_and_tells_pairs_apart()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 1);
        TrainingResult result = new Trainer(model, new PatternSource(), Quick).Run();
        Assert.True(result.History.TakeLast(10).Average(p => p.Loss) < 0.7 * result.History.Take(3).Average(p => p.Loss), $"loss {result.History[0].Loss} to {result.History[^1].Loss}");
        Assert.True(result.History.TakeLast(10).Average(p => p.PairAccuracy) > 0.7, $"pair accuracy {result.History.TakeLast(10).Average(p => p.PairAccuracy)}");
        Assert.Equal(Quick.LearningRate, result.History[^1].LearningRate);   // constant
    }

    [Fact]
    public void Same_seed_gives_same_bits_and_a_saved_model_gives_the_same_answers()
    {
        string[] paths = [Temporary(), Temporary()];
        using CpuDevice one = new(threads: 1), three = new(threads: 3);
        foreach ((string path, CpuDevice device) in paths.Zip([one, three]))
        {
            using DccModel model = DccModel.Create(device, Tiny, 7);
            new Trainer(model, new PatternSource(), Quick with { Steps = 4, CheckpointPath = path }).Run();
            using DccModel loaded = DccModel.Load(device, path);
            Assert.Equal(NetworkArchitecture.Residual, loaded.Options.Visual.Architecture);
            Assert.Equal(model.Analyze(Units(model, 3)).Select(u => u.Similarity), loaded.Analyze(Units(model, 3)).Select(u => u.Similarity));
            Assert.Equal(model.ParameterCount, loaded.ParameterCount);
        }
        Assert.Equal(File.ReadAllBytes(paths[0]), File.ReadAllBytes(paths[1]));
        foreach (string path in paths) File.Delete(path);
        Assert.Equal(0, one.Memory.LiveBytes);
    }

    [Fact]
    public void Every_gradient_is_written_and_agrees_with_a_step_of_the_loss()
    {
        // Along the gradient itself the loss falls by rate |gradient|²: a directional derivative through every layer at once.
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 5);
        UnitBatch batch = Units(model, 6);
        using TrainingStep still = new(model, Quick with { Batch = 6, AverageDecay = 0, L2 = 0 });
        float[] before = model.Parameters.Values.ToArray();
        float here = still.Run(0, batch, 0f, reports: false).Loss;
        float[] gradient = model.Parameters.GradientValues.ToArray();
        Assert.All(model.Parameters.All.Where(p => p.Learnt), p => Assert.Contains(p.Gradient.ToArray(), g => g != 0));
        double square = gradient.Sum(g => (double)g * g), step = 2e-3 / Math.Sqrt(square);
        float[] losses = [.. new[] { -step, step }.Select(by =>
        {
            model.Parameters.Values.CopyFrom(before.Zip(gradient, (value, g) => (float)(value + by * g)).ToArray());
            return still.Run(0, batch, 0f, reports: false).Loss;
        })];
        double measured = (losses[1] - losses[0]) / (2 * step);
        Assert.True(Math.Abs(measured - square) < 0.05 * square, $"the loss is {here} and rises by {measured} along the gradient, its square is {square}");
    }

    [Theory]
    [InlineData(3, true, false, "even number")]
    [InlineData(2, false, false, "always has BatchNorm")]
    [InlineData(2, true, true, "neither PoolCeil")]
    public void A_residual_network_that_cannot_be_built_is_refused(int convolutions, bool batchNorm, bool ceil, string says)
    {
        NetworkOptions network = Tiny.Visual with { Blocks = [new(12, convolutions, false)], BatchNorm = batchNorm, PoolCeil = ceil };
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => (Tiny with { Visual = network }).Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_clusters_than_vectors_to_seed_them_are_refused() =>
        Assert.Contains("no more clusters than vectors", Assert.Throws<ArgumentException>(() => (Tiny with { Clusters = 17 }).Validate()).Message, StringComparison.Ordinal);

    private static long Learnt(DccModel model, string prefix) => model.Parameters.All.Where(p => p.Learnt && p.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(p => (long)p.Shape.Count);

    private static Parameter Named(DccModel model, string name) => model.Parameters.All.Single(p => p.Name == name);

    private static UnitBatch Units(DccModel model, int units)
    {
        UnitBatch batch = model.NewBatch(units);
        new PatternSource().Fill(0, batch);
        return batch;
    }

    private static string Temporary() => Path.Combine(Path.GetTempPath(), $"dcc-{Guid.NewGuid():N}.safetensors");
}
