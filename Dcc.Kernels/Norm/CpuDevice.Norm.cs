// The L2 norm on the CPU: one partial sum a chunk, added in order in double. Read next: GpuDevice.Norm.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private const int NormChunk = 16 * 1024;

    private protected override void L2NormCore(DeviceBuffer<float> x, DeviceBuffer<float> norm)
    {
        int length = x.Length, chunks = (length + NormChunk - 1) / NormChunk;
        using DeviceBuffer<float> partial = Rent<float>(chunks);
        float* from = Pointer(x), sums = Pointer(partial);
        Run(chunks, chunk =>
        {
            int i = chunk * NormChunk, end = Math.Min(length, i + NormChunk);
            Vector<float> sum = Vector<float>.Zero;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count) sum += Vector.Load(from + i) * Vector.Load(from + i);
            float rest = 0f;
            for (; i < end; i++) rest += from[i] * from[i];
            sums[chunk] = Vector.Sum(sum) + rest;
        });
        double total = 0;
        for (int chunk = 0; chunk < chunks; chunk++) total += sums[chunk];
        Pointer(norm)[0] = (float)Math.Sqrt(total);
    }

    private protected override void ClipScaleCore(DeviceBuffer<float> norm, float maxNorm, DeviceBuffer<float> scale) =>
        Pointer(scale)[0] = Math.Min(1f, maxNorm / (Pointer(norm)[0] + 1e-6f));
}
