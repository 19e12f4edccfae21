// The two products of clustering, where one side is a handful of vectors: inner products of rows with them, and weighted sums of rows.
// Read next: ../ProjectedAssign/CpuDevice.ProjectedAssign.cs.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

/// <summary>
/// Tiles of up to 4 x 4 vectors of sums in registers: a vector that is loaded serves several multiply-adds. A general matrix product would pad the few
/// clusters to its own tile. Any length; the tail of a row is summed one by one.
/// </summary>
internal static unsafe class NarrowProducts<T> where T : struct, IFloatLanes<T>
{
    /// <summary>Columns of a block of inner products.</summary>
    public const int Block = 16;

    /// <summary>With 32 registers a tile has 16 sums, with 16 it has 8.</summary>
    private static bool Wide => T.Count == 16;

    /// <summary>block[k * 16 + p] = rows[p] . vectors[k] for p below count, at most 16; what stands in later columns is a number.</summary>
    public static void Dots(float* rows, nint rowStep, int count, float* vectors, nint vectorStep, int clusters, int length, float* block)
    {
        for (int p = 0; p < Block; p += 4)
        {
            float* a = rows + Math.Min(p, count - 1) * rowStep, b = rows + Math.Min(p + 1, count - 1) * rowStep;
            float* c = rows + Math.Min(p + 2, count - 1) * rowStep, d = rows + Math.Min(p + 3, count - 1) * rowStep;
            if (p >= count)
            {
                for (int i = 0; i < clusters; i++) Vector128<float>.Zero.Store(block + i * Block + p);
                continue;
            }
            int k = 0;
            for (; Wide && k <= clusters - 4; k += 4) Dots4x4(a, b, c, d, vectors + k * vectorStep, vectorStep, length, block + k * Block + p);
            for (; k <= clusters - 2; k += 2) Dots4x2(a, b, c, d, vectors + k * vectorStep, vectorStep, length, block + k * Block + p);
            if (k < clusters) Dots4x1(a, b, c, d, vectors + k * vectorStep, length, block + k * Block + p);
        }
        if (length % T.Count != 0) AddTails(rows, rowStep, count, vectors, vectorStep, clusters, length, block);
    }

    private static void Dots4x4(float* a, float* b, float* c, float* d, float* v, nint step, int length, float* block)
    {
        T a0 = T.Zero, a1 = T.Zero, a2 = T.Zero, a3 = T.Zero, b0 = T.Zero, b1 = T.Zero, b2 = T.Zero, b3 = T.Zero;
        T c0 = T.Zero, c1 = T.Zero, c2 = T.Zero, c3 = T.Zero, d0 = T.Zero, d1 = T.Zero, d2 = T.Zero, d3 = T.Zero;
        float* w = v + step, x = w + step, y = x + step;
        int i = 0;
        for (; i <= length - T.Count; i += T.Count)
        {
            T v0 = T.Load(v + i), v1 = T.Load(w + i), v2 = T.Load(x + i), v3 = T.Load(y + i), row = T.Load(a + i);
            a0 = T.MultiplyAdd(row, v0, a0);
            a1 = T.MultiplyAdd(row, v1, a1);
            a2 = T.MultiplyAdd(row, v2, a2);
            a3 = T.MultiplyAdd(row, v3, a3);
            row = T.Load(b + i);
            b0 = T.MultiplyAdd(row, v0, b0);
            b1 = T.MultiplyAdd(row, v1, b1);
            b2 = T.MultiplyAdd(row, v2, b2);
            b3 = T.MultiplyAdd(row, v3, b3);
            row = T.Load(c + i);
            c0 = T.MultiplyAdd(row, v0, c0);
            c1 = T.MultiplyAdd(row, v1, c1);
            c2 = T.MultiplyAdd(row, v2, c2);
            c3 = T.MultiplyAdd(row, v3, c3);
            row = T.Load(d + i);
            d0 = T.MultiplyAdd(row, v0, d0);
            d1 = T.MultiplyAdd(row, v1, d1);
            d2 = T.MultiplyAdd(row, v2, d2);
            d3 = T.MultiplyAdd(row, v3, d3);
        }
        T.Sums(a0, b0, c0, d0).Store(block);
        T.Sums(a1, b1, c1, d1).Store(block + Block);
        T.Sums(a2, b2, c2, d2).Store(block + 2 * Block);
        T.Sums(a3, b3, c3, d3).Store(block + 3 * Block);
    }

    private static void Dots4x2(float* a, float* b, float* c, float* d, float* v, nint step, int length, float* block)
    {
        T a0 = T.Zero, a1 = T.Zero, b0 = T.Zero, b1 = T.Zero, c0 = T.Zero, c1 = T.Zero, d0 = T.Zero, d1 = T.Zero;
        float* w = v + step;
        int i = 0;
        for (; i <= length - T.Count; i += T.Count)
        {
            T v0 = T.Load(v + i), v1 = T.Load(w + i), rowA = T.Load(a + i), rowB = T.Load(b + i), rowC = T.Load(c + i), rowD = T.Load(d + i);
            a0 = T.MultiplyAdd(rowA, v0, a0);
            a1 = T.MultiplyAdd(rowA, v1, a1);
            b0 = T.MultiplyAdd(rowB, v0, b0);
            b1 = T.MultiplyAdd(rowB, v1, b1);
            c0 = T.MultiplyAdd(rowC, v0, c0);
            c1 = T.MultiplyAdd(rowC, v1, c1);
            d0 = T.MultiplyAdd(rowD, v0, d0);
            d1 = T.MultiplyAdd(rowD, v1, d1);
        }
        T.Sums(a0, b0, c0, d0).Store(block);
        T.Sums(a1, b1, c1, d1).Store(block + Block);
    }

    private static void Dots4x1(float* a, float* b, float* c, float* d, float* v, int length, float* block)
    {
        T a0 = T.Zero, b0 = T.Zero, c0 = T.Zero, d0 = T.Zero;
        int i = 0;
        for (; i <= length - T.Count; i += T.Count)
        {
            T v0 = T.Load(v + i);
            a0 = T.MultiplyAdd(T.Load(a + i), v0, a0);
            b0 = T.MultiplyAdd(T.Load(b + i), v0, b0);
            c0 = T.MultiplyAdd(T.Load(c + i), v0, c0);
            d0 = T.MultiplyAdd(T.Load(d + i), v0, d0);
        }
        T.Sums(a0, b0, c0, d0).Store(block);
    }

    /// <summary>Apart from the tiles: a call within a tile would keep its sums out of the registers.</summary>
    private static void AddTails(float* rows, nint rowStep, int count, float* vectors, nint vectorStep, int clusters, int length, float* block)
    {
        for (int k = 0; k < clusters; k++)
        for (int p = 0; p < count; p++)
        for (int i = length - length % T.Count; i < length; i++)
            block[k * Block + p] += rows[p * rowStep + i] * vectors[k * vectorStep + i];
    }

    /// <summary>
    /// y[o] (+)= sum over i of weights[o * outStep + i * inStep] * x[i], for outs rows y and ins rows x of any length. The terms of a sum are added in the order of i.
    /// </summary>
    public static void Combine(float* weights, nint outStep, nint inStep, int outs, int ins, float* x, nint xStep, float* y, nint yStep, int length, bool adds)
    {
        int c = 0;
        for (; c <= length - 4 * T.Count; c += 4 * T.Count)
        {
            int o = 0;
            for (; Wide && o <= outs - 4; o += 4) Combine4x4(weights + o * outStep, outStep, inStep, ins, x + c, xStep, y + o * yStep + c, yStep, adds);
            for (; o <= outs - 2; o += 2) Combine2x4(weights + o * outStep, outStep, inStep, ins, x + c, xStep, y + o * yStep + c, yStep, adds);
            if (o < outs) Combine1x4(weights + o * outStep, inStep, ins, x + c, xStep, y + o * yStep + c, adds);
        }
        for (; c <= length - T.Count; c += T.Count)
        {
            int o = 0;
            for (; o <= outs - 4; o += 4) Combine4x1(weights + o * outStep, outStep, inStep, ins, x + c, xStep, y + o * yStep + c, yStep, adds);
            for (; o < outs; o++) Combine1(weights + o * outStep, inStep, ins, x + c, xStep, y + o * yStep + c, adds);
        }
        for (; c < length; c++)
        for (int o = 0; o < outs; o++)
        {
            float sum = adds ? y[o * yStep + c] : 0f;
            for (int i = 0; i < ins; i++) sum += weights[o * outStep + i * inStep] * x[i * xStep + c];
            y[o * yStep + c] = sum;
        }
    }

    private static void Combine4x4(float* weights, nint outStep, nint inStep, int ins, float* x, nint xStep, float* y, nint yStep, bool adds)
    {
        T a0 = T.Zero, a1 = T.Zero, a2 = T.Zero, a3 = T.Zero, b0 = T.Zero, b1 = T.Zero, b2 = T.Zero, b3 = T.Zero;
        T c0 = T.Zero, c1 = T.Zero, c2 = T.Zero, c3 = T.Zero, d0 = T.Zero, d1 = T.Zero, d2 = T.Zero, d3 = T.Zero;
        float* b = y + yStep, c = b + yStep, d = c + yStep;
        if (adds)
        {
            (a0, a1, a2, a3) = Load4(y);
            (b0, b1, b2, b3) = Load4(b);
            (c0, c1, c2, c3) = Load4(c);
            (d0, d1, d2, d3) = Load4(d);
        }
        float* w1 = weights + outStep, w2 = w1 + outStep, w3 = w2 + outStep;
        for (int i = 0; i < ins; i++, x += xStep)
        {
            T x0 = T.Load(x), x1 = T.Load(x + T.Count), x2 = T.Load(x + 2 * T.Count), x3 = T.Load(x + 3 * T.Count), w = T.Broadcast(weights[i * inStep]);
            a0 = T.MultiplyAdd(w, x0, a0);
            a1 = T.MultiplyAdd(w, x1, a1);
            a2 = T.MultiplyAdd(w, x2, a2);
            a3 = T.MultiplyAdd(w, x3, a3);
            w = T.Broadcast(w1[i * inStep]);
            b0 = T.MultiplyAdd(w, x0, b0);
            b1 = T.MultiplyAdd(w, x1, b1);
            b2 = T.MultiplyAdd(w, x2, b2);
            b3 = T.MultiplyAdd(w, x3, b3);
            w = T.Broadcast(w2[i * inStep]);
            c0 = T.MultiplyAdd(w, x0, c0);
            c1 = T.MultiplyAdd(w, x1, c1);
            c2 = T.MultiplyAdd(w, x2, c2);
            c3 = T.MultiplyAdd(w, x3, c3);
            w = T.Broadcast(w3[i * inStep]);
            d0 = T.MultiplyAdd(w, x0, d0);
            d1 = T.MultiplyAdd(w, x1, d1);
            d2 = T.MultiplyAdd(w, x2, d2);
            d3 = T.MultiplyAdd(w, x3, d3);
        }
        Store4(a0, a1, a2, a3, y);
        Store4(b0, b1, b2, b3, b);
        Store4(c0, c1, c2, c3, c);
        Store4(d0, d1, d2, d3, d);
    }

    private static void Combine2x4(float* weights, nint outStep, nint inStep, int ins, float* x, nint xStep, float* y, nint yStep, bool adds)
    {
        T a0 = T.Zero, a1 = T.Zero, a2 = T.Zero, a3 = T.Zero, b0 = T.Zero, b1 = T.Zero, b2 = T.Zero, b3 = T.Zero;
        if (adds)
        {
            (a0, a1, a2, a3) = Load4(y);
            (b0, b1, b2, b3) = Load4(y + yStep);
        }
        for (int i = 0; i < ins; i++, x += xStep, weights += inStep)
        {
            T x0 = T.Load(x), x1 = T.Load(x + T.Count), x2 = T.Load(x + 2 * T.Count), x3 = T.Load(x + 3 * T.Count), w = T.Broadcast(weights[0]);
            a0 = T.MultiplyAdd(w, x0, a0);
            a1 = T.MultiplyAdd(w, x1, a1);
            a2 = T.MultiplyAdd(w, x2, a2);
            a3 = T.MultiplyAdd(w, x3, a3);
            w = T.Broadcast(weights[outStep]);
            b0 = T.MultiplyAdd(w, x0, b0);
            b1 = T.MultiplyAdd(w, x1, b1);
            b2 = T.MultiplyAdd(w, x2, b2);
            b3 = T.MultiplyAdd(w, x3, b3);
        }
        Store4(a0, a1, a2, a3, y);
        Store4(b0, b1, b2, b3, y + yStep);
    }

    private static void Combine1x4(float* weights, nint inStep, int ins, float* x, nint xStep, float* y, bool adds)
    {
        T a0 = T.Zero, a1 = T.Zero, a2 = T.Zero, a3 = T.Zero;
        if (adds) (a0, a1, a2, a3) = Load4(y);
        for (int i = 0; i < ins; i++, x += xStep, weights += inStep)
        {
            T w = T.Broadcast(weights[0]);
            a0 = T.MultiplyAdd(w, T.Load(x), a0);
            a1 = T.MultiplyAdd(w, T.Load(x + T.Count), a1);
            a2 = T.MultiplyAdd(w, T.Load(x + 2 * T.Count), a2);
            a3 = T.MultiplyAdd(w, T.Load(x + 3 * T.Count), a3);
        }
        Store4(a0, a1, a2, a3, y);
    }

    private static void Combine4x1(float* weights, nint outStep, nint inStep, int ins, float* x, nint xStep, float* y, nint yStep, bool adds)
    {
        T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
        if (adds) (a, b, c, d) = (T.Load(y), T.Load(y + yStep), T.Load(y + 2 * yStep), T.Load(y + 3 * yStep));
        for (int i = 0; i < ins; i++, x += xStep, weights += inStep)
        {
            T row = T.Load(x);
            a = T.MultiplyAdd(T.Broadcast(weights[0]), row, a);
            b = T.MultiplyAdd(T.Broadcast(weights[outStep]), row, b);
            c = T.MultiplyAdd(T.Broadcast(weights[2 * outStep]), row, c);
            d = T.MultiplyAdd(T.Broadcast(weights[3 * outStep]), row, d);
        }
        a.Store(y);
        b.Store(y + yStep);
        c.Store(y + 2 * yStep);
        d.Store(y + 3 * yStep);
    }

    private static void Combine1(float* weights, nint inStep, int ins, float* x, nint xStep, float* y, bool adds)
    {
        T sum = adds ? T.Load(y) : T.Zero;
        for (int i = 0; i < ins; i++) sum = T.MultiplyAdd(T.Broadcast(weights[i * inStep]), T.Load(x + i * xStep), sum);
        sum.Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T, T, T, T) Load4(float* x) => (T.Load(x), T.Load(x + T.Count), T.Load(x + 2 * T.Count), T.Load(x + 3 * T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4(T a, T b, T c, T d, float* y)
    {
        a.Store(y);
        b.Store(y + T.Count);
        c.Store(y + 2 * T.Count);
        d.Store(y + 3 * T.Count);
    }
}
