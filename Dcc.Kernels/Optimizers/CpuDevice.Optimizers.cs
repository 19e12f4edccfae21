// Optimiser steps on the CPU. Read next: GpuDevice.Optimizers.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void AdamStepCore(in AdamOptions options, int step, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> first, DeviceBuffer<float> second)
    {
        AdamFactors f = AdamFactors.Of(options, step);
        float scale = Pointer(gradientScale)[0];
        float* p = Pointer(parameters), g = Pointer(gradients), m = Pointer(first), v = Pointer(second);
        RunRanges(parameters.Length, ElementGrain, (start, end) =>
        {
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> value = Vector.Load(p + i), gradient = scale * Vector.Load(g + i) + f.Decay * value;
                Vector<float> mean = f.Beta1 * Vector.Load(m + i) + (1f - f.Beta1) * gradient, square = f.Beta2 * Vector.Load(v + i) + (1f - f.Beta2) * gradient * gradient;
                mean.Store(m + i);
                square.Store(v + i);
                (value - f.Rate * mean / (Vector.SquareRoot(square) + new Vector<float>(f.Epsilon))).Store(p + i);
            }
            for (; i < end; i++)
            {
                float gradient = scale * g[i] + f.Decay * p[i];
                m[i] = f.Beta1 * m[i] + (1f - f.Beta1) * gradient;
                v[i] = f.Beta2 * v[i] + (1f - f.Beta2) * gradient * gradient;
                p[i] -= f.Rate * m[i] / (MathF.Sqrt(v[i]) + f.Epsilon);
            }
        });
    }

    private protected override void SgdStepCore(in SgdOptions options, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> velocity)
    {
        SgdOptions o = options;
        float scale = Pointer(gradientScale)[0];
        float* p = Pointer(parameters), g = Pointer(gradients), v = Pointer(velocity);
        RunRanges(parameters.Length, ElementGrain, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                v[i] = o.Momentum * v[i] + scale * g[i] + o.WeightDecay * p[i];
                p[i] -= o.LearningRate * v[i];
            }
        });
    }
}
