// One named case of one op: sizes, reference, how to run it. Read next: ElementwiseCases.cs, then ../OpTests.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

/// <summary>Small cases run everywhere, the slow simulator included; real ones are sizes of the demo or the paper.</summary>
public enum CaseSize
{
    Small,
    Real,
}

/// <summary>
/// Feeds four uses: device against reference, gradient check, benchmark, support table. Inputs and outputs are flat arrays;
/// references compute in double on inputs that are exactly representable in float.
/// </summary>
public sealed record OpCase(string Op, string Name, CaseSize Size)
{
    /// <summary>Makes the inputs; called with a generator seeded by the case's name.</summary>
    public required Func<Random, float[][]> Inputs { get; init; }

    /// <summary>Outputs of the reference for given inputs.</summary>
    public required Func<double[][], double[][]> Forward { get; init; }

    /// <summary>Reference gradients: (inputs, gradients of the outputs) -> gradients of the inputs; null entries for inputs that have none.</summary>
    public Func<double[][], double[][], double[]?[]>? Backward { get; init; }

    /// <summary>Runs the op: (device, inputs, outputs to write).</summary>
    public required Action<Device, DeviceBuffer<float>[], DeviceBuffer<float>[]> RunForward { get; init; }

    /// <summary>Runs the gradient: (device, inputs, outputs of the forward run, gradients of the outputs, gradients of the inputs to write; null where there is none).</summary>
    public Action<Device, DeviceBuffer<float>[], DeviceBuffer<float>[], DeviceBuffer<float>[], DeviceBuffer<float>?[]>? RunBackward { get; init; }

    /// <summary>Largest normalised error allowed: ||actual - expected|| / ||expected||, per output.</summary>
    public double Tolerance { get; init; } = 2e-6;

    /// <summary>Step of the central difference.</summary>
    public double GradientStep { get; init; } = 1e-5;

    /// <summary>Largest relative difference between the reference's gradient and the central difference.</summary>
    public double GradientTolerance { get; init; } = 1e-6;

    /// <summary>Floating-point operations of a forward run (a multiply-add counts two); 0 where bytes are the only bound.</summary>
    public double Flops { get; init; }

    /// <summary>Floating-point operations of a backward run; twice those of the forward run where nothing is said: a product has two gradients.</summary>
    public double? BackwardFlops { get; init; }

    public override string ToString() => $"{Op} {Name}";

    /// <summary>A seed that depends on the name alone.</summary>
    public Random Random()
    {
        int seed = 17;
        foreach (char letter in $"{Op}/{Name}") seed = unchecked(seed * 31 + letter);
        return new Random(seed);
    }

    /// <summary>Uniform values in [low, high].</summary>
    public static float[] Uniform(Random random, int count, float low = -1f, float high = 1f)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = low + (high - low) * random.NextSingle();
        return values;
    }
}
