// Published weights under every known name become the same parameters, with the preprocessing of their source. Read next: ../../Dcc.Data/Weights/WeightConversion.cs.
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests.Weights;

public sealed class WeightConversionTests : IDisposable
{
    private static readonly ForeignLayer[] visual = ForeignFiles.Layers(ForeignFiles.Narrow.Visual, 3, seed: 1), audio = ForeignFiles.Layers(ForeignFiles.Narrow.Audio, 1, seed: 2);
    private readonly TemporaryFolder folder = new();

    /// <summary>Writes the file of that name; the part after the colon says how.</summary>
    private string Make(string kind)
    {
        string path = folder.Path(kind.Replace(':', '-'));
        switch (kind)
        {
            case "torch-vgg16.safetensors": ForeignFiles.Torch(visual, ForeignFiles.Vgg16).Save(path); break;
            case "wrapped-vgg16.safetensors": ForeignFiles.Torch(visual, ForeignFiles.Vgg16, "module.").Save(path); break;
            case "imagenet-vgg16.h5": ForeignFiles.Keras(path, visual, ForeignFiles.KerasVgg16, name => $"{name}/{name}_W_1:0", name => $"{name}/{name}_b_1:0"); break;
            case "keras2-vgg16.h5": ForeignFiles.Keras(path, visual, ForeignFiles.KerasVgg16, name => $"{name}/{name}/kernel:0", name => $"{name}/{name}/bias:0"); break;
            case "full-vgg16.h5": ForeignFiles.Keras(path, visual, ForeignFiles.KerasVgg16, name => $"model_weights/{name}/{name}/kernel:0", name => $"model_weights/{name}/{name}/bias:0"); break;
            case "keras3-vgg16.weights.h5": ForeignFiles.Keras(path, [.. visual, ForeignFiles.Spare, ForeignFiles.Spare], [.. Counted(13), "layers/dense", "optimizer"], name => $"{name}/vars/0", name => $"{name}/vars/1"); break;
            case "keras213-vgg16.weights.h5": ForeignFiles.Keras(path, visual, [.. Counted(13)], name => $"_layer_checkpoint_dependencies/{name[7..]}/vars/0", name => $"_layer_checkpoint_dependencies/{name[7..]}/vars/1"); break;
            case "named-vgg16.weights.h5": ForeignFiles.Keras(path, visual, ForeignFiles.KerasVgg16, name => $"layers/{name}/vars/0", name => $"layers/{name}/vars/1"); break;
            case "keras3-vggish.weights.h5": ForeignFiles.Keras(path, audio, [.. Counted(6)], name => $"{name}/vars/0", name => $"{name}/vars/1"); break;
            case "zoo-vgg16.onnx": Onnx(path, visual, i => $"vgg0_conv{i}_weight", i => $"vgg0_conv{i}_bias"); break;
            case "torch-vgg16.onnx": Onnx(path, visual, i => $"features.{ForeignFiles.Vgg16[i]}.weight", i => $"features.{ForeignFiles.Vgg16[i]}.bias"); break;
            case "torch-vggish.safetensors": ForeignFiles.Torch(audio, ForeignFiles.Vggish).Save(path); break;
            case "dtaoo-vggish.h5": ForeignFiles.Keras(path, audio, ForeignFiles.TensorFlowVggish, name => $"{name}/{name}/kernel:0", name => $"{name}/{name}/bias:0"); break;
            case "tf-vggish.npz":
                ForeignFiles.Npz(path, audio.SelectMany((layer, i) => new[]
                {
                    ($"vggish/{ForeignFiles.TensorFlowVggish[i]}/weights.npy", ForeignFiles.Npy("<f4", false, $"(3, 3, {layer.In}, {layer.Out})", ForeignFiles.Bytes(ForeignFiles.Hwio(layer)))),
                    ($"vggish/{ForeignFiles.TensorFlowVggish[i]}/biases.npy", ForeignFiles.Npy("<f4", false, $"({layer.Out},)", ForeignFiles.Bytes(layer.Bias))),
                }).Append(("vggish/fc2/biases.npy", ForeignFiles.Npy("<f4", false, "(1,)", new byte[4]))));
                break;
            default: throw new ArgumentException(kind);
        }
        return path;
    }

    /// <summary>Keras 3 counts the layers of a kind.</summary>
    private static IEnumerable<string> Counted(int convolutions) => Enumerable.Range(0, convolutions).Select(i => i == 0 ? "layers/conv2d" : $"layers/conv2d_{i}");

    private static void Onnx(string path, ForeignLayer[] layers, Func<int, string> weight, Func<int, string> bias) => File.WriteAllBytes(path, ForeignFiles.OnnxModel(layers.SelectMany((layer, i) => new[]
    {
        ForeignFiles.OnnxTensor(weight(i), 1, [layer.Out, layer.In, 3, 3], ForeignFiles.Bytes(layer.Kernel)),
        ForeignFiles.OnnxTensor(bias(i), 1, [layer.Out], ForeignFiles.Bytes(layer.Bias), field: 4),
    })));

    [Theory]
    [InlineData("torch-vgg16.safetensors", PictureScale.Torchvision)]
    [InlineData("wrapped-vgg16.safetensors", PictureScale.Torchvision)]
    [InlineData("imagenet-vgg16.h5", PictureScale.CaffeBgrMean)]
    [InlineData("keras2-vgg16.h5", PictureScale.CaffeBgrMean)]
    [InlineData("full-vgg16.h5", PictureScale.CaffeBgrMean)]
    [InlineData("keras3-vgg16.weights.h5", PictureScale.CaffeBgrMean)]
    [InlineData("keras213-vgg16.weights.h5", PictureScale.CaffeBgrMean)]
    [InlineData("named-vgg16.weights.h5", PictureScale.CaffeBgrMean)]
    [InlineData("keras3-vggish.weights.h5", null)]
    [InlineData("zoo-vgg16.onnx", PictureScale.Torchvision)]
    [InlineData("torch-vgg16.onnx", PictureScale.Torchvision)]
    [InlineData("torch-vggish.safetensors", null)]
    [InlineData("dtaoo-vggish.h5", null)]
    [InlineData("tf-vggish.npz", null)]
    public void Every_naming_gives_the_same_parameters(string kind, PictureScale? scale)
    {
        WeightConversion conversion = WeightConversion.Read([Make(kind)], ForeignFiles.Narrow);
        (string network, ForeignLayer[] layers, NetworkOptions options) = scale is null ? ("audio", audio, ForeignFiles.Narrow.Audio) : ("visual", visual, ForeignFiles.Narrow.Visual);
        Assert.Equal(scale ?? ForeignFiles.Narrow.PictureScale, conversion.Options.PictureScale);
        Assert.Equal(2 * layers.Length, conversion.Values.Count);
        int next = 0;
        for (int b = 0; b < options.Blocks.Length; b++)
            for (int c = 0; c < options.Blocks[b].Convolutions; c++, next++)
            {
                (TensorShape shape, float[] kernel) = conversion.Values[$"{network}.block{b + 1}.conv{c + 1}.weight"];
                Assert.Equal(new TensorShape(3, 3, layers[next].In, layers[next].Out), shape);
                Assert.Equal(ForeignFiles.Hwio(layers[next]), kernel);
                Assert.Equal(layers[next].Bias, conversion.Values[$"{network}.block{b + 1}.conv{c + 1}.bias"].Values);
            }
    }

    [Fact]
    public void Both_networks_make_one_model_that_loads_and_keeps_its_preprocessing()
    {
        WeightConversion conversion = WeightConversion.Read([Make("imagenet-vgg16.h5"), Make("tf-vggish.npz")], ForeignFiles.Narrow);
        using CpuDevice device = new();
        using (DccModel model = DccModel.Create(device, conversion.Options, seed: 5))
        {
            model.SetWeights(conversion.Values);
            model.Save(folder.Path("model.safetensors"));
        }
        using DccModel loaded = DccModel.Load(device, folder.Path("model.safetensors"));
        Assert.Equal(PictureScale.CaffeBgrMean, loaded.Options.PictureScale);
        Assert.Equal(LogMelOptions.Vggish, loaded.Options.LogMel);
        Assert.Equal(ForeignFiles.Hwio(visual[12]), loaded.CopyWeights()["visual.block5.conv3.weight"].Values);
        Assert.Equal(ForeignFiles.Hwio(audio[5]), loaded.CopyWeights()["audio.block4.conv2.weight"].Values);
        Assert.Contains("CaffeBgrMean", Safetensors.Load(folder.Path("model.safetensors")).Metadata["options"], StringComparison.Ordinal);
        Assert.StartsWith("a model of dcc", WeightInspection.Of(folder.Path("model.safetensors")).Network, StringComparison.Ordinal);
        Assert.Contains("a model of dcc already", Assert.Throws<DataException>(() => WeightConversion.Read([folder.Path("model.safetensors")], ForeignFiles.Narrow)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_stay_as_asked_for_where_that_is_wanted() =>
        Assert.Equal(PictureScale.MinusOneToOne, WeightConversion.Read([Make("imagenet-vgg16.h5")], ForeignFiles.Narrow, keepPictureScale: true).Options.PictureScale);

    [Fact]
    public void Folded_batch_normalisation_computes_what_it_did_before()
    {
        DccOptions withNorm = ForeignFiles.Narrow with { PictureScale = PictureScale.Torchvision, Visual = ForeignFiles.Narrow.Visual with { BatchNorm = true } };
        Random random = new(7);
        using CpuDevice device = new();
        using DccModel original = DccModel.Create(device, withNorm, seed: 1), folded = DccModel.Create(device, ForeignFiles.Narrow with { PictureScale = PictureScale.Torchvision }, seed: 2);
        Dictionary<string, (TensorShape Shape, float[] Values)> values = [];
        Safetensors file = new();
        int next = 0;
        for (int b = 0; b < withNorm.Visual.Blocks.Length; b++)
            for (int c = 0; c < withNorm.Visual.Blocks[b].Convolutions; c++, next++)
            {
                ForeignLayer layer = visual[next];
                TensorShape channels = new(layer.Out);
                string ours = $"visual.block{b + 1}.conv{c + 1}", theirs = $"features.{ForeignFiles.Vgg16Norm[next]}", norm = $"features.{ForeignFiles.Vgg16Norm[next] + 1}";
                float[] Around(float middle) => [.. ForeignFiles.Numbers(random, layer.Out, 0.4f).Select(value => middle + value)];
                float[] scale = Around(1), shift = Around(0.3f), mean = Around(0), variance = Around(0.8f);
                values[$"{ours}.weight"] = (new TensorShape(3, 3, layer.In, layer.Out), ForeignFiles.Hwio(layer));
                foreach ((string ourPart, string theirPart, float[] part) in new[] { ("scale", "weight", scale), ("shift", "bias", shift), ("running_mean", "running_mean", mean), ("running_variance", "running_var", variance) })
                {
                    values[$"{ours}.norm.{ourPart}"] = (channels, part);
                    file.Tensors.Add($"{norm}.{theirPart}", (channels, part));
                }
                // ours has no bias before a normalisation: theirs moves into the mean
                file.Tensors[$"{norm}.running_mean"] = (channels, [.. mean.Select((value, o) => value + layer.Bias[o])]);
                file.Tensors.Add($"{theirs}.weight", (new TensorShape(layer.Out, layer.In, 3, 3), layer.Kernel));
                file.Tensors.Add($"{theirs}.bias", (channels, layer.Bias));
                file.Tensors.Add($"{norm}.num_batches_tracked", (new TensorShape(), [3]));
            }
        original.SetWeights(values);
        file.Save(folder.Path("vgg16_bn.safetensors"));
        folded.SetWeights(WeightConversion.Read([folder.Path("vgg16_bn.safetensors")], ForeignFiles.Narrow).Values);
        byte[] rgb = new byte[32 * 32 * 3];
        random.NextBytes(rgb);
        Picture picture = new(32, 32, rgb);
        float[] expected = original.EmbedImage(picture), actual = folded.EmbedImage(picture);
        float size = expected.Max(value => MathF.Abs(value));
        Assert.True(size > 1e-3f);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * size));
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_named()
    {
        void Refused(string reason, Action<Safetensors> change, ForeignLayer[]? layers = null, int[]? indices = null)
        {
            Safetensors file = ForeignFiles.Torch(layers ?? visual, indices ?? ForeignFiles.Vgg16);
            change(file);
            file.Save(folder.Path("bad.safetensors"));
            string message = Assert.Throws<DataException>(() => WeightConversion.Read([folder.Path("bad.safetensors")], ForeignFiles.Narrow)).Message;
            Assert.Contains(reason, message, StringComparison.Ordinal);
            Assert.Contains("bad.safetensors", message, StringComparison.Ordinal);
        }
        Refused("it has no tensor features.12.weight", file => file.Tensors.Remove("features.12.weight"));
        Refused("it has a tensor features.99.weight [1] that this network has not", file => file.Tensors.Add("features.99.weight", (new TensorShape(1), [1])));
        Refused("tensor features.2.weight is [3,3,4,4] where [4,4,3,3] was expected (its axes are in another order", file => file.Tensors["features.2.weight"] = (new TensorShape(3, 3, 4, 4), file.Tensors["features.2.weight"].Values));
        Refused("tensor features.0.weight is [4,1,3,3] where [4,3,3,3] was expected", file => file.Tensors["features.0.weight"] = (new TensorShape(4, 1, 3, 3), new float[36]));
        Refused("tensor features.7.bias holds NaN or infinity", file => file.Tensors["features.7.bias"] = (new TensorShape(5), [1, float.NaN, 0, 0, 0]));
        Refused("could both be the same layer's", file => file.Tensors.Add("other.features.0.bias", (new TensorShape(4), new float[4])));
        Refused("has names of no network known here (strange", file => { file.Tensors.Clear(); file.Tensors.Add("strange", (new TensorShape(1), [1])); });
    }

    [Fact]
    public void Another_front_end_or_shape_is_refused()
    {
        string vggish = Make("torch-vggish.safetensors"), vgg16 = Make("torch-vgg16.safetensors");
        string Refusal(DccOptions options, params string[] files) => Assert.Throws<DataException>(() => WeightConversion.Read(files, options)).Message;
        string message = Refusal(ForeignFiles.Narrow with { LogMel = LogMelOptions.Dmc }, vggish);
        Assert.Contains("was made with 64 mel bands 125-7500 Hz, windows of 25 ms every 10 ms at 16000 Hz; this model's front end has 64 mel bands 125-7500 Hz, windows of 80 ms every 50 ms at 16000 Hz", message, StringComparison.Ordinal);
        Assert.Contains("standardised", Refusal(ForeignFiles.Narrow with { SpectrogramMean = -0.4f, SpectrogramDeviation = 1.3f }, vggish), StringComparison.Ordinal);
        Assert.Contains("of this preset is plain with 1, 1, 2, 2 and batch normalisation: use --preset paper", Refusal(DccOptions.Small, vgg16), StringComparison.Ordinal);
        Assert.Contains("both weights of the visual network", Refusal(ForeignFiles.Narrow, vgg16, Make("imagenet-vgg16.h5")), StringComparison.Ordinal);
    }

    [Fact]
    public void Resnet_18_keeps_its_names_and_normalisations()
    {
        NetworkOptions narrow = DccOptions.Simplified.Visual with { Blocks = [new(4, 4, false), new(6, 4, true), new(8, 4, true), new(10, 4, false)] };
        DccOptions options = DccOptions.Simplified with { FrameSize = 64, Visual = narrow, Audio = narrow, PictureScale = PictureScale.MinusOneToOne };
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, options, seed: 9), target = DccModel.Create(device, options, seed: 10);
        Safetensors file = new();
        Dictionary<string, (TensorShape Shape, float[] Values)> ours = model.CopyWeights().Where(pair => pair.Key.StartsWith("visual.", StringComparison.Ordinal) && !pair.Key.Contains("linear", StringComparison.Ordinal)).ToDictionary();
        foreach ((string name, (TensorShape shape, float[] values)) in ours)
            file.Tensors.Add("module." + name["visual.".Length..], shape.Rank == 1 ? (shape, values) : (new TensorShape(shape[3], shape[2], shape[0], shape[1]), OutFirst(values, shape)));
        file.Tensors.Add("module.bn1.num_batches_tracked", (new TensorShape(), [1]));
        file.Tensors.Add("module.fc.weight", (new TensorShape(2, 2), new float[4]));
        file.Save(folder.Path("resnet18.safetensors"));
        WeightConversion conversion = WeightConversion.Read([folder.Path("resnet18.safetensors")], options);
        Assert.Equal(PictureScale.Torchvision, conversion.Options.PictureScale);
        target.SetWeights(conversion.Values);
        Assert.Equal(ours.Keys.Order(StringComparer.Ordinal), conversion.Values.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, (_, float[] values)) in ours) Assert.Equal(values, target.CopyWeights()[name].Values);
        Assert.Contains("use --preset simplified", Assert.Throws<DataException>(() => WeightConversion.Read([folder.Path("resnet18.safetensors")], ForeignFiles.Narrow)).Message, StringComparison.Ordinal);
        file.Tensors.Remove("module.layer3.0.downsample.0.weight");
        file.Save(folder.Path("resnet18.safetensors"));
        Assert.Contains("it has no tensor layer3.0.downsample.0.weight", Assert.Throws<DataException>(() => WeightConversion.Read([folder.Path("resnet18.safetensors")], options)).Message, StringComparison.Ordinal);

        static float[] OutFirst(float[] values, TensorShape s)
        {
            float[] moved = new float[values.Length];
            for (int y = 0; y < s[0]; y++)
            for (int x = 0; x < s[1]; x++)
            for (int i = 0; i < s[2]; i++)
            for (int o = 0; o < s[3]; o++) moved[((o * s[2] + i) * s[0] + y) * s[1] + x] = values[((y * s[1] + x) * s[2] + i) * s[3] + o];
            return moved;
        }
    }

    [Fact]
    public void Weights_that_do_not_fit_a_model_change_nothing()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, ForeignFiles.Narrow, seed: 1);
        float[] before = model.CopyWeights()["visual.block1.conv1.bias"].Values;
        Assert.Throws<ArgumentException>(() => model.SetWeights(new Dictionary<string, (TensorShape, float[])> { ["visual.block1.conv1.bias"] = (new TensorShape(4), [1, 2, 3, 4]), ["nothing"] = (new TensorShape(1), [1]) }));
        Assert.Throws<ArgumentException>(() => model.SetWeights(new Dictionary<string, (TensorShape, float[])> { ["visual.block1.conv1.bias"] = (new TensorShape(3), [1, 2, 3]) }));
        Assert.Throws<ArgumentException>(() => model.SetWeights(new Dictionary<string, (TensorShape, float[])> { ["visual.block1.conv1.bias"] = (new TensorShape(4), [1, 2, 3, float.PositiveInfinity]) }));
        Assert.Equal(before, model.CopyWeights()["visual.block1.conv1.bias"].Values);
    }

    [Fact]
    public async Task The_program_inspects_and_converts()
    {
        ForeignFiles.Torch(ForeignFiles.Layers(DccOptions.Paper.Audio, 1, seed: 4), ForeignFiles.Vggish).Save(folder.Path("vggish.safetensors"));
        CliResult seen = await RunCli.Run(["weights", "inspect", folder.Path("vggish.safetensors")]);
        Assert.True(seen.ExitCode == 0, seen.Error);
        Assert.Contains("VGGish (torchvggish names)", seen.Output, StringComparison.Ordinal);
        Assert.Contains("[512,512,3,3]", seen.Output, StringComparison.Ordinal);
        CliResult made = await RunCli.Run(["weights", "convert", folder.Path("vggish.safetensors"), "--out", folder.Path("m.safetensors"), "--seed", "3", "--device", "cpu"]);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("initialised from seed 3: 28 parameters", made.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Path("m.safetensors")));
        CliResult refused = await RunCli.Run(["weights", "convert", folder.Path("vggish.safetensors"), "--out", folder.Path("n.safetensors"), "--front-end", "dmc"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("use --front-end vggish", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Path("n.safetensors")));
    }

    public void Dispose() => folder.Dispose();
}
