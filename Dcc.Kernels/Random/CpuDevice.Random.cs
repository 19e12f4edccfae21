// Random fills on the CPU: a part is a run of counters, so threads share nothing. Bound: the multiplications of Philox. Read next: GpuDevice.Random.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Elements a thread fills at a time: a multiple of the four numbers of a block.</summary>
    private const int RandomGrain = 16 * 1024;

    private protected override void PhiloxUniformCore(DeviceBuffer<float> x, PhiloxKey key, PhiloxRange range)
    {
        RunRanges(x.Length, RandomGrain, new UniformWork(key, range, Pointer(x)));
    }

    private readonly struct UniformWork(PhiloxKey key, PhiloxRange range, float* to) : IRanges
    {
        public void Range(int start, int end)
        {
            int i = start;
            for (; i <= end - 4; i += 4)
            {
                (uint a, uint b, uint c, uint d) = key.Block(i / 4);
                to[i] = range.Value(a);
                to[i + 1] = range.Value(b);
                to[i + 2] = range.Value(c);
                to[i + 3] = range.Value(d);
            }
            if (i == end) return;
            (uint first, uint second, uint third, _) = key.Block(i / 4);
            to[i] = range.Value(first);
            if (i + 1 < end) to[i + 1] = range.Value(second);
            if (i + 2 < end) to[i + 2] = range.Value(third);
        }
    }

    private protected override void PhiloxNormalCore(DeviceBuffer<float> x, PhiloxKey key, float mean, float deviation)
    {
        RunRanges(x.Length, RandomGrain, new NormalWork(key, mean, deviation, Pointer(x)));
    }

    private readonly struct NormalWork(PhiloxKey key, float mean, float deviation, float* to) : IRanges
    {
        public void Range(int start, int end)
        {
            for (int i = start; i < end; i += 2)
            {
                (uint a, uint b, uint c, uint d) = key.Block(i / 2);
                to[i] = mean + deviation * PhiloxValues.Normal(a, b);
                if (i + 1 < end) to[i + 1] = mean + deviation * PhiloxValues.Normal(c, d);
            }
        }
    }
}
