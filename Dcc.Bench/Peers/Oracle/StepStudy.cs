// Why two programs part in ten steps of Adam: twins of the oracle, all in float64, whose gradients are disturbed by as much as float32 does. Read next: OraclePage.cs.
using Dcc.Bench.Parity;
using Dcc.Kernels;
using Dcc.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers.Oracle;

/// <param name="Gain">Of <see cref="ParityCase.Gain"/>.</param>
/// <param name="Exact">Losses of the undisturbed oracle, before each step.</param>
/// <param name="Twins">Losses of those whose gradients were disturbed, and of this engine, by name.</param>
/// <param name="NearShare">Of the gradients' elements that are not zero, those near it, over all steps; NaN where it was not asked.</param>
internal sealed record StudyResult(int Gain, double[] Exact, IReadOnlyList<(string Name, double[] Losses)> Twins, double NearShare)
{
    public double Parting(int twin, int step) => Math.Abs(Twins[twin].Losses[step] - Exact[step]) / Exact[step];
}

internal static class StepStudy
{
    /// <summary>By each tensor's RMS: what float32 leaves of a gradient is about this far from float64's.</summary>
    public const double Noise = 1e-5;

    /// <summary>An element smaller than this many times the noise counts as near zero.</summary>
    public const double Near = 30;

    public const string Name = "steps";

    public const int Size = 64, Frames = 128;

    /// <summary>Full width, small inputs: how strongly a step acts depends on width and depth, and time on the size. Which elements it is that matter is asked of weights of one size alone.</summary>
    public static StudyResult Run(CpuDevice device, int gain)
    {
        ParityCase parity = ParityCase.ProjectedRobust with { Gain = gain, Options = DccOptions.Paper with { FrameSize = Size, SpectrogramFrames = Frames } };
        List<(string, double[])> twins = [("noise on all elements", Twin(parity, g => Disturb(g, 0, double.PositiveInfinity)))];
        long near = 0, whole = 0;
        if (gain == 1)
        {
            twins.Add(("on those near zero", Twin(parity, g => (near, whole) = (near + Disturb(g, 0, Near), whole + g.count_nonzero().item<long>()))));
            twins.Add(("on all others", Twin(parity, g => Disturb(g, Near, double.PositiveInfinity))));
        }
        using (DccModel model = parity.Create(device)) twins.Add(("this engine, no noise added", [.. ParityRun.Run(parity, model, parity.Steps, (_, _, _) => { }).Select(loss => (double)loss)]));
        return new StudyResult(gain, Twin(parity, null), twins, (double)near / whole);
    }

    private static double[] Twin(ParityCase parity, Action<torch.Tensor>? disturb)
    {
        manual_seed(1);
        using OracleModel net = OracleModel.Create(parity, ScalarType.Float64, parity.Value);
        return net.Run(parity, parity.Steps, record: null, disturb);
    }

    /// <summary>Adds normal noise to elements of that many times the noise; zeros, which are zero in every program, stay. Returns how many elements it changed.</summary>
    private static long Disturb(torch.Tensor gradient, double from, double to)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            torch.Tensor noise = gradient.square().mean().sqrt() * Noise, size = gradient.abs() / noise, chosen = (size > from).logical_and(size < to);
            gradient.add_(randn_like(gradient) * noise * chosen);
            return chosen.sum().item<long>();
        }
    }
}
