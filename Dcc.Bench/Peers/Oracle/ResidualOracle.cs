// The authors' simplified model in LibTorch: two ResNet-18 at full size, Euclidean clustering, contrastive loss. Read next: OracleCommand.cs.
using Dcc.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers.Oracle;

internal sealed class ResidualOracle(ScalarType precision, Func<string, TensorShape, float[]> values) : OracleModel(precision, values)
{
    private const int ImageClusters = 2, SoundClusters = 1, Rounds = 4;
    private const double Sharpness = 30, Margin = 5, SquareFloor = 1e-10, RootFloor = 1e-9;

    /// <summary>Channels and first stride of the four stages, two basic blocks each. The last keeps its size, where torchvision's halves it.</summary>
    private static readonly (int Channels, int Stride)[] stages = [(64, 1), (128, 2), (256, 2), (512, 1)];

    protected override torch.Tensor Loss(torch.Tensor frames, torch.Tensor spectrograms)
    {
        torch.Tensor mean = tensor((double[])[0.485, 0.456, 0.406], frames.dtype).view(1, 3, 1, 1), deviation = tensor((double[])[0.229, 0.224, 0.225], frames.dtype).view(1, 3, 1, 1);
        torch.Tensor images = Centres("visual", ResNet("visual", (frames / 255.0 - mean) / deviation, 3), ImageClusters);
        torch.Tensor sounds = Centres("audio", ResNet("audio", spectrograms, 1), SoundClusters);
        torch.Tensor squares = (sounds.unsqueeze(1).unsqueeze(3) - images.unsqueeze(0).unsqueeze(2)).square().sum(-1).clamp_min(SquareFloor);   // [sound, image, audio centre, visual centre]
        torch.Tensor e = squares.amin(3).sum(2);
        Record("pairs", e);
        // Rows: each sound with its own image, and with the other's.
        torch.Tensor loss = zeros([], e.dtype);
        long batch = e.shape[0];
        for (long i = 0; i < batch; i++) loss = loss + 0.5 * e[i, i] + 0.5 * (Margin - (e[i, (i + 1) % batch] + RootFloor).sqrt()).clamp_min(0).square();
        return loss / (2 * batch);
    }

    private torch.Tensor ResNet(string net, torch.Tensor x, int channels)
    {
        x = Relu($"{net}.bn1", Normalized($"{net}.conv1", $"{net}.bn1", x, channels, 64, kernel: 7, stride: 2), record: true);
        x = nn.functional.max_pool2d(x, [3L, 3L], [2L, 2L], [1L, 1L]);
        RecordMap($"{net}.maxpool", x);
        channels = 64;
        for (int s = 0; s < stages.Length; s++)
        for (int b = 0; b < 2; b++)
        {
            string block = $"{net}.layer{s + 1}.{b}";
            int outputs = stages[s].Channels, stride = b == 0 ? stages[s].Stride : 1;
            torch.Tensor half = Relu($"{block}.bn1", Normalized($"{block}.conv1", $"{block}.bn1", x, channels, outputs, 3, stride), record: true);
            torch.Tensor change = Normalized($"{block}.conv2", $"{block}.bn2", half, outputs, outputs, 3, 1);
            RecordMap($"{block}.bn2", change);
            if (channels != outputs)
            {
                x = Normalized($"{block}.downsample.0", $"{block}.downsample.1", x, channels, outputs, 1, stride);
                RecordMap($"{block}.downsample.1", x);
            }
            torch.Tensor sum = change + x;
            RecordMap($"{block}.add", sum);
            x = Relu(block, sum, record: true);
            channels = outputs;
        }
        return x;
    }

    /// <summary>Convolution without bias, then batch normalisation by the batch's own mean and variance.</summary>
    private torch.Tensor Normalized(string convolution, string norm, torch.Tensor x, int inputs, int outputs, int kernel, int stride)
    {
        torch.Tensor sum = nn.functional.conv2d(x, Parameter($"{convolution}.weight", kernel, kernel, inputs, outputs), strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
        RecordMap(convolution, sum);
        return Normalize(norm, sum);
    }

    /// <summary>A map [batch, channels, height, width] to centres [batch, clusters, channels]: soft k-means from evenly spaced seeds.</summary>
    private torch.Tensor Centres(string net, torch.Tensor map, int clusters)
    {
        long channels = map.shape[1];
        torch.Tensor u = matmul(map.flatten(2).transpose(1, 2), Parameter($"{net}.linear.weight", (int)channels, (int)channels)) + Parameter($"{net}.linear.bias", (int)channels);   // [batch, n, channels]
        Record($"{net}.linear", u);
        long step = u.shape[1] / clusters;
        torch.Tensor centres = stack(Enumerable.Range(0, clusters).Select(k => u.select(1, k * step)).ToArray(), 1), shares = centres;
        for (int round = 0; round < Rounds; round++)
        {
            torch.Tensor distances = (centres.unsqueeze(2) - u.unsqueeze(1)).square().sum(-1).clamp_min(SquareFloor).sqrt();                        // [batch, clusters, n]
            shares = (distances * -Sharpness).softmax(1);
            centres = matmul(shares, u) / shares.sum(-1, keepdim: true);
        }
        Record($"{net}.assignments", shares);
        Record($"{net}.centres", centres);
        return centres;
    }
}
