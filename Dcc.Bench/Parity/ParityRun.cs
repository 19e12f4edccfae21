// This engine's side of the parity check: outputs of every layer, every gradient, and the losses of some steps of Adam. Read next: ParityCase.cs, GoldenFile.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Bench.Parity;

/// <summary>Takes one tensor, in this engine's layout; gradients are named "gradient " and the parameter, running means and variances as they are.</summary>
internal delegate void TakeTensor(string name, TensorShape shape, float[] values);

internal static class ParityRun
{
    /// <summary>The loss before each step; outputs and gradients of the first step go to <paramref name="take"/>.</summary>
    public static float[] Run(ParityCase parity, DccModel model, int steps, TakeTensor take)
    {
        DccOptions options = parity.Options;
        int batch = parity.Batch;
        float[] losses = new float[steps], frames = parity.Frames(), spectrograms = parity.Spectrograms();
        using Adam adam = new(model.Parameters, new AdamOptions(ParityCase.LearningRate));
        for (int step = 0; step < steps; step++)
        {
            using Tape tape = model.Device.BeginStep();
            Clustered seen = model.See(Tensor.From(model.Device, new TensorShape(batch, options.FrameSize, options.FrameSize, 3), frames), batch, training: true);
            Clustered heard = model.Hear(Tensor.From(model.Device, new TensorShape(batch, options.SpectrogramFrames, options.LogMel.Bands, 1), spectrograms), training: true);
            Tensor pairs = model.Compare(heard, seen);
            Tensor loss = parity.Projected ? Op.MaxMargin(pairs, parity.Margin).Loss : Op.Contrastive(pairs, tape.Indices([.. Enumerable.Range(1, batch - 1), 0]), parity.Margin).Loss;
            losses[step] = loss.Item();
            if (step == 0)
            {
                TakeOutputs(tape, take);
                TakeShares("visual", seen, take);
                TakeShares("audio", heard, take);
            }
            model.Parameters.ClearGradients(tape.Backward(loss));
            if (step == 0) TakeParameters(parity, model, take);
            adam.Step(ParityCase.LearningRate);
        }
        return losses;
    }

    /// <summary>Gradients, and the running means and variances that the forward pass has moved. Not those of robust weights: kernels that sum to zero have means that are nothing but rounding.</summary>
    private static void TakeParameters(ParityCase parity, DccModel model, TakeTensor take)
    {
        foreach (Parameter parameter in model.Parameters.All)
            if (parameter.Learnt) take($"gradient {parameter.Name}", parameter.Shape, parameter.Gradient.ToArray());
            else if (!parity.Robust && parameter.Name.Contains("running", StringComparison.Ordinal)) take(parameter.Name, parameter.Shape, parameter.Value.ToArray());
    }

    /// <summary>What the tape recorded, before the backward pass gives it back: a layer's output is named after its parameter, another's after its op.</summary>
    private static void TakeOutputs(Tape tape, TakeTensor take)
    {
        string modality = "", block = "";
        foreach (Tape.Step step in tape.Steps)
        {
            string? parameter = step.Inputs.FirstOrDefault(input => input.Parameter is not null)?.Name;
            if (parameter is not null && parameter.Contains('.') && !parameter.StartsWith("projection", StringComparison.Ordinal))
            {
                string[] parts = parameter.Split('.');
                modality = parts[0];
                block = parts[1].StartsWith("layer", StringComparison.Ordinal) ? string.Join('.', parts[..3]) : modality;
            }
            string? name = step.Op switch
            {
                "Conv2d" or "Conv2dPool" or "BatchNorm" or "MatMul" => parameter![..parameter!.LastIndexOf('.')],
                "Squash" => $"{modality}.squash",
                "ProjectedAssign" or "SoftAssignEuclidean" => $"{modality}.centres",
                "CentreSimilarity" or "CentreDistance" => "pairs",
                "MaxMargin" or "Contrastive" => "loss",
                "Reshape" => null,
                "Relu" => block,
                "MaxPool" => $"{modality}.maxpool",
                _ => $"{block}.{step.Op.ToLowerInvariant()}",
            };
            if (name is not null) take(name, step.Output.Shape, step.Output.ToArray());
        }
    }

    private static void TakeShares(string modality, Clustered clustered, TakeTensor take) =>
        take($"{modality}.assignments", new TensorShape(clustered.Centres.Shape[0], clustered.Centres.Shape[1], clustered.Features.Shape[1]), clustered.Assignments.ToArray());
}
