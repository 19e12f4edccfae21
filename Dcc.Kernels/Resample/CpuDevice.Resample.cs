// Resampling on the CPU: an output sample is a dot product of one row of the table with consecutive input samples. Read next: GpuDevice.Resample.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void ResampleCore(ResamplePlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        int outputs = plan.OutputLength(samples);
        RunRanges(batch * outputs, 1024, new ResampleWork(plan.Up, plan.Down, plan.Taps, plan.Before, samples, outputs, Pointer(plan.Weights), Pointer(x), Pointer(y)));
    }

    private readonly struct ResampleWork(int up, int down, int taps, int before, int samples, int outputs, float* weights, float* x, float* y) : IRanges
    {
        public void Range(int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                int clip = i / outputs;
                long time = (long)(i % outputs) * down;
                int first = (int)(time / up) - before, skip = Math.Max(0, -first), count = Math.Min(taps, samples - first) - skip;
                float* row = weights + (nint)(time % up) * taps;
                y[i] = count > 0 ? VectorLoops.Dot(row + skip, x + (nint)clip * samples + first + skip, count) : 0f;
            }
        }
    }
}
