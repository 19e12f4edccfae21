// Kernels that break a rule each: the gates must catch them. (The one test file that names ILGPU.) Read next: CompileGateTests.cs, BarrierTrapTests.cs.
using Dcc.Kernels;
using ILGPU;
using ILGPU.Runtime;

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

    /// <summary>The read stands before the second barrier here; ILGPU moves it behind, where the next round's store overtakes it.</summary>
    public static void MovedReadTrapKernel(int rounds, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(64);
        float sum = 0f;
        for (int round = 0; round < rounds; round++)
        {
            shared[Group.IdxX] = x[round * 64 + Group.IdxX];
            Group.Barrier();
            float opposite = shared[63 - Group.IdxX];
            Group.Barrier();
            sum += opposite;
        }
        y[Group.IdxX] = sum;
    }

    /// <summary>No fault: the second of two barriers holds the read back.</summary>
    public static void HeldReadKernel(int rounds, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(64);
        float sum = 0f;
        for (int round = 0; round < rounds; round++)
        {
            shared[Group.IdxX] = x[round * 64 + Group.IdxX];
            Group.Barrier();
            float opposite = shared[63 - Group.IdxX];
            Group.Barrier();
            Group.Barrier();
            sum += opposite;
        }
        y[Group.IdxX] = sum;
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

    /// <summary>Writes a · b, [size, 16] · [16, size], size a multiple of 16, in tiles of 16 x 16: by the sound kernel or by the one without its barrier.</summary>
    public static void TileProduct(GpuDevice device, bool waits, int size, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float> c)
    {
        GpuKernel<Action<KernelConfig, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>> kernel = waits
            ? device.LoadOfTest(nameof(BarrierKernel), on => on.LoadStreamKernel<int, ArrayView<float>, ArrayView<float>, ArrayView<float>>(BarrierKernel))
            : device.LoadOfTest(nameof(NoBarrierTrapKernel), on => on.LoadStreamKernel<int, ArrayView<float>, ArrayView<float>, ArrayView<float>>(NoBarrierTrapKernel));
        kernel.Launch((size / 16 * (size / 16), 256), size, View(a), View(b), View(c));

        static ArrayView<float> View(DeviceBuffer<float> buffer) => ((GpuBuffer<float>)buffer).View;
    }

    /// <summary>No fault: threads wait between storing a tile and reading it.</summary>
    public static void BarrierKernel(int size, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c) => TileProduct<Wait>(size, a, b, c);

    /// <summary>The same product, whose threads read what others may not have stored yet.</summary>
    public static void NoBarrierTrapKernel(int size, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c) => TileProduct<NoWait>(size, a, b, c);

    /// <summary>One tile deep and without a loop: PoCL lets all threads meet where a loop begins, which would stand in for the missing barrier.</summary>
    private static void TileProduct<TWait>(int size, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c) where TWait : unmanaged, IWait
    {
        ArrayView<float> tileA = SharedMemory.Allocate<float>(256), tileB = SharedMemory.Allocate<float>(256);
        int row = Group.IdxX / 16, column = Group.IdxX % 16, tiles = size / 16, top = Grid.IdxX / tiles * 16, left = Grid.IdxX % tiles * 16;
        tileA[Group.IdxX] = a[(top + row) * 16 + column];
        tileB[Group.IdxX] = b[row * size + left + column];
        default(TWait).BetweenStoreAndRead();
        c[(top + row) * size + left + column] =
            Four(tileA, tileB, row, column, 0) + Four(tileA, tileB, row, column, 4) + Four(tileA, tileB, row, column, 8) + Four(tileA, tileB, row, column, 12);
    }

    private static float Four(ArrayView<float> tileA, ArrayView<float> tileB, int row, int column, int k) =>
        tileA[row * 16 + k] * tileB[k * 16 + column] + tileA[row * 16 + k + 1] * tileB[(k + 1) * 16 + column]
        + tileA[row * 16 + k + 2] * tileB[(k + 2) * 16 + column] + tileA[row * 16 + k + 3] * tileB[(k + 3) * 16 + column];

    private interface IWait
    {
        void BetweenStoreAndRead();
    }

    private readonly struct Wait : IWait
    {
        public void BetweenStoreAndRead() => Group.Barrier();
    }

    private readonly struct NoWait : IWait
    {
        public void BetweenStoreAndRead() { }
    }

    private readonly record struct Twelve(float A, float B, float C, float D, float E, float F, float G, float H, float I, float J, float K, float L)
    {
        public Twelve Add(float x, ArrayView<float> y, int at) => new(
            A + x * y[at], B + x * y[at + 1], C + x * y[at + 2], D + x * y[at + 3], E + x * y[at + 4], F + x * y[at + 5],
            G + x * y[at + 6], H + x * y[at + 7], I + x * y[at + 8], J + x * y[at + 9], K + x * y[at + 10], L + x * y[at + 11]);

        public float Product() => A * B * C * D * E * F * G * H * I * J * K * L;
    }
}
