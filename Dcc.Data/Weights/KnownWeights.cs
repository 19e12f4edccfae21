// The published networks whose weights fit ours: the names their files use, their layout, and the inputs they were trained on. Read next: WeightConversion.cs.
using System.Text.RegularExpressions;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// Patterns of the names of one convolution's tensors; <paramref name="Norm"/> is the prefix of its batch normalisation in torch's naming. <paramref name="Ours"/> and
/// <paramref name="OurNorm"/> are our names where a network keeps its normalisations, as ResNets do; elsewhere they are folded in.
/// </summary>
internal sealed record KnownLayer(string Weight, string? Bias, string? Norm = null, string? Ours = null, string? OurNorm = null);

/// <summary>
/// A network as one source publishes it. <paramref name="Blocks"/> are the convolutions of each block, in our order; exactly one of <paramref name="Pictures"/> and
/// <paramref name="Sounds"/> says what it was trained on.
/// </summary>
internal sealed record KnownWeights(string Title, bool OutFirst, int[] Blocks, KnownLayer[] Layers, string Ignored, PictureScale? Pictures, LogMelOptions? Sounds)
{
    public bool IsVisual => Pictures is not null;

    /// <summary>Of the kind whose layers are in <see cref="KnownLayer.Ours"/>.</summary>
    public bool IsResidual => Layers[0].Ours is not null;

    public string Network => IsVisual ? "visual" : "audio";

    /// <summary>Tensors that belong to the file and not to the convolutions: classifiers, counters, an optimiser's state.</summary>
    public bool Ignores(string name) => Regex.IsMatch(name, $@"(?:{Ignored})|num_batches_tracked$|^optimizer(?:_weights)?/|^(?:.*/)?global_step$");

    public static IReadOnlyList<KnownWeights> All { get; } = Make();

    private static KnownWeights[] Make()
    {
        int[] vgg16 = [2, 2, 3, 3, 3], vggish = [1, 1, 2, 2];
        string[] keras = [.. vgg16.SelectMany((count, block) => Enumerable.Range(1, count).Select(layer => $"block{block + 1}_conv{layer}"))];
        string[] tensorFlow = ["conv1", "conv2", "conv3/conv3_1", "conv3/conv3_2", "conv4/conv4_1", "conv4/conv4_2"];
        return
        [
            new("VGG16 (torchvision names)", OutFirst: true, vgg16, [.. Indices(0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28).Select(i => Torch(i))], @"^(?:\w+\.)*classifier\.", PictureScale.Torchvision, null),
            new("VGG16 with batch normalisation (torchvision names)", OutFirst: true, vgg16, [.. Indices(0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40).Select(i => Torch(i, norm: i + 1))], @"^(?:\w+\.)*classifier\.", PictureScale.Torchvision, null),
            new("VGG16 (Keras names)", OutFirst: false, vgg16, [.. keras.Select(Keras)], @"^(?:.*/)?(?:fc\d|predictions|dense(?:_\d+)?|top_level_model_weights)/", PictureScale.CaffeBgrMean, null),
            new("VGG16 (Keras 3 names)", OutFirst: false, vgg16, [.. Enumerable.Range(0, 13).Select(Keras3)], @"^(?:.*/)?dense(?:_\d+)?/vars/", PictureScale.CaffeBgrMean, null),
            new("VGG16 (ONNX model zoo, from MXNet)", OutFirst: true, vgg16, [.. Enumerable.Range(0, 13).Select(i => new KnownLayer($"^vgg0_conv{i}_weight$", $"^vgg0_conv{i}_bias$"))], @"^vgg0_dense\d+_", PictureScale.Torchvision, null),
            new("ResNet-18 (torchvision names)", OutFirst: true, [4, 4, 4, 4], [.. Residual([4, 4, 4, 4])], @"^(?:\w+\.)*fc\.", PictureScale.Torchvision, null),
            new("VGGish (torchvggish names)", OutFirst: true, vggish, [.. Indices(0, 3, 6, 8, 11, 13).Select(i => Torch(i))], @"^(?:\w+\.)*(?:embeddings|pproc|classifier)\.", null, LogMelOptions.Vggish),
            new("VGGish (TensorFlow names)", OutFirst: false, vggish, [.. tensorFlow.Select(TensorFlow)], @"^(?:.*/)?(?:fc\d|pca)", null, LogMelOptions.Vggish),
            new("VGGish (Keras names)", OutFirst: false, vggish, [.. tensorFlow.Select(Keras)], @"^(?:.*/)?vggish_fc\d", null, LogMelOptions.Vggish),
            new("VGGish (Keras 3 names)", OutFirst: false, vggish, [.. Enumerable.Range(0, 6).Select(Keras3)], @"^(?:.*/)?dense(?:_\d+)?/vars/", null, LogMelOptions.Vggish),
        ];
    }

    private static int[] Indices(params int[] indices) => indices;

    /// <summary>torch counts every module of a Sequential; a wrapper's prefix ("module.", "model.") may come before.</summary>
    private static KnownLayer Torch(int index, int? norm = null) => new($@"^(?:\w+\.)*features\.{index}\.weight$", $@"^(?:\w+\.)*features\.{index}\.bias$", norm is null ? null : $@"^(?:\w+\.)*features\.{norm}\.");

    /// <summary>The layers of a ResNet of basic blocks, in the order in which ours makes them.</summary>
    private static IEnumerable<KnownLayer> Residual(int[] stages)
    {
        yield return Layer("conv1", "bn1");
        for (int s = 1; s <= stages.Length; s++)
            for (int b = 0; b < stages[s - 1] / 2; b++)
            {
                yield return Layer($"layer{s}.{b}.conv1", $"layer{s}.{b}.bn1");
                yield return Layer($"layer{s}.{b}.conv2", $"layer{s}.{b}.bn2");
                if (s > 1 && b == 0) yield return Layer($"layer{s}.{b}.downsample.0", $"layer{s}.{b}.downsample.1");
            }

        // Only these prefixes: layer1.0.conv1 must not pass for the stem's conv1.
        static KnownLayer Layer(string convolution, string norm) => new($@"^(?:(?:module|model|net|resnet|backbone|encoder)\.)*{Regex.Escape(convolution)}\.weight$", null,
            $@"^(?:(?:module|model|net|resnet|backbone|encoder)\.)*{Regex.Escape(norm)}\.", convolution, norm);
    }

    /// <summary>
    /// Keras repeats the layer's name inside its group: layer/layer/kernel:0 (Keras 2), layer/layer_W_1:0 (the first ImageNet files). Some .weights.h5 files keep the names: layers/layer/vars/0.
    /// </summary>
    private static KnownLayer Keras(string layer)
    {
        string first = Regex.Escape(layer[(layer.LastIndexOf('/') + 1)..]), path = $"^(?:.*/)?{Regex.Escape(layer)}/(?:.*/)?";
        return new KnownLayer($"{path}(?:kernel|{first}_W(?:_1)?|vars/0)(?::0)?$", $"{path}(?:bias|{first}_b(?:_1)?|vars/1)(?::0)?$");
    }

    /// <summary>Keras 3 calls a layer by its kind and counts those of a kind, whatever their names: layers/conv2d/vars/0 and 1, layers/conv2d_1/vars/0 and 1, ...</summary>
    private static KnownLayer Keras3(int layer)
    {
        string path = layer == 0 ? "^(?:.*/)?conv2d/vars/" : $"^(?:.*/)?conv2d_{layer}/vars/";
        return new KnownLayer($"{path}0$", $"{path}1$");
    }

    private static KnownLayer TensorFlow(string layer) => new($"^(?:.*/)?{Regex.Escape(layer)}/weights(?::0)?$", $"^(?:.*/)?{Regex.Escape(layer)}/biases(?::0)?$");
}
