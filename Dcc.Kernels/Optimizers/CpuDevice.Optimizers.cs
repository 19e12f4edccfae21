// Optimiser steps on the CPU: one sweep over all parameters. Read next: GpuDevice.Optimizers.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void AdamStepCore(AdamFactors factors, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> first, DeviceBuffer<float> second, DeviceBuffer<float>? average) =>
        RunRanges(parameters.Length, ElementGrain, new AdamWork(factors, Pointer(gradientScale)[0], Pointer(parameters), Pointer(gradients), Pointer(first), Pointer(second), average is null ? null : Pointer(average)));

    private protected override void SgdStepCore(in SgdOptions options, DeviceBuffer<float> gradientScale, DeviceBuffer<float> parameters, DeviceBuffer<float> gradients, DeviceBuffer<float> velocity) =>
        RunRanges(parameters.Length, ElementGrain, new SgdWork(options, Pointer(gradientScale)[0], Pointer(parameters), Pointer(gradients), Pointer(velocity)));

    private readonly struct AdamWork(AdamFactors f, float scale, float* p, float* g, float* m, float* v, float* average) : IRanges
    {
        public void Range(int start, int end)
        {
            int border = Math.Clamp(f.Decayed, start, end);
            Sweep(start, border, f.Kept);
            Sweep(border, end, 1f);
        }

        private void Sweep(int start, int end, float kept)
        {
            Vector<float> epsilon = new(f.Epsilon);
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> value = Vector.Load(p + i), gradient = scale * Vector.Load(g + i) + f.Decay * value;
                Vector<float> mean = f.Beta1 * Vector.Load(m + i) + (1f - f.Beta1) * gradient, square = f.Beta2 * Vector.Load(v + i) + (1f - f.Beta2) * gradient * gradient;
                mean.Store(m + i);
                square.Store(v + i);
                value = kept * (value - f.Rate * mean / (Vector.SquareRoot(square) + epsilon));
                value.Store(p + i);
                if (average is not null) ((1f - f.AverageDecay) * value + f.AverageDecay * Vector.Load(average + i)).Store(average + i);
            }
            for (; i < end; i++)
            {
                float gradient = scale * g[i] + f.Decay * p[i];
                m[i] = f.Beta1 * m[i] + (1f - f.Beta1) * gradient;
                v[i] = f.Beta2 * v[i] + (1f - f.Beta2) * gradient * gradient;
                p[i] = kept * (p[i] - f.Rate * m[i] / (MathF.Sqrt(v[i]) + f.Epsilon));
                if (average is not null) average[i] = (1f - f.AverageDecay) * p[i] + f.AverageDecay * average[i];
            }
        }
    }

    private readonly struct SgdWork(SgdOptions o, float scale, float* p, float* g, float* v) : IRanges
    {
        public void Range(int start, int end)
        {
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> value = Vector.Load(p + i), velocity = o.Momentum * Vector.Load(v + i) + scale * Vector.Load(g + i) + o.WeightDecay * value;
                velocity.Store(v + i);
                (value - o.LearningRate * velocity).Store(p + i);
            }
            for (; i < end; i++)
            {
                v[i] = o.Momentum * v[i] + scale * g[i] + o.WeightDecay * p[i];
                p[i] -= o.LearningRate * v[i];
            }
        }
    }
}
