// Whole training steps: they learn, repeat bit for bit, allocate nothing, agree between devices, stop on NaN and on request. Read next: ../Dcc.Model/Training/Trainer.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests;

public sealed class TrainingTests
{
    /// <summary>A model small enough for the simulator's patience to matter nowhere: 16x16 frames, a tenth of a second of sound.</summary>
    internal static DccOptions Tiny { get; } = DccOptions.Small with
    {
        FrameSize = 16,
        SpectrogramFrames = 16,
        Visual = DccOptions.Small.Visual with { Blocks = [new(8, 1, true), new(12, 2, false)] },
        Audio = DccOptions.Small.Audio with { Blocks = [new(8, 1, true), new(12, 1, true)] },
        Clusters = 3,
        Dims = 4,
    };

    private static readonly TrainerOptions Quick = new() { Steps = 12, Batch = 6, WarmupSteps = 2, MeanCentreBatches = 2, ReportEvery = 1, LearningRate = 3e-3f };

    [Fact]
    public void Training_on_pairs_that_go_together_learns_to_tell_them()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 1);
        TrainingResult result = new Trainer(model, new PatternSource(), Quick with { Steps = 120, Batch = 12 }).Run();
        Assert.Equal(120, result.StepsDone);
        Assert.True(result.History.TakeLast(10).Average(p => p.PairAccuracy) > 0.8, $"pair accuracy {result.History[^1].PairAccuracy}");
        Assert.True(result.History.TakeLast(10).Average(p => p.Loss) < 0.5 * result.History[0].Loss);
    }

    [Fact]
    public void Projections_of_their_own_learn_too_and_are_two()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny with { SharedProjections = false }, 1);
        TrainingResult result = new Trainer(model, new PatternSource(), Quick with { Steps = 60, Batch = 12 }).Run();
        Assert.True(result.History.TakeLast(10).Average(p => p.Loss) < 0.7 * result.History[0].Loss);
        Parameter[] two = [.. model.Parameters.All.Where(p => p.Name.EndsWith("projection.weight", StringComparison.Ordinal))];
        Assert.Equal(["visual.projection.weight", "audio.projection.weight"], two.Select(p => p.Name));
        Assert.NotEqual(two[0].Value.ToArray(), two[1].Value.ToArray());
    }

    [Theory]
    [InlineData(ClusteringProfile.Projected, Negatives.InBatch, 1)]
    [InlineData(ClusteringProfile.Projected, Negatives.Sampled, 3)]
    [InlineData(ClusteringProfile.Euclidean, Negatives.Sampled, 2)]
    public void Same_seed_gives_same_bits_and_thread_count_does_not_matter(ClusteringProfile profile, Negatives negatives, int framesPerUnit)
    {
        DccOptions options = Tiny with { Profile = profile, FramesPerUnit = framesPerUnit, Sharpness = profile == ClusteringProfile.Euclidean ? 5 : 1 };
        byte[] first = TrainAndSave(options, threads: 1), again = TrainAndSave(options, threads: 1), other = TrainAndSave(options, threads: 3);
        Assert.Equal(first, again);
        Assert.Equal(first, other);

        byte[] TrainAndSave(DccOptions shape, int threads)
        {
            using CpuDevice device = new(threads);
            using DccModel model = DccModel.Create(device, shape, 7);
            new Trainer(model, new PatternSource(), Quick with { Negatives = negatives }).Run();
            string path = Path.Combine(Path.GetTempPath(), $"dcc-{Guid.NewGuid():N}.safetensors");
            model.Save(path);
            byte[] bytes = File.ReadAllBytes(path);
            File.Delete(path);
            return bytes;
        }
    }

    [Fact]
    public void From_the_second_step_on_no_buffer_is_allocated()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 1);
        UnitBatch batch = new(6, 1, 16, 16, Tiny.SamplesPerUnit);
        using TrainingStep training = new(model, Quick);
        new PatternSource().Fill(0, batch);
        training.Run(0, batch, 1e-3f, reports: true);
        PoolStatistics after = device.Memory;
        for (int step = 1; step < 5; step++)
        {
            new PatternSource().Fill(step, batch);
            training.Run(step, batch, 1e-3f, reports: true);
        }
        Assert.Equal(after.Allocations, device.Memory.Allocations);
        Assert.Equal(after.LiveBytes, device.Memory.LiveBytes);
    }

    [Fact]
    public void Everything_rented_is_given_back()
    {
        using CpuDevice device = new();
        using (DccModel model = DccModel.Create(device, Tiny, 1)) new Trainer(model, new PatternSource(), Quick).Run();
        Assert.Equal(0, device.Memory.LiveBytes);
    }

    [Fact]
    public void Simulator_takes_the_same_step_as_the_cpu() => AssertSameTraining(TestDevices.Simulator, Tiny, batch: 2, steps: 1, rate: 1e-3f);

    [Fact]
    public void Simulator_takes_the_same_step_of_a_residual_network_as_the_cpu() => AssertSameTraining(TestDevices.Simulator, ResidualNetworkTests.Tiny, batch: 2, steps: 1, rate: 1e-3f);

    [OpenClFact]
    public void OpenCl_takes_the_same_ten_steps_of_a_residual_network_as_the_cpu() => AssertSameTraining(TestDevices.OpenCl, ResidualNetworkTests.Tiny, batch: 8, steps: 10, rate: 1e-4f);

    [OpenClFact]
    public void OpenCl_takes_the_same_ten_steps_as_the_cpu() => AssertSameTraining(TestDevices.OpenCl, DccOptions.Small, batch: 8, steps: 10, rate: 1e-4f);

    [OpenClFact]
    public void OpenCl_takes_the_same_ten_steps_of_the_euclidean_profile_as_the_cpu() =>
        AssertSameTraining(TestDevices.OpenCl, DccOptions.Small with { Profile = ClusteringProfile.Euclidean, Clusters = 3, AudioClusters = 2, Sharpness = 2, FramesPerUnit = 2 }, batch: 4, steps: 10, rate: 1e-4f);

    [Fact]
    public void Not_a_number_stops_training_and_says_where_it_arose()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 1);
        Parameter broken = model.Parameters.All.Single(p => p.Name == "visual.block2.conv1.weight");
        float[] values = broken.Value.ToArray();
        values[5] = float.NaN;
        broken.Value.Buffer.CopyFrom(values);
        TrainingFailedException thrown = Assert.Throws<TrainingFailedException>(() => new Trainer(model, new PatternSource(), Quick).Run());
        Assert.Contains("visual.block2.conv1.weight", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_data_is_named_as_the_place_where_a_nan_arose()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 1);
        TrainingFailedException thrown = Assert.Throws<TrainingFailedException>(() => new Trainer(model, new PatternSource { Poison = true }, Quick).Run());
        Assert.Contains("visual.block1.conv1.weight", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_stops_after_a_whole_step_and_keeps_a_checkpoint()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 1);
        using CancellationTokenSource cancel = new();
        string path = Path.Combine(Path.GetTempPath(), $"dcc-{Guid.NewGuid():N}.safetensors");
        TrainingResult result = new Trainer(model, new PatternSource(), Quick with { CheckpointPath = path }).Run(new StopAt(4, cancel), cancel.Token);
        Assert.True(result.Cancelled);
        Assert.Equal(4, result.StepsDone);
        using (DccModel loaded = DccModel.Load(device, path)) Assert.Equal(model.ParameterCount, loaded.ParameterCount);
        File.Delete(path);
    }

    [Theory]
    [InlineData(0.99f, 5), InlineData(0f, 1)]
    public void A_stopped_run_that_goes_on_ends_with_the_bits_of_one_that_never_stopped(float average, int stopAfter)
    {
        using TemporaryFolder folder = new();
        TrainerOptions ten = Quick with { Steps = 10, AverageDecay = average };
        using CpuDevice device = new();
        using (DccModel whole = DccModel.Create(device, Tiny, 7))
        {
            new Trainer(whole, new PatternSource(), ten).Run();
            whole.Save(folder.Path("whole.safetensors"));
        }
        string state = folder.Path("state.safetensors");
        using (DccModel half = DccModel.Create(device, Tiny, 7))
        using (CancellationTokenSource stop = new())
            new Trainer(half, new PatternSource(), ten with { StatePath = state }).Run(new StopAt(stopAfter, stop), stop.Token);
        using DccModel resumed = DccModel.Create(device, Tiny, 99);   // what it begins with does not matter
        TrainingResult result = new Trainer(resumed, new PatternSource(), ten with { StatePath = state }, TrainingState.Read(state)).Run();
        resumed.Save(folder.Path("resumed.safetensors"));
        Assert.Equal(File.ReadAllBytes(folder.Path("whole.safetensors")), File.ReadAllBytes(folder.Path("resumed.safetensors")));
        Assert.Equal(Enumerable.Range(1, 10), result.History.Select(now => now.Step));
        Assert.False(File.Exists(state), "a finished run leaves no state");
    }

    [Fact]
    public void The_state_of_another_run_is_refused()
    {
        using TemporaryFolder folder = new();
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 7), other = DccModel.Create(device, Tiny with { Clusters = 4 }, 7);
        using CancellationTokenSource stop = new();
        string path = folder.Path("state.safetensors");
        new Trainer(model, new PatternSource(), Quick with { StatePath = path }).Run(new StopAt(2, stop), stop.Token);
        TrainingState state = TrainingState.Read(path);
        Assert.Contains("another model", Assert.Throws<ModelFileException>(() => new Trainer(other, new PatternSource(), Quick, state)).Message, StringComparison.Ordinal);
        Assert.Contains("other training options", Assert.Throws<ModelFileException>(() => new Trainer(model, new PatternSource(), Quick with { LearningRate = 1e-3f }, state)).Message, StringComparison.Ordinal);
        model.Save(folder.Path("model.safetensors"));
        Assert.Contains("not the state", Assert.Throws<ModelFileException>(() => TrainingState.Read(folder.Path("model.safetensors"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_fails_ends_the_run_with_its_reason()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 1);
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => new Trainer(model, new PatternSource { FailAt = 3 }, Quick).Run());
        Assert.Contains("disk on fire", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// The loss of every step and, after the last, all parameters together agree to 1e-4 relative; each parameter for itself to 1e-2 of its norm or of the way it
    /// could have gone. Adam's first steps go by the sign of a gradient, so a shift whose gradient is almost zero may go either way by a rounding.
    /// The rate is the paper's, the margin K: the hinge is then on for every pair, and no pair drops out by a rounding.
    /// </summary>
    private static void AssertSameTraining(Device device, DccOptions options, int batch, int steps, float rate)
    {
        using DccModel expected = DccModel.Create(TestDevices.Cpu, options, 3), actual = DccModel.Create(device, options, 3);
        TrainerOptions training = Quick with { Batch = batch, Steps = steps, Margin = options.Profile == ClusteringProfile.Euclidean ? 50 : options.Clusters, Negatives = Negatives.InBatch };
        UnitBatch units = new(batch, options.FramesPerUnit, options.FrameSize, options.FrameSize, options.SamplesPerUnit);
        using TrainingStep a = new(expected, training), b = new(actual, training);
        for (int step = 0; step < steps; step++)
        {
            new PatternSource().Fill(step, units);
            float first = a.Run(step, units, rate, reports: false).Loss, second = b.Run(step, units, rate, reports: false).Loss;
            Assert.True(Math.Abs(first - second) <= 1e-4 * Math.Abs(first), $"step {step + 1}: loss {first:R} on {TestDevices.Cpu.Name}, {second:R} on {device.Name}");
        }
        double allErrors = 0, allNorms = 0;
        foreach ((Parameter one, Parameter two) in expected.Parameters.All.Zip(actual.Parameters.All))
        {
            float[] x = one.Value.ToArray(), y = two.Value.ToArray();
            double error = x.Zip(y, (p, q) => (double)(p - q) * (p - q)).Sum(), norm = x.Sum(p => (double)p * p), way = x.Length * Math.Pow(rate * steps, 2);
            Assert.True(Math.Sqrt(error) <= 1e-2 * Math.Sqrt(Math.Max(norm, way)), $"{one}: differs by {Math.Sqrt(error):E2}, its norm is {Math.Sqrt(norm):E2}");
            allErrors += error;
            allNorms += norm;
        }
        Assert.True(Math.Sqrt(allErrors / allNorms) <= 1e-4, $"the parameters differ by {Math.Sqrt(allErrors / allNorms):E2} of their norm");
    }
}

/// <summary>Six tones and six coloured squares that go together, with noise.</summary>
internal sealed class PatternSource : IUnitSource
{
    public bool Poison { get; init; }

    public int FailAt { get; init; } = -1;

    public void Fill(int step, UnitBatch batch)
    {
        if (step == FailAt) throw new IOException("disk on fire");
        int pixels = batch.Height * batch.Width * 3;
        for (int u = 0; u < batch.Units; u++)
        {
            Philox random = new(5, (ulong)(step * 1000 + u));
            int kind = (u + step) % 6;
            Span<float> sound = batch.Waveforms.AsSpan(u * batch.Samples, batch.Samples);
            for (int i = 0; i < sound.Length; i++) sound[i] = 0.1f * MathF.Sin(2 * MathF.PI * (300 + 500 * kind) * i / 16000f) + 0.01f * random.NextFloat(-1, 1);
            for (int f = 0; f < batch.FramesPerUnit; f++)
            {
                Span<float> frame = batch.Frames.AsSpan((u * batch.FramesPerUnit + f) * pixels, pixels);
                for (int i = 0; i < pixels; i++) frame[i] = 128 + 40 * random.NextFloat(-1, 1);
                int side = batch.Width / 2, left = random.NextInt(batch.Width - side), top = random.NextInt(batch.Height - side);
                for (int y = top; y < top + side; y++)
                for (int x = left; x < left + side; x++)
                for (int c = 0; c < 3; c++)
                    frame[(y * batch.Width + x) * 3 + c] = ((kind + 1) >> c & 1) * 255;
            }
        }
        if (Poison) batch.Frames[7] = float.NaN;
    }
}
