// Exported models, run by ONNX Runtime, give what the model gives. Read next: ../../Dcc.Data/Weights/Onnx/OnnxExport.cs.
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Dcc.Tests.Weights;

public sealed class OnnxExportTests : IDisposable
{
    private const float Tolerance = 1e-4f;

    private static readonly Dictionary<string, DccOptions> models = new()
    {
        ["small"] = DccOptions.Small,
        ["paper-like"] = ForeignFiles.Narrow with { Clusters = 5, Dims = 6 },
        ["caffe, two frames"] = ForeignFiles.Narrow with { PictureScale = PictureScale.CaffeBgrMean, FramesPerUnit = 2, Rounds = 1 },
        ["torchvision, norm after pool"] = ForeignFiles.Narrow with { PictureScale = PictureScale.Torchvision, Visual = ForeignFiles.Narrow.Visual with { BatchNorm = true }, SquashFeatures = false, Sharpness = 2 },
        ["simplified front end"] = ForeignFiles.Narrow with { LogMel = LogMelOptions.SimplifiedDmc },
        ["projections of their own"] = ForeignFiles.Narrow with { SharedProjections = false },
        ["simplified"] = Simplified,
        ["simplified, many clusters"] = Simplified with { Clusters = 4, AudioClusters = 3, Rounds = 2, Sharpness = 3, FramesPerUnit = 2 },
        ["torchaudio front end"] = ForeignFiles.Narrow with { LogMel = LogMelOptions.TorchAudio, SpectrogramDeviation = 100 },
    };

    private static DccOptions Simplified
    {
        get
        {
            NetworkOptions narrow = DccOptions.Simplified.Visual with { Blocks = [new(4, 4, false), new(6, 4, true), new(8, 4, true), new(10, 4, false)] };
            return DccOptions.Simplified with { FrameSize = 48, SpectrogramFrames = 48, Visual = narrow, Audio = narrow };
        }
    }

    private readonly TemporaryFolder folder = new();
    private readonly CpuDevice device = new();

    [Theory]
    [InlineData("small")]
    [InlineData("paper-like")]
    [InlineData("caffe, two frames")]
    [InlineData("torchvision, norm after pool")]
    [InlineData("simplified front end")]
    [InlineData("projections of their own")]
    [InlineData("simplified")]
    [InlineData("simplified, many clusters")]
    [InlineData("torchaudio front end")]
    public void Onnx_runtime_computes_the_same(string name)
    {
        using DccModel model = Random(models[name]);
        DccOptions o = model.Options;
        Random random = new(3);
        byte[] rgb = new byte[o.FrameSize * o.FrameSize * 3];
        random.NextBytes(rgb);
        float[] samples = [.. Enumerable.Range(0, o.SamplesPerUnit).Select(i => 0.3f * MathF.Sin(0.05f * i) + 0.2f * MathF.Sin(1e-5f * i * i) + 0.02f * (2 * random.NextSingle() - 1))];
        Picture picture = new(o.FrameSize, o.FrameSize, rgb);
        Sound sound = new(samples, o.LogMel.SampleRate);
        // Two of each, the second another one: batch sizes are free, and no row leaks into its neighbour.
        float[] frames = [.. rgb.Select(value => (float)value), .. rgb.Select(value => 255f - value)], sounds = [.. samples, .. samples.Select(value => 0.5f * value)];

        OnnxExport.Write(model, OnnxPart.Model, folder.Path("model.onnx"));
        // The model's frames of one unit all show the picture.
        float[] unitFrames = o.FramesPerUnit == 1 ? frames : [.. Enumerable.Repeat(rgb.Select(value => (float)value), o.FramesPerUnit).SelectMany(value => value)];
        Dictionary<string, float[]> got = Run(folder.Path("model.onnx"), ("pixels", unitFrames, [-1, o.FrameSize, o.FrameSize, 3]), ("waveform", sounds, [-1, o.SamplesPerUnit]));
        Same("visual_embedding", model.EmbedImage(picture), got["visual_embedding"]);
        Same("audio_embedding", model.EmbedAudio(sound), got["audio_embedding"]);
        UnitAnalysis analysis = model.AnalyzeOne(picture, sound);
        Same("visual_assignments", analysis.Assignments.Visual, got["visual_assignments"]);
        Same("audio_assignments", analysis.Assignments.Audio, got["audio_assignments"]);
        Same("visual_centres", analysis.VisualCentres, got["visual_centres"]);
        Same("audio_centres", analysis.AudioCentres, got["audio_centres"]);
        // Every sound with every picture, or with the one unit of several frames.
        Picture other = new(o.FrameSize, o.FrameSize, Array.ConvertAll(rgb, value => (byte)(255 - value)));
        Sound quiet = new([.. samples.Select(value => 0.5f * value)], o.LogMel.SampleRate);
        Same("similarity", [.. new[] { sound, quiet }.SelectMany(heard => (o.FramesPerUnit == 1 ? new[] { picture, other } : [picture]).Select(seen => model.Similarity(seen, heard)))], got["similarity"]);

        Networks(model, rgb, samples);
    }

    /// <summary>Each network in a file of its own, for two pictures and two sounds.</summary>
    private void Networks(DccModel model, byte[] rgb, float[] samples)
    {
        DccOptions o = model.Options;
        float[] frames = [.. rgb.Select(value => (float)value), .. rgb.Select(value => 255f - value)], sounds = [.. samples, .. samples.Select(value => 0.5f * value)];
        OnnxExport.Write(model, OnnxPart.Visual, folder.Path("visual.onnx"));
        OnnxExport.Write(model, OnnxPart.Audio, folder.Path("audio.onnx"));
        float[] second = Run(folder.Path("visual.onnx"), ("pixels", frames, [2, o.FrameSize, o.FrameSize, 3]))["visual_embedding"];
        Same("visual_embedding of the second", model.EmbedImage(new Picture(o.FrameSize, o.FrameSize, [.. rgb.Select(value => (byte)(255 - value))])), second[(second.Length / 2)..]);
        second = Run(folder.Path("audio.onnx"), ("waveform", sounds, [2, o.SamplesPerUnit]))["audio_embedding"];
        Same("audio_embedding of the second", model.EmbedAudio(new Sound([.. samples.Select(value => 0.5f * value)], o.LogMel.SampleRate)), second[(second.Length / 2)..]);
    }

    [Fact]
    public void Exported_weights_are_read_back_as_they_were()
    {
        using DccModel model = Random(ForeignFiles.Narrow);
        OnnxExport.Write(model, OnnxPart.Visual, folder.Path("visual.onnx"));
        NamedTensor kernel = WeightFile.Open(folder.Path("visual.onnx")).Tensors.Single(tensor => tensor.Name == "visual.block2.conv1.weight");
        Assert.Equal(new TensorShape(5, 4, 3, 3), kernel.Shape);
        Assert.Equal(model.CopyWeights()["visual.block2.conv1.weight"].Values, ForeignFiles.Hwio(new ForeignLayer(4, 5, kernel.Read(), [])));
    }

    /// <summary>Every value random, running statistics and negative scales included.</summary>
    private DccModel Random(DccOptions options)
    {
        DccModel model = DccModel.Create(device, options, seed: 11);
        Random random = new(5);
        model.SetWeights(model.CopyWeights().Where(pair => pair.Value.Shape.Rank == 1).ToDictionary(pair => pair.Key, pair =>
        {
            bool variance = pair.Key.Contains("running_var", StringComparison.Ordinal), scale = pair.Key.EndsWith("scale", StringComparison.Ordinal) || pair.Key.EndsWith("weight", StringComparison.Ordinal);
            // A variance must stay positive, a scale need not.
            float middle = variance || scale ? 0.8f : 0, spread = scale ? 1.2f : 0.3f;
            return (pair.Value.Shape, Array.ConvertAll(ForeignFiles.Numbers(random, pair.Value.Shape.Count, spread), value => middle + value));
        }));
        return model;
    }

    private static Dictionary<string, float[]> Run(string path, params (string Name, float[] Values, int[] Sizes)[] inputs)
    {
        using SessionOptions settings = new() { IntraOpNumThreads = 1 };
        using InferenceSession session = new(path, settings);
        NamedOnnxValue[] values = Array.ConvertAll(inputs, input =>
        {
            int row = input.Sizes.Skip(1).Aggregate(1, (product, size) => product * size);
            return NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<float>(input.Values, [input.Values.Length / row, .. input.Sizes[1..]]));
        });
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(values);
        return results.ToDictionary(result => result.Name, result => result.AsTensor<float>().ToArray());
    }

    /// <summary>The first numbers of <paramref name="actual"/> against <paramref name="expected"/>, to 1e-4 of the largest.</summary>
    private static void Same(string what, float[] expected, float[] actual)
    {
        Assert.True(actual.Length >= expected.Length, $"{what}: {actual.Length} numbers of {expected.Length}");
        float largest = expected.Max(value => MathF.Abs(value));
        Assert.True(largest > 1e-6f, $"{what}: all zero");
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= Tolerance * largest, $"{what}[{i}]: expected {expected[i]}, got {actual[i]}; the largest is {largest}");
    }

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }
}
