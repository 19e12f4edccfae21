// Adam over a whole parameter set, with gradient clipping. Read next: Sgd.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>Kingma and Ba, 2015. Owns the two moments; one sweep a step. Decoupled decay shrinks matrices and kernels; biases and normalisation are left alone.</summary>
public sealed class Adam : IDisposable
{
    private readonly ParameterSet parameters;
    private readonly AdamOptions options;
    private readonly GradientClip clip;
    private readonly DeviceBuffer<float> first, second;
    private int steps;

    public Adam(ParameterSet parameters, AdamOptions options)
    {
        this.parameters = parameters;
        this.options = options;
        Device device = parameters.Values.Device;
        clip = new GradientClip(parameters);
        first = device.Rent<float>(parameters.Values.Length);
        second = device.Rent<float>(parameters.Values.Length);
        device.Fill(first, 0f);
        device.Fill(second, 0f);
    }

    /// <summary>Measures the L2 norm over all gradients, and makes the next step scale them down to <paramref name="maxNorm"/> if it is longer.</summary>
    public float Clip(float maxNorm) => clip.Measure(maxNorm);

    /// <summary>The same without waiting for the device: the norm goes into <paramref name="norm"/> [1].</summary>
    public void Clip(float maxNorm, DeviceBuffer<float> norm) => clip.Measure(maxNorm, norm);

    /// <summary>Changes the values, and in the same sweep moves <paramref name="average"/>, laid out as the values, towards them.</summary>
    public void Step(float learningRate, DeviceBuffer<float>? average = null, float averageDecay = 0f)
    {
        parameters.Changed();
        parameters.Values.Device.AdamStep(options with { LearningRate = learningRate }, new AdamStepOptions(++steps, parameters.MatrixLength, averageDecay),
            clip.Scale, parameters.Values, parameters.GradientValues, first, second, average);
    }

    /// <summary>Steps taken, and both moments laid out as the set's values: what a run needs to go on.</summary>
    public (int Steps, float[] First, float[] Second) Save() => (steps, first.ToArray(), second.ToArray());

    /// <summary>Goes on from what <see cref="Save"/> gave. Throws <see cref="ArgumentException"/> for moments of another length.</summary>
    public void Restore(int stepsTaken, float[] firstMoment, float[] secondMoment)
    {
        if (stepsTaken < 0 || firstMoment.Length != first.Length || secondMoment.Length != second.Length)
            throw new ArgumentException($"Adam has moments of {first.Length} values, got {firstMoment.Length} and {secondMoment.Length} after {stepsTaken} steps: take the state of a run of the same model.");
        steps = stepsTaken;
        first.CopyFrom(firstMoment);
        second.CopyFrom(secondMoment);
    }

    public void Dispose()
    {
        clip.Dispose();
        first.Dispose();
        second.Dispose();
    }
}
