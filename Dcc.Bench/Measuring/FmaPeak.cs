// How many multiply-adds a core can do when nothing is loaded or stored: chains that live in registers. Read next: Bandwidth.cs.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Dcc.Kernels;

namespace Dcc.Bench.Measuring;

/// <summary>
/// Twelve chains hide the latency of two multiply-add units of four or five cycles each, and fit into sixteen registers with their two factors.
/// The width is the one that <see cref="CpuDevice"/> uses. Without a fused instruction a multiplication and an addition count as the two operations that they are.
/// </summary>
internal static class FmaPeak
{
    private const int Chains = 12, Turns = 2_000_000;

    /// <summary>GFLOP/s of so many threads, the best of some tries.</summary>
    public static double Measure(int threads)
    {
        Func<int, float> chain = Vector512.IsHardwareAccelerated ? Wide512 : Vector256.IsHardwareAccelerated && Fma.IsSupported ? Wide256 : Vector128.IsHardwareAccelerated ? Wide128 : Scalar;
        int lanes = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated && Fma.IsSupported ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1;
        double seconds = ParallelTime.Best(threads, tries: 5, _ => chain(Turns));
        return 2.0 * Chains * lanes * Turns * threads / seconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Wide512(int turns)
    {
        Vector512<float> m = Vector512.Create(0.999f), a = Vector512.Create(0.001f), c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < turns; i++)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, m, a); c1 = Vector512.FusedMultiplyAdd(c1, m, a); c2 = Vector512.FusedMultiplyAdd(c2, m, a); c3 = Vector512.FusedMultiplyAdd(c3, m, a);
            c4 = Vector512.FusedMultiplyAdd(c4, m, a); c5 = Vector512.FusedMultiplyAdd(c5, m, a); c6 = Vector512.FusedMultiplyAdd(c6, m, a); c7 = Vector512.FusedMultiplyAdd(c7, m, a);
            c8 = Vector512.FusedMultiplyAdd(c8, m, a); c9 = Vector512.FusedMultiplyAdd(c9, m, a); c10 = Vector512.FusedMultiplyAdd(c10, m, a); c11 = Vector512.FusedMultiplyAdd(c11, m, a);
        }
        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Wide256(int turns)
    {
        Vector256<float> m = Vector256.Create(0.999f), a = Vector256.Create(0.001f), c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < turns; i++)
        {
            c0 = Vector256.FusedMultiplyAdd(c0, m, a); c1 = Vector256.FusedMultiplyAdd(c1, m, a); c2 = Vector256.FusedMultiplyAdd(c2, m, a); c3 = Vector256.FusedMultiplyAdd(c3, m, a);
            c4 = Vector256.FusedMultiplyAdd(c4, m, a); c5 = Vector256.FusedMultiplyAdd(c5, m, a); c6 = Vector256.FusedMultiplyAdd(c6, m, a); c7 = Vector256.FusedMultiplyAdd(c7, m, a);
            c8 = Vector256.FusedMultiplyAdd(c8, m, a); c9 = Vector256.FusedMultiplyAdd(c9, m, a); c10 = Vector256.FusedMultiplyAdd(c10, m, a); c11 = Vector256.FusedMultiplyAdd(c11, m, a);
        }
        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Wide128(int turns)
    {
        Vector128<float> m = Vector128.Create(0.999f), a = Vector128.Create(0.001f), c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < turns; i++)
        {
            c0 = MultiplyAdd(c0, m, a); c1 = MultiplyAdd(c1, m, a); c2 = MultiplyAdd(c2, m, a); c3 = MultiplyAdd(c3, m, a); c4 = MultiplyAdd(c4, m, a); c5 = MultiplyAdd(c5, m, a);
            c6 = MultiplyAdd(c6, m, a); c7 = MultiplyAdd(c7, m, a); c8 = MultiplyAdd(c8, m, a); c9 = MultiplyAdd(c9, m, a); c10 = MultiplyAdd(c10, m, a); c11 = MultiplyAdd(c11, m, a);
        }
        return Vector128.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    /// <summary>FusedMultiplyAdd falls back to a call per lane where the processor lacks the instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> m, Vector128<float> a) =>
        Fma.IsSupported || AdvSimd.IsSupported ? Vector128.FusedMultiplyAdd(x, m, a) : x * m + a;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Scalar(int turns)
    {
        float m = 0.999f, a = 0.001f, c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < turns; i++)
        {
            c0 = c0 * m + a; c1 = c1 * m + a; c2 = c2 * m + a; c3 = c3 * m + a; c4 = c4 * m + a; c5 = c5 * m + a;
            c6 = c6 * m + a; c7 = c7 * m + a; c8 = c8 * m + a; c9 = c9 * m + a; c10 = c10 * m + a; c11 = c11 * m + a;
        }
        return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
    }
}
