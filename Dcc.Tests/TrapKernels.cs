// Kernels that break a rule each: the gates must catch them. (The one test file that names ILGPU.) Read next: CompileGateTests.cs.
using Dcc.Kernels;
using ILGPU;

namespace Dcc.Tests;

internal static class TrapKernels
{
    public static CatalogKernel Named(string name) => KernelCatalog.Of(typeof(TrapKernels)).Single(kernel => kernel.Title == name);

    /// <summary>A literal in double.</summary>
    public static void DoubleTrapKernel(Index1D i, ArrayView<float> x) => x[i] = (float)(x[i] * 0.1);

    /// <summary>An array of a thread's own.</summary>
    public static void LocalTrapKernel(Index1D i, ArrayView<float> x)
    {
        ArrayView<float> memory = LocalMemory.Allocate<float>(64);
        for (int j = 0; j < 64; j++) memory[j] = x[i + j];
        x[i] = memory[(int)x[i] & 63];
    }

    /// <summary>48 sums alive at a time, and 32 registers to hold them.</summary>
    [GpuKernel(Threads = 1024, MinGroups = 2)]
    public static void SpillTrapKernel(Index1D i, int count, ArrayView<float> x, ArrayView<float> y)
    {
        Twelve a = default, b = default, c = default, d = default;
        for (int k = 0; k < count; k++)
        {
            float left = x[i + k];
            a = a.Add(left, y, k);
            b = b.Add(left, y, k + 12);
            c = c.Add(left, y, k + 24);
            d = d.Add(left, y, k + 36);
        }
        x[i] = a.Product() + b.Product() + c.Product() + d.Product();
    }

    /// <summary>A dot product that loads a float at a time and passes for the main loop of a matrix product.</summary>
    [GpuKernel(MainLoop = true)]
    public static void NarrowTrapKernel(Index1D i, int count, ArrayView<float> x, ArrayView<float> y)
    {
        float sum = 0f;
        for (int k = 0; k < count; k++) sum += x[k] * y[k];
        y[i] = sum;
    }

    /// <summary>48 KiB of shared memory for a group of two warps: three groups fit a multiprocessor of sm_80.</summary>
    [GpuKernel(Threads = 64)]
    public static void OccupancyTrapKernel(ArrayView<float> x)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(12 * 1024);
        shared[Group.IdxX] = x[Group.IdxX];
        Group.Barrier();
        x[Group.IdxX] = shared[63 - Group.IdxX];
    }

    private readonly record struct Twelve(float A, float B, float C, float D, float E, float F, float G, float H, float I, float J, float K, float L)
    {
        public Twelve Add(float x, ArrayView<float> y, int at) => new(
            A + x * y[at], B + x * y[at + 1], C + x * y[at + 2], D + x * y[at + 3], E + x * y[at + 4], F + x * y[at + 5],
            G + x * y[at + 6], H + x * y[at + 7], I + x * y[at + 8], J + x * y[at + 9], K + x * y[at + 10], L + x * y[at + 11]);

        public float Product() => A * B * C * D * E * F * G * H * I * J * K * L;
    }
}
