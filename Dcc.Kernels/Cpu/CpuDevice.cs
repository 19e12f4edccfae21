// The embedded default: SIMD in C#, all cores, no native library and no ILGPU type. Each op adds a partial file in its own folder.
// Read next: Cpu/CpuBuffer.cs, Elementwise/CpuDevice.Elementwise.cs.
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

/// <summary>Runs every op on the processor. Results do not depend on the number of threads.</summary>
public sealed partial class CpuDevice : Device
{
    private readonly CpuArena arena;
    private readonly bool guards;

    /// <param name="threads">Threads an op may use; 0 takes all cores. All devices of a process share one pool of as many threads as there are cores.</param>
    public CpuDevice(int threads = 0) : this(threads, guards: false) { }

    /// <summary>For tests: with <paramref name="guards"/> a write beyond the end of a buffer throws when the buffer is given back, and so do prepared weights that are not those of the weights.</summary>
    internal CpuDevice(int threads, bool guards)
    {
        this.guards = guards;
        arena = new CpuArena(guards);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
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

    public override PoolStatistics Memory => arena.Statistics;

    private protected override unsafe DeviceBuffer<T> RentCore<T>(int length) => new CpuBuffer<T>(this, length, arena.Rent((long)length * sizeof(T)));

    internal override void GiveBack<T>(DeviceBuffer<T> buffer) => arena.GiveBack(((CpuBuffer<T>)buffer).TakeBlock());

    private protected override void Release() => arena.Free();

    /// <summary>
    /// Runs every part of <paramref name="work"/>, on as many threads as the device has. What a part computes must depend on its number alone, never
    /// on the thread: that keeps results the same for any number of threads.
    /// </summary>
    private void Run<TWork>(int parts, in TWork work) where TWork : struct, IParts => WorkerPool.Shared.Run(parts, Threads, work);

    /// <summary>Splits 0..length-1 into ranges of about <paramref name="grain"/> elements (a multiple of 16) and runs <paramref name="work"/> on each.</summary>
    private void RunRanges<TWork>(int length, int grain, in TWork work) where TWork : struct, IRanges =>
        Run((length + grain - 1) / grain, new RangeParts<TWork>(length, grain, work));

    /// <summary>Work over a range of elements, for <see cref="RunRanges{TWork}"/>.</summary>
    private interface IRanges
    {
        void Range(int start, int end);
    }

    private readonly struct RangeParts<TWork>(int length, int grain, TWork work) : IParts where TWork : struct, IRanges
    {
        public void Part(int part) => work.Range(part * grain, Math.Min(length, (part + 1) * grain));
    }

    /// <summary>Most lanes that <see cref="RunLanes{TWork}"/> uses for that many parts; each needs scratch.</summary>
    private int Lanes(int parts) => Math.Max(1, Math.Min(Threads, parts));

    private void RunLanes<TWork>(int parts, in TWork work) where TWork : struct, ILaneParts => WorkerPool.Shared.RunLanes(parts, Threads, work);

    /// <summary>Floats by which scratch on the stack must be longer for <see cref="Aligned"/>.</summary>
    private const int AlignmentSlack = 15;

    /// <summary>The next cache line's start: a vector that straddles two lines costs twice.</summary>
    private static unsafe float* Aligned(float* pointer) => (float*)(((nuint)pointer + 63) & ~(nuint)63);

    /// <summary>The address of a buffer's first element.</summary>
    private static unsafe T* Pointer<T>(DeviceBuffer<T> buffer) where T : unmanaged => ((CpuBuffer<T>)buffer).Pointer;
}
