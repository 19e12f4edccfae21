// Resampling on the CPU: an output sample is a dot product of one row of the table with consecutive input samples. Read next: GpuDevice.Resample.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void ResampleCore(ResamplePlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        float* from = Pointer(x), to = Pointer(y), weights = Pointer(plan.Weights);
        int outputs = plan.OutputLength(samples), up = plan.Up, down = plan.Down, taps = plan.Taps, before = plan.Before;
        RunRanges(batch * outputs, 1024, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                int clip = i / outputs;
                long time = (long)(i % outputs) * down;
                int first = (int)(time / up) - before, skip = Math.Max(0, -first), count = Math.Min(taps, samples - first) - skip;
                float* row = weights + (nint)(time % up) * taps;
                to[i] = count > 0 ? VectorLoops.Dot(row + skip, from + (nint)clip * samples + first + skip, count) : 0f;
            }
        });
    }
}
