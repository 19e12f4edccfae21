// The embedded default: SIMD in C#, all cores, no native library and no ILGPU type. Each op adds a partial file in its own folder.
// Read next: Cpu/CpuBuffer.cs, Elementwise/CpuDevice.Elementwise.cs.
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

/// <summary>Runs every op on the processor. Results do not depend on the number of threads.</summary>
public sealed partial class CpuDevice : Device
{
    private readonly ParallelOptions options;

    /// <param name="threads">Threads an op may use; 0 takes all cores.</param>
    public CpuDevice(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        options = new ParallelOptions { MaxDegreeOfParallelism = Threads };
    }

    public int Threads { get; }

    public override DeviceKind Kind => DeviceKind.Cpu;

    public override string Name => $"CPU ({Simd}, {Threads} thread{(Threads == 1 ? "" : "s")})";

    /// <summary>The widest vectors in use.</summary>
    public static string Simd =>
        Vector512.IsHardwareAccelerated ? "AVX-512"
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? "AVX2"
        : Vector128.IsHardwareAccelerated ? "128-bit SIMD"
        : "scalar";

    public override void Synchronize() { }

    private protected override DeviceBuffer<T> Allocate<T>(int capacity) => new CpuBuffer<T>(this, capacity);

    /// <summary>
    /// Runs <paramref name="body"/> for every part 0..parts-1, on as many threads as the device has. What a part computes must depend
    /// on its number alone, never on the thread: that keeps results the same for any number of threads.
    /// </summary>
    private void Run(int parts, Action<int> body)
    {
        if (parts <= 1 || Threads == 1)
        {
            for (int part = 0; part < parts; part++) body(part);
            return;
        }
        Parallel.For(0, parts, options, body);
    }

    /// <summary>Splits 0..length-1 into runs of about <paramref name="grain"/> elements (a multiple of 16) and runs <paramref name="body"/>(start, end) on each.</summary>
    private void RunRanges(int length, int grain, Action<int, int> body)
    {
        int parts = (length + grain - 1) / grain;
        Run(parts, part => body(part * grain, Math.Min(length, (part + 1) * grain)));
    }

    /// <summary>The address of a buffer's first element.</summary>
    private static unsafe T* Pointer<T>(DeviceBuffer<T> buffer) where T : unmanaged => ((CpuBuffer<T>)buffer).Pointer;
}
