// The L2 norm on the CPU: one partial sum a chunk, added in order in double. Read next: GpuDevice.Norm.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private const int NormChunk = 16 * 1024;

    private protected override void L2NormCore(DeviceBuffer<float> x, DeviceBuffer<float> norm)
    {
        int length = x.Length, chunks = (length + NormChunk - 1) / NormChunk;
        using DeviceBuffer<float> partial = Rent<float>(chunks);
        float* sums = Pointer(partial);
        Run(chunks, new SquareSums(length, Pointer(x), sums));
        double total = 0;
        for (int chunk = 0; chunk < chunks; chunk++) total += sums[chunk];
        Pointer(norm)[0] = (float)Math.Sqrt(total);
    }

    private protected override void ClipScaleCore(DeviceBuffer<float> norm, float maxNorm, DeviceBuffer<float> scale) =>
        Pointer(scale)[0] = Math.Min(1f, maxNorm / (Pointer(norm)[0] + 1e-6f));

    private readonly struct SquareSums(int length, float* x, float* sums) : IParts
    {
        public void Part(int chunk)
        {
            int start = chunk * NormChunk, count = Math.Min(NormChunk, length - start);
            sums[chunk] = VectorLoops.Dot(x + start, x + start, count);
        }
    }
}
