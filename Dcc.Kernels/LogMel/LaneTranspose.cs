// Eight rows to eight lanes and back. Read next: GpuDevice.LogMel.cs.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

/// <summary>Blocks of 8 x 8 floats change places within registers where there is AVX, else one by one.</summary>
internal static unsafe class LaneTranspose
{
    private const int Lanes = RealTransform.Lanes;

    /// <summary>to[i][lane] = scale[i] * rows[lane][i], in double.</summary>
    public static void LoadScaled(float** rows, double* scale, int length, double* to)
    {
        int i = 0;
        for (; Avx.IsSupported && i <= length - Lanes; i += Lanes)
        {
            Block block = Block.Transposed(
                Vector256.Load(rows[0] + i), Vector256.Load(rows[1] + i), Vector256.Load(rows[2] + i), Vector256.Load(rows[3] + i),
                Vector256.Load(rows[4] + i), Vector256.Load(rows[5] + i), Vector256.Load(rows[6] + i), Vector256.Load(rows[7] + i));
            StoreScaled(block.A, scale[i], to + i * Lanes);
            StoreScaled(block.B, scale[i + 1], to + (i + 1) * Lanes);
            StoreScaled(block.C, scale[i + 2], to + (i + 2) * Lanes);
            StoreScaled(block.D, scale[i + 3], to + (i + 3) * Lanes);
            StoreScaled(block.E, scale[i + 4], to + (i + 4) * Lanes);
            StoreScaled(block.F, scale[i + 5], to + (i + 5) * Lanes);
            StoreScaled(block.G, scale[i + 6], to + (i + 6) * Lanes);
            StoreScaled(block.H, scale[i + 7], to + (i + 7) * Lanes);
        }
        for (; i < length; i++)
        for (int lane = 0; lane < Lanes; lane++)
            to[i * Lanes + lane] = scale[i] * rows[lane][i];
    }

    /// <summary>to[lane][i] = from[i][lane] for the first <paramref name="count"/> lanes; rows of <paramref name="to"/> are <paramref name="step"/> apart.</summary>
    public static void Store(float* from, int length, int count, float* to, nint step)
    {
        int i = 0;
        for (; Avx.IsSupported && count == Lanes && i <= length - Lanes; i += Lanes)
        {
            float* at = from + i * Lanes;
            Block block = Block.Transposed(
                Vector256.Load(at), Vector256.Load(at + 8), Vector256.Load(at + 16), Vector256.Load(at + 24),
                Vector256.Load(at + 32), Vector256.Load(at + 40), Vector256.Load(at + 48), Vector256.Load(at + 56));
            block.A.Store(to + i);
            block.B.Store(to + step + i);
            block.C.Store(to + 2 * step + i);
            block.D.Store(to + 3 * step + i);
            block.E.Store(to + 4 * step + i);
            block.F.Store(to + 5 * step + i);
            block.G.Store(to + 6 * step + i);
            block.H.Store(to + 7 * step + i);
        }
        for (; i < length; i++)
        for (int lane = 0; lane < count; lane++)
            to[lane * step + i] = from[i * Lanes + lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreScaled(Vector256<float> values, double scale, double* to)
    {
        if (Avx512F.IsSupported)
        {
            (Avx512F.ConvertToVector512Double(values) * Vector512.Create(scale)).Store(to);
            return;
        }
        (Avx.ConvertToVector256Double(values.GetLower()) * Vector256.Create(scale)).Store(to);
        (Avx.ConvertToVector256Double(values.GetUpper()) * Vector256.Create(scale)).Store(to + 4);
    }

    private readonly ref struct Block
    {
        public Vector256<float> A { get; private init; }
        public Vector256<float> B { get; private init; }
        public Vector256<float> C { get; private init; }
        public Vector256<float> D { get; private init; }
        public Vector256<float> E { get; private init; }
        public Vector256<float> F { get; private init; }
        public Vector256<float> G { get; private init; }
        public Vector256<float> H { get; private init; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Block Transposed(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d,
            Vector256<float> e, Vector256<float> f, Vector256<float> g, Vector256<float> h)
        {
            // Pairs, fours, then the halves of 128 bits.
            Vector256<float> ab = Avx.UnpackLow(a, b), abHigh = Avx.UnpackHigh(a, b), cd = Avx.UnpackLow(c, d), cdHigh = Avx.UnpackHigh(c, d);
            Vector256<float> ef = Avx.UnpackLow(e, f), efHigh = Avx.UnpackHigh(e, f), gh = Avx.UnpackLow(g, h), ghHigh = Avx.UnpackHigh(g, h);
            Vector256<float> s0 = Avx.Shuffle(ab, cd, 0x44), s1 = Avx.Shuffle(ab, cd, 0xEE), s2 = Avx.Shuffle(abHigh, cdHigh, 0x44), s3 = Avx.Shuffle(abHigh, cdHigh, 0xEE);
            Vector256<float> t0 = Avx.Shuffle(ef, gh, 0x44), t1 = Avx.Shuffle(ef, gh, 0xEE), t2 = Avx.Shuffle(efHigh, ghHigh, 0x44), t3 = Avx.Shuffle(efHigh, ghHigh, 0xEE);
            return new Block
            {
                A = Avx.Permute2x128(s0, t0, 0x20), B = Avx.Permute2x128(s1, t1, 0x20), C = Avx.Permute2x128(s2, t2, 0x20), D = Avx.Permute2x128(s3, t3, 0x20),
                E = Avx.Permute2x128(s0, t0, 0x31), F = Avx.Permute2x128(s1, t1, 0x31), G = Avx.Permute2x128(s2, t2, 0x31), H = Avx.Permute2x128(s3, t3, 0x31),
            };
        }
    }
}
