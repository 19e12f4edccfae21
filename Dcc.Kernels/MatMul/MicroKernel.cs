// The register tiles under the matrix product and the convolution: AVX-512 with 12 x 32 (or 12 x 16) accumulators, and a portable
// 4 x 2-vector tile for every other machine. Read next: CpuDevice.MatMul.cs, ../Conv2d/CpuDevice.Conv2d.cs.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

/// <summary>
/// A tile is 12 rows by <see cref="Width"/> columns. Rows come in three groups of four; within a group they are equally spaced, so that
/// twelve addresses need five registers. Results go to a row-major tile of 12 x <see cref="Width"/> floats that stays in the first-level cache.
/// </summary>
internal static unsafe class MicroKernel
{
    public const int Rows = 12;

    /// <summary>Columns of a tile and of a packed panel: two vectors.</summary>
    public static readonly int Width = Vector512.IsHardwareAccelerated ? 32 : 2 * Vector<float>.Count;

    /// <summary>Floats that a tile buffer needs on any machine.</summary>
    public const int TileLength = Rows * 32;

    /// <summary>
    /// tile[r, :] = sum over segments s and i &lt; length of row_r[offsets[s] + i] * panel[s * length + i, :].
    /// Row r of a group starts at group + (r % 4) * stride. With <paramref name="columns"/> at most half of <see cref="Width"/> only the first
    /// half of the tile is computed.
    /// </summary>
    public static void Product(float* group0, float* group1, float* group2, nint stride, int* offsets, int segments, int length, float* panel, int columns, float* tile)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            if (columns > 16) Product12x32(group0, group1, group2, stride, offsets, segments, length, panel, tile);
            else Product12x16(group0, group1, group2, stride, offsets, segments, length, panel, tile);
            return;
        }
        ProductPortable(group0, stride, offsets, segments, length, panel, tile);
        ProductPortable(group1, stride, offsets, segments, length, panel, tile + 4 * Width);
        ProductPortable(group2, stride, offsets, segments, length, panel, tile + 8 * Width);
    }

    /// <summary>
    /// tile[r, :] += sum over lines y and points x of a[y * aLine + x * aStep + r] * b[y * bLine + x * bStep + :]: an outer product per point.
    /// Reads <see cref="Rows"/> floats at every a and <see cref="Width"/> (or half, if <paramref name="columns"/> fits) at every b.
    /// </summary>
    public static void Outer(float* a, nint aStep, nint aLine, float* b, nint bStep, nint bLine, int lines, int points, int columns, float* tile)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            if (columns > 16) Outer12x32(a, aStep, aLine, b, bStep, bLine, lines, points, tile);
            else Outer12x16(a, aStep, aLine, b, bStep, bLine, lines, points, tile);
            return;
        }
        for (int row = 0; row < Rows; row += 4) OuterPortable(a + row, aStep, aLine, b, bStep, bLine, lines, points, tile + row * Width);
    }

    private static void Product12x32(float* group0, float* group1, float* group2, nint stride, int* offsets, int segments, int length, float* panel, float* tile)
    {
        nint stride3 = stride * 3;
        Vector512<float> c0a = Vector512<float>.Zero, c0b = Vector512<float>.Zero;
        Vector512<float> c1a = Vector512<float>.Zero, c1b = Vector512<float>.Zero;
        Vector512<float> c2a = Vector512<float>.Zero, c2b = Vector512<float>.Zero;
        Vector512<float> c3a = Vector512<float>.Zero, c3b = Vector512<float>.Zero;
        Vector512<float> c4a = Vector512<float>.Zero, c4b = Vector512<float>.Zero;
        Vector512<float> c5a = Vector512<float>.Zero, c5b = Vector512<float>.Zero;
        Vector512<float> c6a = Vector512<float>.Zero, c6b = Vector512<float>.Zero;
        Vector512<float> c7a = Vector512<float>.Zero, c7b = Vector512<float>.Zero;
        Vector512<float> c8a = Vector512<float>.Zero, c8b = Vector512<float>.Zero;
        Vector512<float> c9a = Vector512<float>.Zero, c9b = Vector512<float>.Zero;
        Vector512<float> c10a = Vector512<float>.Zero, c10b = Vector512<float>.Zero;
        Vector512<float> c11a = Vector512<float>.Zero, c11b = Vector512<float>.Zero;
        for (int segment = 0; segment < segments; segment++)
        {
            float* p0 = group0 + offsets[segment], p1 = group1 + offsets[segment], p2 = group2 + offsets[segment];
            for (float* end = p0 + length; p0 < end; p0++, p1++, p2++, panel += 32)
            {
                Vector512<float> ba = Vector512.Load(panel + 0), bb = Vector512.Load(panel + 16);
                Vector512<float> a = Vector512.Create(*p0);
                c0a = Vector512.FusedMultiplyAdd(a, ba, c0a); c0b = Vector512.FusedMultiplyAdd(a, bb, c0b);
                a = Vector512.Create(p0[stride]);
                c1a = Vector512.FusedMultiplyAdd(a, ba, c1a); c1b = Vector512.FusedMultiplyAdd(a, bb, c1b);
                a = Vector512.Create(p0[stride * 2]);
                c2a = Vector512.FusedMultiplyAdd(a, ba, c2a); c2b = Vector512.FusedMultiplyAdd(a, bb, c2b);
                a = Vector512.Create(p0[stride3]);
                c3a = Vector512.FusedMultiplyAdd(a, ba, c3a); c3b = Vector512.FusedMultiplyAdd(a, bb, c3b);
                a = Vector512.Create(*p1);
                c4a = Vector512.FusedMultiplyAdd(a, ba, c4a); c4b = Vector512.FusedMultiplyAdd(a, bb, c4b);
                a = Vector512.Create(p1[stride]);
                c5a = Vector512.FusedMultiplyAdd(a, ba, c5a); c5b = Vector512.FusedMultiplyAdd(a, bb, c5b);
                a = Vector512.Create(p1[stride * 2]);
                c6a = Vector512.FusedMultiplyAdd(a, ba, c6a); c6b = Vector512.FusedMultiplyAdd(a, bb, c6b);
                a = Vector512.Create(p1[stride3]);
                c7a = Vector512.FusedMultiplyAdd(a, ba, c7a); c7b = Vector512.FusedMultiplyAdd(a, bb, c7b);
                a = Vector512.Create(*p2);
                c8a = Vector512.FusedMultiplyAdd(a, ba, c8a); c8b = Vector512.FusedMultiplyAdd(a, bb, c8b);
                a = Vector512.Create(p2[stride]);
                c9a = Vector512.FusedMultiplyAdd(a, ba, c9a); c9b = Vector512.FusedMultiplyAdd(a, bb, c9b);
                a = Vector512.Create(p2[stride * 2]);
                c10a = Vector512.FusedMultiplyAdd(a, ba, c10a); c10b = Vector512.FusedMultiplyAdd(a, bb, c10b);
                a = Vector512.Create(p2[stride3]);
                c11a = Vector512.FusedMultiplyAdd(a, ba, c11a); c11b = Vector512.FusedMultiplyAdd(a, bb, c11b);
            }
        }
        c0a.Store(tile + 0); c0b.Store(tile + 16);
        c1a.Store(tile + 32); c1b.Store(tile + 48);
        c2a.Store(tile + 64); c2b.Store(tile + 80);
        c3a.Store(tile + 96); c3b.Store(tile + 112);
        c4a.Store(tile + 128); c4b.Store(tile + 144);
        c5a.Store(tile + 160); c5b.Store(tile + 176);
        c6a.Store(tile + 192); c6b.Store(tile + 208);
        c7a.Store(tile + 224); c7b.Store(tile + 240);
        c8a.Store(tile + 256); c8b.Store(tile + 272);
        c9a.Store(tile + 288); c9b.Store(tile + 304);
        c10a.Store(tile + 320); c10b.Store(tile + 336);
        c11a.Store(tile + 352); c11b.Store(tile + 368);
    }

    private static void Product12x16(float* group0, float* group1, float* group2, nint stride, int* offsets, int segments, int length, float* panel, float* tile)
    {
        nint stride3 = stride * 3;
        Vector512<float> c0a = Vector512<float>.Zero;
        Vector512<float> c1a = Vector512<float>.Zero;
        Vector512<float> c2a = Vector512<float>.Zero;
        Vector512<float> c3a = Vector512<float>.Zero;
        Vector512<float> c4a = Vector512<float>.Zero;
        Vector512<float> c5a = Vector512<float>.Zero;
        Vector512<float> c6a = Vector512<float>.Zero;
        Vector512<float> c7a = Vector512<float>.Zero;
        Vector512<float> c8a = Vector512<float>.Zero;
        Vector512<float> c9a = Vector512<float>.Zero;
        Vector512<float> c10a = Vector512<float>.Zero;
        Vector512<float> c11a = Vector512<float>.Zero;
        for (int segment = 0; segment < segments; segment++)
        {
            float* p0 = group0 + offsets[segment], p1 = group1 + offsets[segment], p2 = group2 + offsets[segment];
            for (float* end = p0 + length; p0 < end; p0++, p1++, p2++, panel += 32)
            {
                Vector512<float> ba = Vector512.Load(panel + 0);
                c0a = Vector512.FusedMultiplyAdd(Vector512.Create(*p0), ba, c0a);
                c1a = Vector512.FusedMultiplyAdd(Vector512.Create(p0[stride]), ba, c1a);
                c2a = Vector512.FusedMultiplyAdd(Vector512.Create(p0[stride * 2]), ba, c2a);
                c3a = Vector512.FusedMultiplyAdd(Vector512.Create(p0[stride3]), ba, c3a);
                c4a = Vector512.FusedMultiplyAdd(Vector512.Create(*p1), ba, c4a);
                c5a = Vector512.FusedMultiplyAdd(Vector512.Create(p1[stride]), ba, c5a);
                c6a = Vector512.FusedMultiplyAdd(Vector512.Create(p1[stride * 2]), ba, c6a);
                c7a = Vector512.FusedMultiplyAdd(Vector512.Create(p1[stride3]), ba, c7a);
                c8a = Vector512.FusedMultiplyAdd(Vector512.Create(*p2), ba, c8a);
                c9a = Vector512.FusedMultiplyAdd(Vector512.Create(p2[stride]), ba, c9a);
                c10a = Vector512.FusedMultiplyAdd(Vector512.Create(p2[stride * 2]), ba, c10a);
                c11a = Vector512.FusedMultiplyAdd(Vector512.Create(p2[stride3]), ba, c11a);
            }
        }
        c0a.Store(tile + 0);
        c1a.Store(tile + 32);
        c2a.Store(tile + 64);
        c3a.Store(tile + 96);
        c4a.Store(tile + 128);
        c5a.Store(tile + 160);
        c6a.Store(tile + 192);
        c7a.Store(tile + 224);
        c8a.Store(tile + 256);
        c9a.Store(tile + 288);
        c10a.Store(tile + 320);
        c11a.Store(tile + 352);
    }

    private static void Outer12x32(float* a, nint aStep, nint aLine, float* b, nint bStep, nint bLine, int lines, int points, float* tile)
    {
        Vector512<float> c0a = Vector512.Load(tile + 0), c0b = Vector512.Load(tile + 16);
        Vector512<float> c1a = Vector512.Load(tile + 32), c1b = Vector512.Load(tile + 48);
        Vector512<float> c2a = Vector512.Load(tile + 64), c2b = Vector512.Load(tile + 80);
        Vector512<float> c3a = Vector512.Load(tile + 96), c3b = Vector512.Load(tile + 112);
        Vector512<float> c4a = Vector512.Load(tile + 128), c4b = Vector512.Load(tile + 144);
        Vector512<float> c5a = Vector512.Load(tile + 160), c5b = Vector512.Load(tile + 176);
        Vector512<float> c6a = Vector512.Load(tile + 192), c6b = Vector512.Load(tile + 208);
        Vector512<float> c7a = Vector512.Load(tile + 224), c7b = Vector512.Load(tile + 240);
        Vector512<float> c8a = Vector512.Load(tile + 256), c8b = Vector512.Load(tile + 272);
        Vector512<float> c9a = Vector512.Load(tile + 288), c9b = Vector512.Load(tile + 304);
        Vector512<float> c10a = Vector512.Load(tile + 320), c10b = Vector512.Load(tile + 336);
        Vector512<float> c11a = Vector512.Load(tile + 352), c11b = Vector512.Load(tile + 368);
        for (int line = 0; line < lines; line++)
        {
            float* pa = a + line * aLine, pb = b + line * bLine;
            for (int point = 0; point < points; point++, pa += aStep, pb += bStep)
            {
                Vector512<float> b0 = Vector512.Load(pb + 0), b1 = Vector512.Load(pb + 16), s;
                s = Vector512.Create(pa[0]);
                c0a = Vector512.FusedMultiplyAdd(s, b0, c0a); c0b = Vector512.FusedMultiplyAdd(s, b1, c0b);
                s = Vector512.Create(pa[1]);
                c1a = Vector512.FusedMultiplyAdd(s, b0, c1a); c1b = Vector512.FusedMultiplyAdd(s, b1, c1b);
                s = Vector512.Create(pa[2]);
                c2a = Vector512.FusedMultiplyAdd(s, b0, c2a); c2b = Vector512.FusedMultiplyAdd(s, b1, c2b);
                s = Vector512.Create(pa[3]);
                c3a = Vector512.FusedMultiplyAdd(s, b0, c3a); c3b = Vector512.FusedMultiplyAdd(s, b1, c3b);
                s = Vector512.Create(pa[4]);
                c4a = Vector512.FusedMultiplyAdd(s, b0, c4a); c4b = Vector512.FusedMultiplyAdd(s, b1, c4b);
                s = Vector512.Create(pa[5]);
                c5a = Vector512.FusedMultiplyAdd(s, b0, c5a); c5b = Vector512.FusedMultiplyAdd(s, b1, c5b);
                s = Vector512.Create(pa[6]);
                c6a = Vector512.FusedMultiplyAdd(s, b0, c6a); c6b = Vector512.FusedMultiplyAdd(s, b1, c6b);
                s = Vector512.Create(pa[7]);
                c7a = Vector512.FusedMultiplyAdd(s, b0, c7a); c7b = Vector512.FusedMultiplyAdd(s, b1, c7b);
                s = Vector512.Create(pa[8]);
                c8a = Vector512.FusedMultiplyAdd(s, b0, c8a); c8b = Vector512.FusedMultiplyAdd(s, b1, c8b);
                s = Vector512.Create(pa[9]);
                c9a = Vector512.FusedMultiplyAdd(s, b0, c9a); c9b = Vector512.FusedMultiplyAdd(s, b1, c9b);
                s = Vector512.Create(pa[10]);
                c10a = Vector512.FusedMultiplyAdd(s, b0, c10a); c10b = Vector512.FusedMultiplyAdd(s, b1, c10b);
                s = Vector512.Create(pa[11]);
                c11a = Vector512.FusedMultiplyAdd(s, b0, c11a); c11b = Vector512.FusedMultiplyAdd(s, b1, c11b);
            }
        }
        c0a.Store(tile + 0); c0b.Store(tile + 16);
        c1a.Store(tile + 32); c1b.Store(tile + 48);
        c2a.Store(tile + 64); c2b.Store(tile + 80);
        c3a.Store(tile + 96); c3b.Store(tile + 112);
        c4a.Store(tile + 128); c4b.Store(tile + 144);
        c5a.Store(tile + 160); c5b.Store(tile + 176);
        c6a.Store(tile + 192); c6b.Store(tile + 208);
        c7a.Store(tile + 224); c7b.Store(tile + 240);
        c8a.Store(tile + 256); c8b.Store(tile + 272);
        c9a.Store(tile + 288); c9b.Store(tile + 304);
        c10a.Store(tile + 320); c10b.Store(tile + 336);
        c11a.Store(tile + 352); c11b.Store(tile + 368);
    }

    private static void Outer12x16(float* a, nint aStep, nint aLine, float* b, nint bStep, nint bLine, int lines, int points, float* tile)
    {
        Vector512<float> c0a = Vector512.Load(tile + 0);
        Vector512<float> c1a = Vector512.Load(tile + 32);
        Vector512<float> c2a = Vector512.Load(tile + 64);
        Vector512<float> c3a = Vector512.Load(tile + 96);
        Vector512<float> c4a = Vector512.Load(tile + 128);
        Vector512<float> c5a = Vector512.Load(tile + 160);
        Vector512<float> c6a = Vector512.Load(tile + 192);
        Vector512<float> c7a = Vector512.Load(tile + 224);
        Vector512<float> c8a = Vector512.Load(tile + 256);
        Vector512<float> c9a = Vector512.Load(tile + 288);
        Vector512<float> c10a = Vector512.Load(tile + 320);
        Vector512<float> c11a = Vector512.Load(tile + 352);
        for (int line = 0; line < lines; line++)
        {
            float* pa = a + line * aLine, pb = b + line * bLine;
            for (int point = 0; point < points; point++, pa += aStep, pb += bStep)
            {
                Vector512<float> b0 = Vector512.Load(pb + 0), s;
                s = Vector512.Create(pa[0]);
                c0a = Vector512.FusedMultiplyAdd(s, b0, c0a);
                s = Vector512.Create(pa[1]);
                c1a = Vector512.FusedMultiplyAdd(s, b0, c1a);
                s = Vector512.Create(pa[2]);
                c2a = Vector512.FusedMultiplyAdd(s, b0, c2a);
                s = Vector512.Create(pa[3]);
                c3a = Vector512.FusedMultiplyAdd(s, b0, c3a);
                s = Vector512.Create(pa[4]);
                c4a = Vector512.FusedMultiplyAdd(s, b0, c4a);
                s = Vector512.Create(pa[5]);
                c5a = Vector512.FusedMultiplyAdd(s, b0, c5a);
                s = Vector512.Create(pa[6]);
                c6a = Vector512.FusedMultiplyAdd(s, b0, c6a);
                s = Vector512.Create(pa[7]);
                c7a = Vector512.FusedMultiplyAdd(s, b0, c7a);
                s = Vector512.Create(pa[8]);
                c8a = Vector512.FusedMultiplyAdd(s, b0, c8a);
                s = Vector512.Create(pa[9]);
                c9a = Vector512.FusedMultiplyAdd(s, b0, c9a);
                s = Vector512.Create(pa[10]);
                c10a = Vector512.FusedMultiplyAdd(s, b0, c10a);
                s = Vector512.Create(pa[11]);
                c11a = Vector512.FusedMultiplyAdd(s, b0, c11a);
            }
        }
        c0a.Store(tile + 0);
        c1a.Store(tile + 32);
        c2a.Store(tile + 64);
        c3a.Store(tile + 96);
        c4a.Store(tile + 128);
        c5a.Store(tile + 160);
        c6a.Store(tile + 192);
        c7a.Store(tile + 224);
        c8a.Store(tile + 256);
        c9a.Store(tile + 288);
        c10a.Store(tile + 320);
        c11a.Store(tile + 352);
    }

    private static void ProductPortable(float* group, nint stride, int* offsets, int segments, int length, float* panel, float* tile)
    {
        int lanes = Vector<float>.Count;
        Vector<float> c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default, c3a = default, c3b = default;
        for (int segment = 0; segment < segments; segment++)
        {
            float* p = group + offsets[segment];
            for (float* end = p + length; p < end; p++, panel += 2 * lanes)
            {
                Vector<float> ba = Vector.Load(panel), bb = Vector.Load(panel + lanes);
                Vector<float> a = new(*p);
                c0a = MultiplyAdd(a, ba, c0a); c0b = MultiplyAdd(a, bb, c0b);
                a = new(p[stride]);
                c1a = MultiplyAdd(a, ba, c1a); c1b = MultiplyAdd(a, bb, c1b);
                a = new(p[stride * 2]);
                c2a = MultiplyAdd(a, ba, c2a); c2b = MultiplyAdd(a, bb, c2b);
                a = new(p[stride * 3]);
                c3a = MultiplyAdd(a, ba, c3a); c3b = MultiplyAdd(a, bb, c3b);
            }
        }
        c0a.Store(tile); c0b.Store(tile + lanes);
        c1a.Store(tile + 2 * lanes); c1b.Store(tile + 3 * lanes);
        c2a.Store(tile + 4 * lanes); c2b.Store(tile + 5 * lanes);
        c3a.Store(tile + 6 * lanes); c3b.Store(tile + 7 * lanes);
    }

    private static void OuterPortable(float* a, nint aStep, nint aLine, float* b, nint bStep, nint bLine, int lines, int points, float* tile)
    {
        int lanes = Vector<float>.Count;
        Vector<float> c0a = Vector.Load(tile), c0b = Vector.Load(tile + lanes), c1a = Vector.Load(tile + 2 * lanes), c1b = Vector.Load(tile + 3 * lanes);
        Vector<float> c2a = Vector.Load(tile + 4 * lanes), c2b = Vector.Load(tile + 5 * lanes), c3a = Vector.Load(tile + 6 * lanes), c3b = Vector.Load(tile + 7 * lanes);
        for (int line = 0; line < lines; line++)
        {
            float* pa = a + line * aLine, pb = b + line * bLine;
            for (int point = 0; point < points; point++, pa += aStep, pb += bStep)
            {
                Vector<float> ba = Vector.Load(pb), bb = Vector.Load(pb + lanes);
                Vector<float> s = new(pa[0]);
                c0a = MultiplyAdd(s, ba, c0a); c0b = MultiplyAdd(s, bb, c0b);
                s = new(pa[1]);
                c1a = MultiplyAdd(s, ba, c1a); c1b = MultiplyAdd(s, bb, c1b);
                s = new(pa[2]);
                c2a = MultiplyAdd(s, ba, c2a); c2b = MultiplyAdd(s, bb, c2b);
                s = new(pa[3]);
                c3a = MultiplyAdd(s, ba, c3a); c3b = MultiplyAdd(s, bb, c3b);
            }
        }
        c0a.Store(tile); c0b.Store(tile + lanes);
        c1a.Store(tile + 2 * lanes); c1b.Store(tile + 3 * lanes);
        c2a.Store(tile + 4 * lanes); c2b.Store(tile + 5 * lanes);
        c3a.Store(tile + 6 * lanes); c3b.Store(tile + 7 * lanes);
    }

    /// <summary>Fused where the machine can: without the instruction, a fused result would be emulated by a slow library call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> MultiplyAdd(Vector<float> a, Vector<float> b, Vector<float> sum) =>
        System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? Vector.FusedMultiplyAdd(a, b, sum) : a * b + sum;
}
