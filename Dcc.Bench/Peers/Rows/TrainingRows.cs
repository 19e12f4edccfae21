// Whole training steps from pixels and spectrograms: forward, loss, backward, Adam. Read next: ProcessRows.cs.
using Dcc.Bench.Workloads;
using Dcc.Model;
using TorchSharp;

namespace Dcc.Bench.Peers.Rows;

internal static class TrainingRows
{
    /// <summary>
    /// Per parameter. Where a ReLU's input or a pool's two candidates lie within rounding of each other, sides fall differently, and one such place in the last layers moves
    /// the gradients by some thousandths: LibTorch's two memory orders differ from each other as much. An error in a formula is far larger.
    /// </summary>
    private const double Tolerance = 5e-2;

    public static IEnumerable<PeerRow> All()
    {
        yield return Paper(1);
        yield return Paper(4);
        TrainerOptions small = new();
        yield return Row("quarter-width net at 64x64 and 96x64, training step, batch 32", quarter, 32, 32, small.LearningRate, small.ClipNorm,
            ours => ours.InBatchStep(small.Margin, small.ClipNorm), torch => torch.InBatchStep(small.Margin, small.ClipNorm));
        yield return Row("small model of the demo, training step, batch 32", DccOptions.Small, 32, 32, small.LearningRate, small.ClipNorm,
            ours => ours.InBatchStep(small.Margin, small.ClipNorm), torch => torch.InBatchStep(small.Margin, small.ClipNorm));
    }

    /// <summary>The paper's networks at a quarter of their width, on small frames and a second of sound.</summary>
    private static readonly DccOptions quarter = DccOptions.Paper with
    {
        FrameSize = 64,
        SpectrogramFrames = 96,
        Visual = DccOptions.Paper.Visual with { Blocks = [.. DccOptions.Paper.Visual.Blocks.Select(block => block with { Channels = block.Channels / 4 })] },
        Audio = DccOptions.Paper.Audio with { Blocks = [.. DccOptions.Paper.Audio.Blocks.Select(block => block with { Channels = block.Channels / 4 })] },
    };

    private static PeerRow Paper(int images) => Row($"paper-size training step, batch {images}", DccOptions.Paper, images, 2 * images, TrainerOptions.Paper.LearningRate, 0f, ours => ours.PairStep(), torch => torch.PairStep());

    private static PeerRow Row(string name, DccOptions options, int images, int sounds, float learningRate, float clipNorm, Func<OurDcc, float> ourStep, Func<TorchStep, float> torchStep) => new("model", name, 0.40, device =>
    {
        DccInputs inputs = new(options, images, sounds);
        OurDcc ours = new(device, options, inputs, learningRate);
        TorchStep contiguous = new(ours.Model, inputs, channelsLast: false, learningRate), channelsLast = new(ours.Model, inputs, channelsLast: true, learningRate);
        // One step of ours from the weights that both peers copied; its loss and gradients serve both checks.
        float loss = ourStep(ours);
        Dictionary<string, float[]> gradients = ours.Gradients();
        double norm = Math.Sqrt(gradients.Values.Sum(g => g.Sum(value => (double)value * value))), scale = clipNorm > 0 ? Math.Min(1, clipNorm / norm) : 1;

        PeerVariant Variant(string memory, TorchStep torch) => new($"LibTorch, {memory}", () => torchStep(torch), () =>
        {
            using DisposeScope scope = TorchSharp.torch.NewDisposeScope();
            double error = Agreement.Difference([loss], [torchStep(torch)]);
            foreach ((string parameter, float[] gradient) in gradients)
                error = Math.Max(error, Agreement.Difference(Array.ConvertAll(gradient, value => (float)(value * scale)), torch.Net.Gradient(parameter)));
            return new Agreement(error, Tolerance);
        });
        return new PeerSides(() => ourStep(ours), Variant("channels first", contiguous), Variant("channels last", channelsLast))
        {
            Flops = Work.Step(options, images, sounds),
            Held = [ours, contiguous, channelsLast],
        };
    });
}
