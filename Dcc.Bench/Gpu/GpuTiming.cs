// Times work that is queued on a device: many launches, one wait. Read next: GpuCases.cs.
using System.Diagnostics;
using Dcc.Bench.Measuring;
using Dcc.Kernels;

namespace Dcc.Bench.Gpu;

internal static class GpuTiming
{
    /// <summary>Milliseconds of one call: rounds of as many calls as fill <paramref name="fill"/> ms, queued one behind the other, then one wait. The first calls, which compile kernels, are not timed.</summary>
    public static Timing Measure(Device device, int rounds, double fill, Action work)
    {
        work();
        device.Synchronize();
        int calls = (int)Math.Clamp(Math.Ceiling(fill / Math.Max(Queue(device, 1, work), 1e-4)), 1, 1000);
        double[] times = new double[rounds];
        for (int round = 0; round < rounds; round++) times[round] = Queue(device, calls, work);
        return new Timing(times);
    }

    private static double Queue(Device device, int calls, Action work)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++) work();
        device.Synchronize();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds / calls;
    }
}
