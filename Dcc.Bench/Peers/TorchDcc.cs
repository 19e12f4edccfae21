// The same model as a LibTorch user would write it: functional ops, autograd, in-place ReLU. Weights are copied from ours. Read next: Rows/TrainingRows.cs.
using Dcc.Model;
using Dcc.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers;

internal sealed class TorchDcc : IDisposable
{
    private readonly DccOptions options;
    private readonly Dictionary<string, torch.Tensor> tensors = [];

    public TorchDcc(DccOptions options, IEnumerable<(string Name, TensorShape Shape, float[] Values, bool Learnt)> values, bool channelsLast)
    {
        this.options = options;
        ChannelsLast = channelsLast;
        foreach ((string name, TensorShape shape, float[] array, bool learnt) in values)
        {
            torch.Tensor value = shape.Rank == 4 ? TorchTensors.Kernel(array, shape[0], shape[1], shape[2], shape[3], channelsLast) : TorchTensors.Of(array, [.. shape.Sizes.ToArray().Select(size => (long)size)]);
            tensors.Add(name, learnt ? new TorchSharp.Modules.Parameter(value) : value);
        }
    }

    public TorchDcc(DccModel model, bool channelsLast) : this(model.Options, model.Parameters.All.Select(p => (p.Name, p.Shape, p.Value.ToArray(), p.Learnt)), channelsLast) { }

    public bool ChannelsLast { get; }

    public IEnumerable<TorchSharp.Modules.Parameter> Learnt => tensors.Values.OfType<TorchSharp.Modules.Parameter>();

    /// <summary>A parameter's gradient in our order.</summary>
    public float[] Gradient(string name)
    {
        torch.Tensor gradient = tensors[name].grad!;
        return gradient.dim() == 4 ? TorchTensors.FromKernel(gradient) : TorchTensors.Values(gradient);
    }

    /// <summary>Frames [batch, 3, height, width] with values 0..255 -> centres [batch, clusters, dims].</summary>
    public torch.Tensor See(torch.Tensor frames, bool training) => Cluster(Network("visual", options.Visual, (frames / 127.5f).sub_(1f), training));

    /// <summary>Spectrograms [batch, 1, frames, bands] -> centres [batch, clusters, dims].</summary>
    public torch.Tensor Hear(torch.Tensor spectrograms, bool training) => Cluster(AudioMap(spectrograms, training));

    public torch.Tensor AudioMap(torch.Tensor spectrograms, bool training) => Network("audio", options.Audio, spectrograms, training);

    private torch.Tensor Network(string name, NetworkOptions network, torch.Tensor x, bool training)
    {
        for (int b = 0; b < network.Blocks.Length; b++)
            for (int c = 0; c < network.Blocks[b].Convolutions; c++)
            {
                string layer = $"{name}.block{b + 1}.conv{c + 1}";
                bool pool = network.Blocks[b].Pool && c == network.Blocks[b].Convolutions - 1;
                x = nn.functional.conv2d(x, tensors[$"{layer}.weight"], tensors.GetValueOrDefault($"{layer}.bias"), padding: [1L, 1L]);
                if (pool && network.PoolFirst) x = nn.functional.max_pool2d(x, 2, 2, ceil_mode: network.PoolCeil);
                if (network.BatchNorm)
                    x = nn.functional.batch_norm(x, tensors[$"{layer}.norm.running_mean"], tensors[$"{layer}.norm.running_variance"], tensors[$"{layer}.norm.scale"], tensors[$"{layer}.norm.shift"], training);
                x = x.relu_();
                if (pool && !network.PoolFirst) x = nn.functional.max_pool2d(x, 2, 2, ceil_mode: network.PoolCeil);
            }
        return x;
    }

    private torch.Tensor Cluster(torch.Tensor map)
    {
        torch.Tensor u = map.flatten(2).transpose(1, 2); // [batch, positions, channels]
        if (options.SquashFeatures)
        {
            torch.Tensor r = (u.square().sum(-1, keepdim: true) + 1e-7f).sqrt();
            u = u * (tanh(r * 10f) / r);
        }
        return TorchClustering.Centres(u, tensors["projection.weight"], options.Clusters, options.Rounds, options.Sharpness);
    }

    public void Dispose()
    {
        foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();
    }
}

/// <summary>The projected clustering and the comparison of centres.</summary>
internal static class TorchClustering
{
    /// <summary>u [batch, positions, channels], weight [channels, clusters * dims] -> [batch, clusters, dims].</summary>
    public static torch.Tensor Centres(torch.Tensor u, torch.Tensor weight, int clusters, int rounds, float sharpness)
    {
        torch.Tensor h = matmul(u, weight).view(u.shape[0], u.shape[1], clusters, -1).transpose(1, 2).contiguous(); // [batch, clusters, positions, dims]
        torch.Tensor centres = h.sum(2) / clusters;                                                                   // uniform shares
        for (int round = 1; round < rounds; round++)
        {
            torch.Tensor logits = matmul(h, Unit(centres).unsqueeze(-1));                                             // [batch, clusters, positions, 1]
            if (sharpness != 1f) logits = logits * sharpness;
            centres = matmul(logits.softmax(1).transpose(2, 3), h).squeeze(2);
        }
        return centres;
    }

    /// <summary>S [sounds, images]: the sum over clusters of cosines.</summary>
    public static torch.Tensor Compare(torch.Tensor sounds, torch.Tensor images) => matmul(Unit(sounds).flatten(1), Unit(images).flatten(1).t());

    private static torch.Tensor Unit(torch.Tensor centres) => centres / centres.square().sum(-1, keepdim: true).sqrt().clamp_min(1e-6f);

    /// <summary>Mean hinge over all mismatched pairs, sounds and images as anchors.</summary>
    public static torch.Tensor MaxMargin(torch.Tensor similarity, float margin)
    {
        long batch = similarity.shape[0];
        torch.Tensor matched = similarity.diagonal(), others = 1f - eye(batch);
        torch.Tensor hinges = (similarity - matched.unsqueeze(1) + margin).clamp_min(0f) + (similarity - matched.unsqueeze(0) + margin).clamp_min(0f);
        return (hinges * others).sum() / (2f * batch * (batch - 1));
    }

    /// <summary>S [2 n, n]: image i with its true sound i and its false sound n + i.</summary>
    public static torch.Tensor MaxMarginTrueFalse(torch.Tensor similarity, float margin)
    {
        long images = similarity.shape[1];
        return (similarity.narrow(0, images, images).diagonal() - similarity.narrow(0, 0, images).diagonal() + margin).clamp_min(0f).mean();
    }
}
