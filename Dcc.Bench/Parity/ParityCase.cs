// One setting of the parity check: model, batch, weights, optimiser, steps. Both sides are made from it. Read next: ParityRecipe.cs, ParityRun.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Bench.Parity;

/// <param name="Name">Of its golden file.</param>
/// <param name="Title">Heading of its tables.</param>
/// <param name="Options">Sizes and profile.</param>
/// <param name="Batch">Pairs; in the simplified profile pair i's other picture is that of pair i + 1.</param>
/// <param name="Robust">Weights of <see cref="ParityRecipe"/>; false: as models begin (He et al., zero biases).</param>
/// <param name="Gain">Robust weights of a network without normalisation: each layer's outputs are this many times larger than the last one's. A power of two, so that it changes no rounding.</param>
/// <param name="Steps">Losses to compare, each before a step of Adam.</param>
internal sealed record ParityCase(string Name, string Title, DccOptions Options, int Batch, bool Robust, int Gain, int Steps)
{
    /// <summary>The rate of the paper's code, and of the simplified code.</summary>
    public const float LearningRate = 1e-4f;

    public static ParityCase ProjectedRobust { get; } = new("projected-robust", "Projected profile, full size, robust weights", DccOptions.Paper, Batch: 2, Robust: true, Gain: 8, Steps: 10);

    public static ParityCase ProjectedHe { get; } = new("projected-he", "Projected profile, full size, weights as models begin (He)", DccOptions.Paper, Batch: 2, Robust: false, Gain: 1, Steps: 1);

    public static ParityCase SimplifiedRobust { get; } = new("simplified-robust", "Simplified profile, full size, robust weights", DccOptions.Simplified, Batch: 4, Robust: true, Gain: 1, Steps: 10);

    public static ParityCase SimplifiedHe { get; } = new("simplified-he", "Simplified profile, full size, weights as models begin (He)", DccOptions.Simplified, Batch: 4, Robust: false, Gain: 1, Steps: 1);

    public static IReadOnlyList<ParityCase> All { get; } = [ProjectedRobust, ProjectedHe, SimplifiedRobust, SimplifiedHe];

    public bool Projected => Options.Profile == ClusteringProfile.Projected;

    /// <summary>The paper's margin, K; the simplified code's, 5.</summary>
    public float Margin => Projected ? Options.Clusters : 5f;

    /// <summary>[batch, size, size, 3].</summary>
    public float[] Frames() => ParityRecipe.Frames(Batch, Options.FrameSize);

    /// <summary>[batch, frames, bands, 1].</summary>
    public float[] Spectrograms() => ParityRecipe.Spectrograms(Batch, Options.SpectrogramFrames, Options.LogMel.Bands);

    /// <summary>A robust parameter in this engine's layout.</summary>
    public float[] Value(string name, TensorShape shape)
    {
        float[] values = ParityRecipe.Robust(name, shape);
        float scale = Gain == 1 ? 1f : shape.Rank switch
        {
            4 => Gain,
            1 => MathF.Pow(Gain, Layer(name)),
            _ => 1f,
        };
        for (int i = 0; i < values.Length; i++) values[i] *= scale;
        return values;
    }

    /// <summary>Which convolution of its network, from 1: a bias is as large as what it is added to.</summary>
    private int Layer(string name)
    {
        string[] parts = name.Split('.');
        int block = parts[1]["block".Length] - '0', convolution = parts[2]["conv".Length] - '0';
        return (parts[0] == "visual" ? Options.Visual : Options.Audio).Blocks[..(block - 1)].Sum(b => b.Convolutions) + convolution;
    }

    /// <summary>A model with this case's weights.</summary>
    public DccModel Create(Device device)
    {
        DccModel model = DccModel.Create(device, Options, ParityRecipe.Seed);
        if (Robust)
            foreach (Parameter parameter in model.Parameters.All.Where(p => p.Learnt)) parameter.Set(Value(parameter.Name, parameter.Shape));
        return model;
    }
}
