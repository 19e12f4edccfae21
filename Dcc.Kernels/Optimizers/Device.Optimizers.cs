// Contract of the optimiser steps: all parameters of a model in one sweep. Read next: CpuDevice.Optimizers.cs, GpuDevice.Optimizers.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// One step of Adam in place, in one sweep over all parameters. Every gradient is multiplied by gradientScale[0] (clipping, without a host round trip). The first
    /// <see cref="AdamStepOptions.Decayed"/> parameters are then multiplied by 1 - rate * decoupled decay, and <paramref name="average"/>, where there is one,
    /// moves towards the result: average = decay * average + (1 - decay) * parameters.
    /// </summary>
    public void AdamStep(in AdamOptions options, in AdamStepOptions step, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> first, DeviceBuffer<float> second, DeviceBuffer<float>? average = null)
    {
        options.Validate(step, parameters.Length);
        Require("AdamStep", "gradientScale", gradientScale, 1);
        Require("AdamStep", "parameters", parameters, parameters.Length);
        Require("AdamStep", "gradients", gradients, parameters.Length);
        Require("AdamStep", "first", first, parameters.Length);
        Require("AdamStep", "second", second, parameters.Length);
        if (average is not null) Require("AdamStep", "average", average, parameters.Length);
        AdamStepCore(AdamFactors.Of(options, step, average is not null), gradientScale, parameters, gradients, first, second, average);
    }

    /// <summary>One step of stochastic gradient descent with momentum, in place.</summary>
    public void SgdStep(in SgdOptions options, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> velocity)
    {
        options.Validate();
        Require("SgdStep", "gradientScale", gradientScale, 1);
        Require("SgdStep", "parameters", parameters, parameters.Length);
        Require("SgdStep", "gradients", gradients, parameters.Length);
        Require("SgdStep", "velocity", velocity, parameters.Length);
        SgdStepCore(options, gradientScale, parameters, gradients, velocity);
    }

    private protected abstract void AdamStepCore(AdamFactors factors, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> first, DeviceBuffer<float> second, DeviceBuffer<float>? average);
    private protected abstract void SgdStepCore(in SgdOptions options, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> velocity);
}

/// <summary>
/// Adam's constants as the inner loop wants them: the bias corrections folded into rate and epsilon; <paramref name="Kept"/> is what decoupled decay leaves of each of the
/// first <paramref name="Decayed"/> parameters; <paramref name="Averages"/> is 1 where there is an average.
/// </summary>
internal readonly record struct AdamFactors(float Rate, float Beta1, float Beta2, float Epsilon, float Decay, float Kept, int Decayed, float AverageDecay, int Averages)
{
    public static AdamFactors Of(in AdamOptions o, in AdamStepOptions step, bool averages)
    {
        // rate * (m / c1) / (sqrt(v / c2) + e) = (rate * sqrt(c2) / c1) * m / (sqrt(v) + e * sqrt(c2))
        double c1 = 1 - Math.Pow(o.Beta1, step.Number), root = Math.Sqrt(1 - Math.Pow(o.Beta2, step.Number));
        return new((float)(o.LearningRate * root / c1), o.Beta1, o.Beta2, (float)(o.Epsilon * root), o.WeightDecay,
            1f - o.LearningRate * o.DecoupledDecay, step.Decayed, step.AverageDecay, averages ? 1 : 0);
    }
}
