// Resampling on the GPU: one thread an output sample. Bound: reads of the filter table, which the second-level cache holds. Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    internal readonly record struct ResampleSizes(int Samples, int Outputs, int Up, int Down, int Taps, int Before);

    private static void ResampleKernel(Index1D i, ResampleSizes s, ArrayView<float> weights, ArrayView<float> x, ArrayView<float> y)
    {
        int clip = i / s.Outputs, m = i % s.Outputs;
        long time = (long)m * s.Down;
        int whole = (int)(time / s.Up), phase = (int)(time - (long)whole * s.Up), first = whole - s.Before;
        int start = Math.Max(0, -first), end = Math.Min(s.Taps, s.Samples - first), row = phase * s.Taps, source = clip * s.Samples + first;
        float sum = 0f;
        for (int tap = start; tap < end; tap++) sum += weights[row + tap] * x[source + tap];
        y[i] = sum;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, ResampleSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? resample;

    private protected override void ResampleCore(ResamplePlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        resample ??= Load(nameof(ResampleKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ResampleSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ResampleKernel));
        resample.Launch(y.Length, new ResampleSizes(samples, plan.OutputLength(samples), plan.Up, plan.Down, plan.Taps, plan.Before), View(plan.Weights), View(x), View(y));
    }
}
