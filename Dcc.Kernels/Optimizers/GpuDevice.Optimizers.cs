// Optimiser steps on the GPU: one launch over all parameters, one thread an element. Bound: memory bandwidth (28 bytes an element for Adam, 36 with an average). Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private static void AdamKernel(Index1D i, AdamFactors f, ArrayView<float> gradientScale, ArrayView<float> p, ArrayView<float> g, ArrayView<float> m, ArrayView<float> v, ArrayView<float> average)
    {
        float gradient = gradientScale[0] * g[i] + f.Decay * p[i];
        float mean = f.Beta1 * m[i] + (1f - f.Beta1) * gradient, square = f.Beta2 * v[i] + (1f - f.Beta2) * gradient * gradient;
        m[i] = mean;
        v[i] = square;
        float value = p[i] - f.Rate * mean / (MathF.Sqrt(square) + f.Epsilon);
        if (i < f.Decayed) value *= f.Kept;
        p[i] = value;
        if (f.Averages != 0) average[i] = (1f - f.AverageDecay) * value + f.AverageDecay * average[i];
    }

    private static void SgdKernel(Index1D i, SgdOptions o, ArrayView<float> gradientScale, ArrayView<float> p, ArrayView<float> g, ArrayView<float> v)
    {
        float velocity = o.Momentum * v[i] + gradientScale[0] * g[i] + o.WeightDecay * p[i];
        v[i] = velocity;
        p[i] -= o.LearningRate * velocity;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, AdamFactors, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? adam;
    private GpuKernel<Action<Index1D, SgdOptions, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? sgd;

    private protected override void AdamStepCore(AdamFactors factors, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> first, DeviceBuffer<float> second, DeviceBuffer<float>? average)
    {
        adam ??= Load(nameof(AdamKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, AdamFactors, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(AdamKernel));
        if (parameters.Length > 0) adam.Launch(parameters.Length, factors, View(gradientScale), View(parameters), View(gradients), View(first), View(second), View(average ?? parameters));
    }

    private protected override void SgdStepCore(in SgdOptions options, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> velocity)
    {
        sgd ??= Load(nameof(SgdKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, SgdOptions, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SgdKernel));
        if (parameters.Length > 0) sgd.Launch(parameters.Length, options, View(gradientScale), View(parameters), View(gradients), View(velocity));
    }
}
