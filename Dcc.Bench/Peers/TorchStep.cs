// LibTorch's side of forward pass and training step. Read next: ../Workloads/OurDcc.cs.
using Dcc.Bench.Workloads;
using Dcc.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers;

internal sealed class TorchStep : IDisposable
{
    private readonly DccOptions options;
    private readonly torch.Tensor frames, spectrograms;
    private readonly optim.Optimizer adam;

    /// <summary>Weights are copied from <paramref name="model"/> as they are now.</summary>
    public TorchStep(DccModel model, DccInputs inputs, bool channelsLast, float learningRate)
    {
        options = model.Options;
        Net = new TorchDcc(model, channelsLast);
        frames = TorchTensors.Map(inputs.Frames, inputs.Images, inputs.Size, inputs.Size, 3, channelsLast);
        spectrograms = TorchTensors.Map(inputs.Spectrograms, inputs.Sounds, inputs.Time, inputs.Bands, 1, channelsLast);
        adam = optim.Adam(Net.Learnt, learningRate);
    }

    public TorchDcc Net { get; }

    /// <summary>Centres of the images, of the sounds, and similarities.</summary>
    public float[][] Forward()
    {
        using DisposeScope scope = NewDisposeScope();
        using (inference_mode())
        {
            torch.Tensor heard = Net.Hear(spectrograms, training: false), seen = Net.See(frames, training: false);
            return [TorchTensors.Values(seen), TorchTensors.Values(heard), TorchTensors.Values(TorchClustering.Compare(heard, seen))];
        }
    }

    public float PairStep() => Step(() => TorchClustering.MaxMarginTrueFalse(Pairs(training: true), options.Clusters), clipNorm: 0f);

    public float InBatchStep(float margin, float clipNorm) => Step(() => TorchClustering.MaxMargin(Pairs(training: true), margin), clipNorm);

    private float Step(Func<torch.Tensor> compute, float clipNorm)
    {
        using DisposeScope scope = NewDisposeScope();
        adam.zero_grad();
        torch.Tensor loss = compute();
        loss.backward();
        if (clipNorm > 0f) nn.utils.clip_grad_norm_(Net.Learnt, clipNorm);
        adam.step();
        return loss.item<float>();
    }

    private torch.Tensor Pairs(bool training) => TorchClustering.Compare(Net.Hear(spectrograms, training), Net.See(frames, training));

    public void Dispose()
    {
        adam.Dispose();
        Net.Dispose();
        frames.Dispose();
        spectrograms.Dispose();
    }
}
