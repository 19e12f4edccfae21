// Projection, all rounds, and the way back to u and W. Read next: ConvolutionRows.cs.
using Dcc.Bench.Workloads;
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

    private static PeerRow Row(int batch) => new("front end and clustering", $"projected clustering forward and backward, B{batch} P{Positions} C{Channels} K{Clusters} d{Dims} T{Rounds}", 0.25, device =>
    {
        OurClustering ours = new(device, batch, Positions, Channels, Clusters, Dims, Rounds);
        torch.Tensor torchU = TorchTensors.Of(ours.U).requires_grad_(), torchWeight = TorchTensors.Of(ours.Weight).requires_grad_();
        torch.Tensor torchImages = TorchTensors.Of(ours.Images, batch, Clusters, Dims);
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
            float loss = ours.Step();
            (float theirs, IList<torch.Tensor> gradients) = Torch();
            double error = Agreement.Difference([loss], [theirs]);
            error = Math.Max(error, Agreement.Difference(ours.U.Value.GradientHome!.ToArray(), TorchTensors.Values(gradients[0])));
            return new Agreement(Math.Max(error, Agreement.Difference(ours.Weight.Value.GradientHome!.ToArray(), TorchTensors.Values(gradients[1]))), 1e-3);
        });
        return new PeerSides(() => ours.Step(), peer) { Flops = 6.0 * batch * Positions * Channels * Clusters * Dims, Held = [ours, torchU, torchWeight, torchImages] };
    });
}
