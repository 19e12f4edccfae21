// Projection, all rounds, and the way back to u and W. Read next: ConvolutionRows.cs.
using Dcc.Kernels;
using Dcc.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers.Rows;

internal static class ClusteringRows
{
    private const int Positions = 256, Channels = 512, Clusters = 10, Dims = 16, Rounds = 3;

    public static IEnumerable<PeerRow> All()
    {
        yield return Row(16);
        yield return Row(64);
    }

    /// <summary>A loss is needed to start from: all mismatched pairs with fixed centres. It is some thousandth of the work.</summary>
    private static PeerRow Row(int batch) => new("front end and clustering", $"projected clustering forward and backward, B{batch} P{Positions} C{Channels} K{Clusters} d{Dims} T{Rounds}", 0.25, device =>
    {
        Philox random = new(5, 0);
        float[] Values(int count, float low, float high) => [.. Enumerable.Range(0, count).Select(_ => low + (high - low) * random.NextFloat())];
        float[] uValues = Values(batch * Positions * Channels, 0f, 0.1f), weightValues = Values(Channels * Clusters * Dims, -0.1f, 0.1f), centreValues = Values(batch * Clusters * Dims, -1f, 1f);

        ParameterSet parameters = new();
        Parameter u = parameters.Add("u", new TensorShape(batch, Positions, Channels), values => uValues.CopyTo(values));
        Parameter weight = parameters.Add("weight", new TensorShape(Channels, Clusters * Dims), values => weightValues.CopyTo(values));
        parameters.Build(device);
        float Ours()
        {
            using Tape tape = device.BeginStep();
            (Dcc.Tensors.Tensor centres, _) = Op.SoftAssign(Op.MatMul(u.Value, weight.Value), Clusters, Rounds, sharpness: 1f);
            Dcc.Tensors.Tensor images = Dcc.Tensors.Tensor.From(device, new TensorShape(batch, Clusters, Dims), centreValues), loss = Op.MaxMargin(Op.CentreSimilarity(centres, images), Clusters).Loss;
            tape.Backward(loss);
            return loss.Item();
        }

        torch.Tensor torchU = TorchTensors.Of(uValues, batch, Positions, Channels).requires_grad_(), torchWeight = TorchTensors.Of(weightValues, Channels, Clusters * Dims).requires_grad_();
        torch.Tensor torchImages = TorchTensors.Of(centreValues, batch, Clusters, Dims);
        (float Loss, IList<torch.Tensor> Gradients) Torch()
        {
            torch.Tensor loss = TorchClustering.MaxMargin(TorchClustering.Compare(TorchClustering.Centres(torchU, torchWeight, Clusters, Rounds, 1f), torchImages), Clusters);
            IList<torch.Tensor> gradients = autograd.grad([loss], [torchU, torchWeight]);
            return (loss.item<float>(), gradients);
        }
        PeerVariant peer = new("LibTorch", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            _ = Torch();
        },
        () =>
        {
            using DisposeScope scope = NewDisposeScope();
            float ours = Ours();
            (float theirs, IList<torch.Tensor> gradients) = Torch();
            double error = Agreement.Difference([ours], [theirs]);
            error = Math.Max(error, Agreement.Difference(u.Value.GradientHome!.ToArray(), TorchTensors.Values(gradients[0])));
            return new Agreement(Math.Max(error, Agreement.Difference(weight.Value.GradientHome!.ToArray(), TorchTensors.Values(gradients[1]))), 1e-3);
        });
        return new PeerSides(() => Ours(), peer) { Flops = 6.0 * batch * Positions * Channels * Clusters * Dims, Held = [parameters, torchU, torchWeight, torchImages] };
    });
}
