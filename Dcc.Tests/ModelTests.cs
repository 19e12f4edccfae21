// What an app relies on: files that load again, calls from several threads, units of several frames, refusals in a sentence. Read next: ../Dcc.Model/DccModel.Inference.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests;

public sealed class ModelTests
{
    private static readonly DccOptions Tiny = TrainingTests.Tiny;

    [Fact]
    public void A_saved_model_loads_with_its_options_and_gives_the_same_answers()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny with { FramesPerUnit = 2 }, 5);
        string path = Temporary();
        model.Save(path);
        using DccModel loaded = DccModel.Load(device, path);
        Assert.Equal(2, loaded.Options.FramesPerUnit);
        Assert.Equal(model.Options.Visual.Blocks, loaded.Options.Visual.Blocks);
        UnitBatch batch = Units(model, 3);
        Assert.Equal(model.Analyze(batch).Select(u => u.Similarity), loaded.Analyze(batch).Select(u => u.Similarity));
        File.Delete(path);
    }

    [Fact]
    public void A_checkpoint_of_another_shape_is_refused_and_changes_nothing()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 5), other = DccModel.Create(device, Tiny with { Clusters = 5 }, 6);
        string path = Temporary();
        other.Save(path);
        float[] before = model.Parameters.Values.ToArray();
        ModelFileException thrown = Assert.Throws<ModelFileException>(() => model.LoadValues(path, Safetensors.Load(path)));
        Assert.Contains("projection.weight", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("[12,20]", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.Values.ToArray());
        File.Delete(path);
    }

    [Fact]
    public void A_safetensors_file_of_something_else_is_refused()
    {
        string path = Temporary();
        Safetensors file = new();
        file.Tensors.Add("a", (new TensorShape(1), [1f]));
        file.Save(path);
        using CpuDevice device = new();
        Assert.Contains("not one of a DCC model", Assert.Throws<ModelFileException>(() => DccModel.Load(device, path)).Message, StringComparison.Ordinal);
        Assert.Equal(0, device.Memory.LiveBytes);
        File.Delete(path);
    }

    [Fact]
    public void Several_threads_get_the_answers_that_one_gets()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny, 5);
        Picture[] pictures = [.. Enumerable.Range(0, 8).Select(Noise)];
        Sound[] sounds = [.. Enumerable.Range(0, 8).Select(Tone)];
        float[] expected = [.. pictures.Zip(sounds, model.Similarity)];
        float[][] embeddings = Array.ConvertAll(pictures, model.EmbedImage);
        long live = device.Memory.LiveBytes;
        Parallel.For(0, 64, i =>
        {
            Assert.Equal(expected[i % 8], model.Similarity(pictures[i % 8], sounds[i % 8]));
            Assert.Equal(embeddings[i % 8], model.EmbedImage(pictures[i % 8]));
        });
        Assert.Equal(live, device.Memory.LiveBytes);
    }

    [Fact]
    public void Assignments_sum_to_one_and_maps_have_the_size_of_the_conv_map()
    {
        using CpuDevice device = new();
        foreach (DccOptions options in new[] { Tiny with { FramesPerUnit = 3 }, Tiny with { Profile = ClusteringProfile.Euclidean, AudioClusters = 2, Sharpness = 5 } })
        {
            using DccModel model = DccModel.Create(device, options, 5);
            UnitAnalysis unit = model.Analyze(Units(model, 2))[1];
            UnitAssignments a = unit.Assignments;
            int positions = a.Frames * a.MapHeight * a.MapWidth;
            Assert.Equal(options.FramesPerUnit, a.Frames);
            Assert.Equal(options.Clusters * positions, a.Visual.Length);
            for (int n = 0; n < positions; n++) Assert.Equal(1, Enumerable.Range(0, a.Clusters).Sum(k => a.Visual[k * positions + n]), 1e-4);
            foreach (HeatMapKind kind in Enum.GetValues<HeatMapKind>())
            {
                HeatMap map = unit.Map(kind, options.FramesPerUnit - 1);
                Assert.Equal((a.MapWidth, a.MapHeight), (map.Width, map.Height));
                Assert.All(map.Resize(64, 48).Normalized().Values, value => Assert.InRange(value, 0f, 1f));
            }
        }
    }

    [Fact]
    public void Frames_of_a_unit_are_one_set_of_vectors_whatever_their_order()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Tiny with { FramesPerUnit = 2 }, 5);
        UnitBatch batch = Units(model, 1), turned = Units(model, 1);
        int half = batch.Frames.Length / 2;
        batch.Frames.AsSpan(0, half).CopyTo(turned.Frames.AsSpan(half));
        batch.Frames.AsSpan(half).CopyTo(turned.Frames);
        UnitAnalysis a = model.Analyze(batch)[0], b = model.Analyze(turned)[0];
        Assert.Equal(a.Similarity, b.Similarity, 1e-4);
        Assert.Equal(a.Map(frame: 0).Values, b.Map(frame: 1).Values, (x, y) => Math.Abs(x - y) < 1e-3f * (1 + Math.Abs(x)));
    }

    [Fact]
    public void Options_that_cannot_work_are_all_reported_at_once()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => (Tiny with { Clusters = 0, Dims = 0, FrameSize = 2 }).Validate());
        Assert.Contains("Clusters", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Dims", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("FrameSize", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_paper_preset_has_the_paper_s_parameters()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, DccOptions.Paper, 1);
        // VGG16's convolutions, VGGish's convolutions, and 512 x 160 projections.
        Assert.Equal(14_714_688 + 4_499_712 + 512 * 160, model.ParameterCount);
        Assert.Equal(79_600, model.Options.SamplesPerUnit);
    }

    [Fact]
    public void The_paper_s_vectors_are_256_and_496_and_with_the_last_pools_64_and_124()
    {
        Assert.Equal(((16, 16), (62, 8)), Maps(DccOptions.Paper));
        Assert.Equal(((8, 8), (31, 4)), Maps(DccOptions.PaperPooled));
        DccOptions.PaperPooled.Validate();

        static ((int, int), (int, int)) Maps(DccOptions o) => (o.Visual.MapSize(o.FrameSize, o.FrameSize), o.Audio.MapSize(o.SpectrogramFrames, o.LogMel.Bands));
    }

    private static UnitBatch Units(DccModel model, int units)
    {
        UnitBatch batch = new(units, model.Options.FramesPerUnit, model.Options.FrameSize, model.Options.FrameSize, model.Options.SamplesPerUnit);
        new PatternSource().Fill(0, batch);
        return batch;
    }

    private static Picture Noise(int seed)
    {
        byte[] rgb = new byte[30 * 20 * 3];
        new Random(seed).NextBytes(rgb);
        return new Picture(30, 20, rgb);
    }

    private static Sound Tone(int kind) => new([.. Enumerable.Range(0, 9000).Select(i => 0.1f * MathF.Sin(i * 0.01f * (kind + 1)))], 22050);

    private static string Temporary() => Path.Combine(Path.GetTempPath(), $"dcc-{Guid.NewGuid():N}.safetensors");
}
