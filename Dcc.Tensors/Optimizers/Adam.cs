// Adam over a whole parameter set, with gradient clipping. Read next: Sgd.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>Kingma and Ba, 2015. Owns the two moments; one sweep a step.</summary>
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

    public void Step(float learningRate) => parameters.Values.Device.AdamStep(options with { LearningRate = learningRate }, ++steps, clip.Scale, parameters.Values, parameters.GradientValues, first, second);

    public void Dispose()
    {
        clip.Dispose();
        first.Dispose();
        second.Dispose();
    }
}
