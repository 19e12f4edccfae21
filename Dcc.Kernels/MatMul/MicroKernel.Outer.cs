// Tiles of sums of outer products, unrolled so that every accumulator is a register. Read next: CpuDevice.MatMul.cs.
namespace Dcc.Kernels;

internal static unsafe partial class MicroKernel
{
    private static void Outer12x2<T>(float* a, nint aStep, nint aLine, float* b, nint bStep, nint bLine, int lines, int points, bool adds, float* tile, int tileStep) where T : struct, ILanes<T>
    {
        int lanes = T.Count;
        T c0a = default, c0b = default;
        T c1a = default, c1b = default;
        T c2a = default, c2b = default;
        T c3a = default, c3b = default;
        T c4a = default, c4b = default;
        T c5a = default, c5b = default;
        T c6a = default, c6b = default;
        T c7a = default, c7b = default;
        T c8a = default, c8b = default;
        T c9a = default, c9b = default;
        T c10a = default, c10b = default;
        T c11a = default, c11b = default;
        if (adds)
        {
            c0a = T.Load(tile + 0 * tileStep); c0b = T.Load(tile + 0 * tileStep + lanes);
            c1a = T.Load(tile + 1 * tileStep); c1b = T.Load(tile + 1 * tileStep + lanes);
            c2a = T.Load(tile + 2 * tileStep); c2b = T.Load(tile + 2 * tileStep + lanes);
            c3a = T.Load(tile + 3 * tileStep); c3b = T.Load(tile + 3 * tileStep + lanes);
            c4a = T.Load(tile + 4 * tileStep); c4b = T.Load(tile + 4 * tileStep + lanes);
            c5a = T.Load(tile + 5 * tileStep); c5b = T.Load(tile + 5 * tileStep + lanes);
            c6a = T.Load(tile + 6 * tileStep); c6b = T.Load(tile + 6 * tileStep + lanes);
            c7a = T.Load(tile + 7 * tileStep); c7b = T.Load(tile + 7 * tileStep + lanes);
            c8a = T.Load(tile + 8 * tileStep); c8b = T.Load(tile + 8 * tileStep + lanes);
            c9a = T.Load(tile + 9 * tileStep); c9b = T.Load(tile + 9 * tileStep + lanes);
            c10a = T.Load(tile + 10 * tileStep); c10b = T.Load(tile + 10 * tileStep + lanes);
            c11a = T.Load(tile + 11 * tileStep); c11b = T.Load(tile + 11 * tileStep + lanes);
        }
        for (int line = 0; line < lines; line++)
        {
            float* pa = a + line * aLine, pb = b + line * bLine;
            for (int point = 0; point < points; point++, pa += aStep, pb += bStep)
            {
                T ba = T.Load(pb), bb = T.Load(pb + lanes);
                T s = T.Broadcast(pa[0]);
                c0a = T.MultiplyAdd(s, ba, c0a); c0b = T.MultiplyAdd(s, bb, c0b);
                s = T.Broadcast(pa[1]);
                c1a = T.MultiplyAdd(s, ba, c1a); c1b = T.MultiplyAdd(s, bb, c1b);
                s = T.Broadcast(pa[2]);
                c2a = T.MultiplyAdd(s, ba, c2a); c2b = T.MultiplyAdd(s, bb, c2b);
                s = T.Broadcast(pa[3]);
                c3a = T.MultiplyAdd(s, ba, c3a); c3b = T.MultiplyAdd(s, bb, c3b);
                s = T.Broadcast(pa[4]);
                c4a = T.MultiplyAdd(s, ba, c4a); c4b = T.MultiplyAdd(s, bb, c4b);
                s = T.Broadcast(pa[5]);
                c5a = T.MultiplyAdd(s, ba, c5a); c5b = T.MultiplyAdd(s, bb, c5b);
                s = T.Broadcast(pa[6]);
                c6a = T.MultiplyAdd(s, ba, c6a); c6b = T.MultiplyAdd(s, bb, c6b);
                s = T.Broadcast(pa[7]);
                c7a = T.MultiplyAdd(s, ba, c7a); c7b = T.MultiplyAdd(s, bb, c7b);
                s = T.Broadcast(pa[8]);
                c8a = T.MultiplyAdd(s, ba, c8a); c8b = T.MultiplyAdd(s, bb, c8b);
                s = T.Broadcast(pa[9]);
                c9a = T.MultiplyAdd(s, ba, c9a); c9b = T.MultiplyAdd(s, bb, c9b);
                s = T.Broadcast(pa[10]);
                c10a = T.MultiplyAdd(s, ba, c10a); c10b = T.MultiplyAdd(s, bb, c10b);
                s = T.Broadcast(pa[11]);
                c11a = T.MultiplyAdd(s, ba, c11a); c11b = T.MultiplyAdd(s, bb, c11b);
            }
        }
        c0a.Store(tile + 0 * tileStep); c0b.Store(tile + 0 * tileStep + lanes);
        c1a.Store(tile + 1 * tileStep); c1b.Store(tile + 1 * tileStep + lanes);
        c2a.Store(tile + 2 * tileStep); c2b.Store(tile + 2 * tileStep + lanes);
        c3a.Store(tile + 3 * tileStep); c3b.Store(tile + 3 * tileStep + lanes);
        c4a.Store(tile + 4 * tileStep); c4b.Store(tile + 4 * tileStep + lanes);
        c5a.Store(tile + 5 * tileStep); c5b.Store(tile + 5 * tileStep + lanes);
        c6a.Store(tile + 6 * tileStep); c6b.Store(tile + 6 * tileStep + lanes);
        c7a.Store(tile + 7 * tileStep); c7b.Store(tile + 7 * tileStep + lanes);
        c8a.Store(tile + 8 * tileStep); c8b.Store(tile + 8 * tileStep + lanes);
        c9a.Store(tile + 9 * tileStep); c9b.Store(tile + 9 * tileStep + lanes);
        c10a.Store(tile + 10 * tileStep); c10b.Store(tile + 10 * tileStep + lanes);
        c11a.Store(tile + 11 * tileStep); c11b.Store(tile + 11 * tileStep + lanes);
    }

    private static void Outer12x1<T>(float* a, nint aStep, nint aLine, float* b, nint bStep, nint bLine, int lines, int points, bool adds, float* tile, int tileStep) where T : struct, ILanes<T>
    {
        int lanes = T.Count;
        T c0a = default;
        T c1a = default;
        T c2a = default;
        T c3a = default;
        T c4a = default;
        T c5a = default;
        T c6a = default;
        T c7a = default;
        T c8a = default;
        T c9a = default;
        T c10a = default;
        T c11a = default;
        if (adds)
        {
            c0a = T.Load(tile + 0 * tileStep);
            c1a = T.Load(tile + 1 * tileStep);
            c2a = T.Load(tile + 2 * tileStep);
            c3a = T.Load(tile + 3 * tileStep);
            c4a = T.Load(tile + 4 * tileStep);
            c5a = T.Load(tile + 5 * tileStep);
            c6a = T.Load(tile + 6 * tileStep);
            c7a = T.Load(tile + 7 * tileStep);
            c8a = T.Load(tile + 8 * tileStep);
            c9a = T.Load(tile + 9 * tileStep);
            c10a = T.Load(tile + 10 * tileStep);
            c11a = T.Load(tile + 11 * tileStep);
        }
        for (int line = 0; line < lines; line++)
        {
            float* pa = a + line * aLine, pb = b + line * bLine;
            for (int point = 0; point < points; point++, pa += aStep, pb += bStep)
            {
                T ba = T.Load(pb);
                c0a = T.MultiplyAdd(T.Broadcast(pa[0]), ba, c0a);
                c1a = T.MultiplyAdd(T.Broadcast(pa[1]), ba, c1a);
                c2a = T.MultiplyAdd(T.Broadcast(pa[2]), ba, c2a);
                c3a = T.MultiplyAdd(T.Broadcast(pa[3]), ba, c3a);
                c4a = T.MultiplyAdd(T.Broadcast(pa[4]), ba, c4a);
                c5a = T.MultiplyAdd(T.Broadcast(pa[5]), ba, c5a);
                c6a = T.MultiplyAdd(T.Broadcast(pa[6]), ba, c6a);
                c7a = T.MultiplyAdd(T.Broadcast(pa[7]), ba, c7a);
                c8a = T.MultiplyAdd(T.Broadcast(pa[8]), ba, c8a);
                c9a = T.MultiplyAdd(T.Broadcast(pa[9]), ba, c9a);
                c10a = T.MultiplyAdd(T.Broadcast(pa[10]), ba, c10a);
                c11a = T.MultiplyAdd(T.Broadcast(pa[11]), ba, c11a);
            }
        }
        c0a.Store(tile + 0 * tileStep);
        c1a.Store(tile + 1 * tileStep);
        c2a.Store(tile + 2 * tileStep);
        c3a.Store(tile + 3 * tileStep);
        c4a.Store(tile + 4 * tileStep);
        c5a.Store(tile + 5 * tileStep);
        c6a.Store(tile + 6 * tileStep);
        c7a.Store(tile + 7 * tileStep);
        c8a.Store(tile + 8 * tileStep);
        c9a.Store(tile + 9 * tileStep);
        c10a.Store(tile + 10 * tileStep);
        c11a.Store(tile + 11 * tileStep);
    }

    private static void Outer4x2<T>(float* a, nint aStep, nint aLine, float* b, nint bStep, nint bLine, int lines, int points, bool adds, float* tile, int tileStep) where T : struct, ILanes<T>
    {
        int lanes = T.Count;
        T c0a = default, c0b = default;
        T c1a = default, c1b = default;
        T c2a = default, c2b = default;
        T c3a = default, c3b = default;
        if (adds)
        {
            c0a = T.Load(tile + 0 * tileStep); c0b = T.Load(tile + 0 * tileStep + lanes);
            c1a = T.Load(tile + 1 * tileStep); c1b = T.Load(tile + 1 * tileStep + lanes);
            c2a = T.Load(tile + 2 * tileStep); c2b = T.Load(tile + 2 * tileStep + lanes);
            c3a = T.Load(tile + 3 * tileStep); c3b = T.Load(tile + 3 * tileStep + lanes);
        }
        for (int line = 0; line < lines; line++)
        {
            float* pa = a + line * aLine, pb = b + line * bLine;
            for (int point = 0; point < points; point++, pa += aStep, pb += bStep)
            {
                T ba = T.Load(pb), bb = T.Load(pb + lanes);
                T s = T.Broadcast(pa[0]);
                c0a = T.MultiplyAdd(s, ba, c0a); c0b = T.MultiplyAdd(s, bb, c0b);
                s = T.Broadcast(pa[1]);
                c1a = T.MultiplyAdd(s, ba, c1a); c1b = T.MultiplyAdd(s, bb, c1b);
                s = T.Broadcast(pa[2]);
                c2a = T.MultiplyAdd(s, ba, c2a); c2b = T.MultiplyAdd(s, bb, c2b);
                s = T.Broadcast(pa[3]);
                c3a = T.MultiplyAdd(s, ba, c3a); c3b = T.MultiplyAdd(s, bb, c3b);
            }
        }
        c0a.Store(tile + 0 * tileStep); c0b.Store(tile + 0 * tileStep + lanes);
        c1a.Store(tile + 1 * tileStep); c1b.Store(tile + 1 * tileStep + lanes);
        c2a.Store(tile + 2 * tileStep); c2b.Store(tile + 2 * tileStep + lanes);
        c3a.Store(tile + 3 * tileStep); c3b.Store(tile + 3 * tileStep + lanes);
    }

    private static void Outer4x1<T>(float* a, nint aStep, nint aLine, float* b, nint bStep, nint bLine, int lines, int points, bool adds, float* tile, int tileStep) where T : struct, ILanes<T>
    {
        int lanes = T.Count;
        T c0a = default;
        T c1a = default;
        T c2a = default;
        T c3a = default;
        if (adds)
        {
            c0a = T.Load(tile + 0 * tileStep);
            c1a = T.Load(tile + 1 * tileStep);
            c2a = T.Load(tile + 2 * tileStep);
            c3a = T.Load(tile + 3 * tileStep);
        }
        for (int line = 0; line < lines; line++)
        {
            float* pa = a + line * aLine, pb = b + line * bLine;
            for (int point = 0; point < points; point++, pa += aStep, pb += bStep)
            {
                T ba = T.Load(pb);
                c0a = T.MultiplyAdd(T.Broadcast(pa[0]), ba, c0a);
                c1a = T.MultiplyAdd(T.Broadcast(pa[1]), ba, c1a);
                c2a = T.MultiplyAdd(T.Broadcast(pa[2]), ba, c2a);
                c3a = T.MultiplyAdd(T.Broadcast(pa[3]), ba, c3a);
            }
        }
        c0a.Store(tile + 0 * tileStep);
        c1a.Store(tile + 1 * tileStep);
        c2a.Store(tile + 2 * tileStep);
        c3a.Store(tile + 3 * tileStep);
    }
}
