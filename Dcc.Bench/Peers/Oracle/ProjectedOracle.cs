// The paper's model in LibTorch: VGG16 and VGGish at full size, K shared projections, cosine of centres, max margin. Read next: OracleCommand.cs.
using Dcc.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers.Oracle;

internal sealed class ProjectedOracle(ScalarType precision, Func<string, TensorShape, float[]> values) : OracleModel(precision, values)
{
    private const int K = 10, D = 16, T = 3, Channels = 512;
    private const double Margin = K;

    /// <summary>Output channels of the 3x3 convolutions; a pool follows each block but the last.</summary>
    private static readonly int[][] vgg16 = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]], vggish = [[64], [128], [256, 256], [512, 512]];

    protected override torch.Tensor Loss(torch.Tensor frames, torch.Tensor spectrograms)
    {
        torch.Tensor images = Centres("visual", Convolve("visual", vgg16, frames / 127.5 - 1.0, 3, ceil: false));
        torch.Tensor sounds = Centres("audio", Convolve("audio", vggish, spectrograms, 1, ceil: true));
        torch.Tensor s = einsum("akd,vkd->av", Unit(sounds), Unit(images));
        Record("pairs", s);
        torch.Tensor loss = zeros([], s.dtype);
        long batch = s.shape[0];
        for (long i = 0; i < batch; i++)
        for (long j = 0; j < batch; j++)
            if (i != j) loss = loss + (s[i, j] - s[i, i] + Margin).clamp_min(0) + (s[j, i] - s[i, i] + Margin).clamp_min(0);
        return loss / (2 * batch * (batch - 1));
    }

    private torch.Tensor Convolve(string net, int[][] blocks, torch.Tensor x, int channels, bool ceil)
    {
        for (int b = 0; b < blocks.Length; b++)
        for (int c = 0; c < blocks[b].Length; c++)
        {
            string layer = $"{net}.block{b + 1}.conv{c + 1}";
            int outputs = blocks[b][c];
            x = Relu(layer, nn.functional.conv2d(x, Parameter($"{layer}.weight", 3, 3, channels, outputs), Parameter($"{layer}.bias", outputs), padding: [1L, 1L]));
            if (c == blocks[b].Length - 1 && b < blocks.Length - 1) x = nn.functional.max_pool2d(x, [2L, 2L], [2L, 2L], ceil_mode: ceil);
            RecordMap(layer, x);
            channels = outputs;
        }
        return x;
    }

    /// <summary>A map [batch, channels, height, width] to output centres [batch, K, D].</summary>
    private torch.Tensor Centres(string net, torch.Tensor map)
    {
        torch.Tensor u = Squash(map.flatten(2).transpose(1, 2));                                               // [batch, n, channels]
        Record($"{net}.squash", u);
        torch.Tensor h = einsum("bnc,ckd->bknd", u, Parameter("projection.weight", Channels, K * D).view(Channels, K, D));
        torch.Tensor agreement = zeros([h.shape[0], K, h.shape[2]], h.dtype), shares = agreement, centres = h;
        for (int t = 0; t < T; t++)
        {
            shares = agreement.softmax(1);
            centres = einsum("bkn,bknd->bkd", shares, h);
            if (t < T - 1) agreement = einsum("bkd,bknd->bkn", centres / centres.square().sum(-1, keepdim: true).clamp_min(1e-12).sqrt(), h);
        }
        Record($"{net}.assignments", shares);
        Record($"{net}.centres", centres);
        return Squash(centres);
    }

    /// <summary>tanh(10 r) / r * x. On the centres it changes no direction and so no cosine; the engine leaves it out there.</summary>
    private static torch.Tensor Squash(torch.Tensor x)
    {
        torch.Tensor r = (x.square().sum(-1, keepdim: true) + 1e-7).sqrt();
        return x * ((r * 10.0).tanh() / r);
    }

    private static torch.Tensor Unit(torch.Tensor x) => x / x.norm(-1, keepdim: true);
}
