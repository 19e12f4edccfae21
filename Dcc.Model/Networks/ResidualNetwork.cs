// A ResNet of basic blocks (He et al. 2016, arXiv 1512.03385), without average pool and classifier: what the authors' simplified code sees and hears with.
// Read next: ../Layers/NormalizedConvolution.cs, then Clustering.cs.
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>
/// Stem: 7x7 convolution at steps of 2, batch normalisation, ReLU, 3x3 max pool at steps of 2 with a padding of 1. Then stages of basic blocks. Parameters are named as
/// torchvision's resnet18, behind "visual." or "audio.": conv1.weight, bn1.running_mean, layer2.0.downsample.0.weight.
/// </summary>
internal sealed class ResidualNetwork : Network
{
    private readonly NormalizedConvolution stem;
    private readonly BasicBlock[][] stages;

    public ResidualNetwork(ParameterSet parameters, Initializers initializers, string name, int inChannels, NetworkOptions options)
    {
        int channels = options.Blocks[0].Channels;
        stem = new NormalizedConvolution(parameters, initializers, $"{name}.conv1", $"{name}.bn1", inChannels, channels, kernel: 7, stride: 2);
        stages = new BasicBlock[options.Blocks.Length][];
        for (int s = 0; s < stages.Length; s++)
        {
            BlockOptions stage = options.Blocks[s];
            stages[s] = new BasicBlock[stage.Convolutions / 2];
            for (int b = 0; b < stages[s].Length; b++)
            {
                stages[s][b] = new BasicBlock(parameters, initializers, $"{name}.layer{s + 1}.{b}", channels, stage.Channels, stride: stage.Pool && b == 0 ? 2 : 1);
                channels = stage.Channels;
            }
        }
    }

    public override Tensor Forward(Tensor x, bool training, Action<Tensor>? afterBlock = null)
    {
        Tensor features = stem.Forward(x, training, relu: true), map = Op.MaxPool(features, window: 3, stride: 2, padding: 1);
        features.Drop();
        foreach (BasicBlock[] stage in stages)
        {
            foreach (BasicBlock block in stage)
            {
                Tensor next = block.Forward(map, training);
                map.Drop();
                map = next;
            }
            afterBlock?.Invoke(map);
        }
        return map;
    }

    /// <summary>ReLU(x + f(x)) with f two 3x3 convolutions. Where f changes the size, x goes through a 1x1 convolution of its own.</summary>
    private sealed class BasicBlock
    {
        private readonly NormalizedConvolution first, second;
        private readonly NormalizedConvolution? shortcut;

        public BasicBlock(ParameterSet parameters, Initializers initializers, string name, int inChannels, int outChannels, int stride)
        {
            first = new NormalizedConvolution(parameters, initializers, $"{name}.conv1", $"{name}.bn1", inChannels, outChannels, kernel: 3, stride);
            second = new NormalizedConvolution(parameters, initializers, $"{name}.conv2", $"{name}.bn2", outChannels, outChannels, kernel: 3, stride: 1);
            if (stride == 1 && inChannels == outChannels) return;
            shortcut = new NormalizedConvolution(parameters, initializers, $"{name}.downsample.0", $"{name}.downsample.1", inChannels, outChannels, kernel: 1, stride);
        }

        /// <summary>x stays the caller's.</summary>
        public Tensor Forward(Tensor x, bool training)
        {
            Tensor half = first.Forward(x, training, relu: true), change = second.Forward(half, training, relu: false);
            half.Drop();
            Tensor passed = shortcut?.Forward(x, training, relu: false) ?? x, sum = Op.Add(change, passed);
            change.Drop();
            if (passed != x) passed.Drop();
            Tensor y = Op.Relu(sum);
            sum.Drop();
            return y;
        }
    }
}
