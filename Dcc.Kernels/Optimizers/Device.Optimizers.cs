// Contract of the optimiser steps: all parameters of a model in one sweep. Read next: CpuDevice.Optimizers.cs, GpuDevice.Optimizers.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>One step of Adam, in place. <paramref name="step"/> counts from 1; every gradient is multiplied by gradientScale[0] (clipping, without a host round trip).</summary>
    public void AdamStep(in AdamOptions options, int step, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> first, DeviceBuffer<float> second)
    {
        options.Validate(step);
        Require("AdamStep", "gradientScale", gradientScale, 1);
        Require("AdamStep", "parameters", parameters, parameters.Length);
        Require("AdamStep", "gradients", gradients, parameters.Length);
        Require("AdamStep", "first", first, parameters.Length);
        Require("AdamStep", "second", second, parameters.Length);
        AdamStepCore(options, step, gradientScale, parameters, gradients, first, second);
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

    private protected abstract void AdamStepCore(in AdamOptions options, int step, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> first, DeviceBuffer<float> second);
    private protected abstract void SgdStepCore(in SgdOptions options, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> velocity);
}

/// <summary>Adam's constants as the inner loop wants them: the bias corrections folded into rate and epsilon.</summary>
internal readonly record struct AdamFactors(float Rate, float Beta1, float Beta2, float Epsilon, float Decay)
{
    public static AdamFactors Of(AdamOptions o, int step)
    {
        // rate * (m / c1) / (sqrt(v / c2) + e) = (rate * sqrt(c2) / c1) * m / (sqrt(v) + e * sqrt(c2))
        double c1 = 1 - Math.Pow(o.Beta1, step), root = Math.Sqrt(1 - Math.Pow(o.Beta2, step));
        return new((float)(o.LearningRate * root / c1), o.Beta1, o.Beta2, (float)(o.Epsilon * root), o.WeightDecay);
    }
}
