// The paper-size model's forward pass: n images, n true and n false sounds, both clusterings, all similarities. Read next: TrainingRows.cs, ../OnnxForward.cs.
using Dcc.Bench.Workloads;
using Dcc.Model;

namespace Dcc.Bench.Peers.Rows;

internal static class ForwardRows
{
    private const double Tolerance = 1e-3;

    public static IEnumerable<PeerRow> All(int threads)
    {
        yield return Torch("paper-size forward, batch 1", 0.40, 1);
        yield return Torch("paper-size forward, batch 4", 0.33, 4);
        yield return Onnx("paper-size forward, batch 1", 0.45, 1, threads);
    }

    private static PeerRow Torch(string name, double limit, int images) => new("model", name, limit, device =>
    {
        DccInputs inputs = new(DccOptions.Paper, images, 2 * images);
        OurDcc ours = new(device, DccOptions.Paper, inputs, learningRate: 0f);
        TorchStep contiguous = new(ours.Model, inputs, channelsLast: false, 0f), channelsLast = new(ours.Model, inputs, channelsLast: true, 0f);
        PeerVariant Variant(string memory, TorchStep torch) => new($"LibTorch, {memory}", () => torch.Forward(), () => new Agreement(Agreement.Worst(ours.Forward(), torch.Forward()), Tolerance));
        return new PeerSides(() => ours.Forward(), Variant("channels first", contiguous), Variant("channels last", channelsLast))
        {
            Flops = Work.Forward(DccOptions.Paper, images, 2 * images),
            Held = [ours, contiguous, channelsLast],
        };
    });

    private static PeerRow Onnx(string name, double limit, int images, int threads) => new("model", name, limit, device =>
    {
        DccInputs inputs = new(DccOptions.Paper, images, 2 * images);
        OurDcc ours = new(device, DccOptions.Paper, inputs, learningRate: 0f);
        OnnxForward onnx = new(ours.Model, inputs, threads);
        return new PeerSides(() => ours.Forward(), new PeerVariant("ONNX Runtime", () => onnx.Run(), () => new Agreement(Agreement.Worst(ours.Forward(), onnx.Run()), Tolerance)))
        {
            Flops = Work.Forward(DccOptions.Paper, images, 2 * images),
            Held = [ours, onnx],
        };
    });
}
