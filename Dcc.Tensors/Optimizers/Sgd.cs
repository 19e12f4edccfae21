// Stochastic gradient descent with momentum over a whole parameter set. Read next: ../Core/ParameterSet.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

public sealed class Sgd : IDisposable
{
    private readonly ParameterSet parameters;
    private readonly SgdOptions options;
    private readonly GradientClip clip;
    private readonly DeviceBuffer<float> velocity;

    public Sgd(ParameterSet parameters, SgdOptions options)
    {
        this.parameters = parameters;
        this.options = options;
        clip = new GradientClip(parameters);
        velocity = parameters.Values.Device.Rent<float>(parameters.Values.Length);
        velocity.Device.Fill(velocity, 0f);
    }

    /// <summary>Measures the L2 norm over all gradients, and makes the next step scale them down to <paramref name="maxNorm"/> if it is longer.</summary>
    public float Clip(float maxNorm) => clip.Measure(maxNorm);

    public void Step(float learningRate)
    {
        parameters.Changed();
        velocity.Device.SgdStep(options with { LearningRate = learningRate }, clip.Scale, parameters.Values, parameters.GradientValues, velocity);
    }

    public void Dispose()
    {
        clip.Dispose();
        velocity.Dispose();
    }
}
