// This engine's side of the parity check: outputs of every layer, every gradient, and the losses of some steps of Adam. Read next: GoldenFile.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Bench.Parity;

/// <summary>Takes one tensor, in this engine's layout; gradients are named "gradient " and the parameter.</summary>
internal delegate void TakeTensor(string name, TensorShape shape, float[] values);

internal static class ParityRun
{
    public const int Batch = 2;
    public const int Steps = 10;
    public const float LearningRate = 1e-4f;

    /// <summary>The paper's margin, K.</summary>
    public static float Margin(DccOptions options) => options.Profile == ClusteringProfile.Projected ? options.Clusters : 5f;

    /// <summary>A model with weights from <see cref="ParityRecipe.Robust"/>, or as models begin (He et al., zero biases).</summary>
    public static DccModel Create(Device device, DccOptions options, bool robust)
    {
        DccModel model = DccModel.Create(device, options, ParityRecipe.Seed);
        if (robust)
            foreach (Parameter parameter in model.Parameters.All.Where(p => p.Learnt)) parameter.Set(ParityRecipe.Robust(parameter.Name, parameter.Shape));
        return model;
    }

    /// <summary>The loss before each step; outputs and gradients of the first step go to <paramref name="take"/>.</summary>
    public static float[] Run(DccModel model, int steps, TakeTensor take)
    {
        DccOptions options = model.Options;
        float[] losses = new float[steps], frames = ParityRecipe.Frames(Batch, options.FrameSize), spectrograms = ParityRecipe.Spectrograms(Batch, options.SpectrogramFrames, options.LogMel.Bands);
        using Adam adam = new(model.Parameters, new AdamOptions(LearningRate));
        for (int step = 0; step < steps; step++)
        {
            using Tape tape = model.Device.BeginStep();
            Clustered seen = model.See(Tensor.From(model.Device, new TensorShape(Batch, options.FrameSize, options.FrameSize, 3), frames), Batch, training: true);
            Clustered heard = model.Hear(Tensor.From(model.Device, new TensorShape(Batch, options.SpectrogramFrames, options.LogMel.Bands, 1), spectrograms), training: true);
            Tensor pairs = model.Compare(heard, seen);
            Tensor loss = options.Profile == ClusteringProfile.Projected ? Op.MaxMargin(pairs, Margin(options)).Loss : Op.Contrastive(pairs, tape.Indices([1, 0]), Margin(options)).Loss;
            losses[step] = loss.Item();
            if (step == 0)
            {
                TakeOutputs(tape, take);
                TakeShares("visual", seen, take);
                TakeShares("audio", heard, take);
            }
            model.Parameters.ClearGradients(tape.Backward(loss));
            if (step == 0)
                foreach (Parameter parameter in model.Parameters.All.Where(p => p.Learnt)) take($"gradient {parameter.Name}", parameter.Shape, parameter.Gradient.ToArray());
            adam.Step(LearningRate);
        }
        return losses;
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
        take($"{modality}.assignments", new TensorShape(Batch, clustered.Centres.Shape[1], clustered.Features.Shape[1]), clustered.Assignments.ToArray());
}
