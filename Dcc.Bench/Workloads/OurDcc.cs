// This engine's side: forward pass and training step from pixels and spectrograms. Read next: ../Peers/TorchDcc.cs, ../../Dcc.Model/Training/TrainingStep.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Bench.Workloads;

internal sealed class OurDcc(Device device, DccOptions options, DccInputs inputs, float learningRate) : IDisposable
{
    private readonly DccModel model = DccModel.Create(device, options, seed: 1);
    private Adam? adam;

    public DccModel Model => model;

    /// <summary>Gradients of the last step, by parameter.</summary>
    public Dictionary<string, float[]> Gradients() => model.Parameters.All.Where(p => p.Learnt).ToDictionary(p => p.Name, p => p.Value.GradientHome!.ToArray());

    /// <summary>Centres of the images and of the sounds [count, clusters, dims], and similarities [sounds, images].</summary>
    public float[][] Forward()
    {
        using Scope scope = device.BeginScope();
        Clustered heard = Hear(training: false), seen = See(training: false);
        return [seen.Centres.ToArray(), heard.Centres.ToArray(), model.Compare(heard, seen).ToArray()];
    }

    /// <summary>The visual half alone: centres [images, clusters, dims].</summary>
    public float[] SeeAlone()
    {
        using Scope scope = device.BeginScope();
        return See(training: false).Centres.ToArray();
    }

    /// <summary>Image i with its true sound i and its false sound n + i, the paper's margin K; returns the loss.</summary>
    public float PairStep() => Step(tape =>
        Op.MaxMarginSampled(Pairs(), tape.Indices([.. Enumerable.Range(inputs.Images, inputs.Images)]), options.Clusters).Loss, clipNorm: 0f);

    /// <summary>All mismatched pairs of the batch, gradients clipped as the trainer does.</summary>
    public float InBatchStep(float margin, float clipNorm) => Step(_ => Op.MaxMargin(Pairs(), margin).Loss, clipNorm);

    private float Step(Func<Tape, Tensor> compute, float clipNorm)
    {
        adam ??= new Adam(model.Parameters, new AdamOptions(learningRate));
        using Tape tape = device.BeginStep();
        Tensor loss = compute(tape);
        model.Parameters.ClearGradients(tape.Backward(loss));
        if (clipNorm > 0f) adam.Clip(clipNorm);
        adam.Step(learningRate);
        return loss.Item();
    }

    private Tensor Pairs() => model.Compare(Hear(training: true), See(training: true));

    private Clustered See(bool training) => model.See(Tensor.From(device, new TensorShape(inputs.Images, inputs.Size, inputs.Size, 3), inputs.Frames), inputs.Images, training);

    private Clustered Hear(bool training) => model.Hear(Tensor.From(device, new TensorShape(inputs.Sounds, inputs.Time, inputs.Bands, 1), inputs.Spectrograms), training);

    public void Dispose()
    {
        adam?.Dispose();
        model.Dispose();
    }
}
