// Tiles of rows times a packed panel, unrolled so that every accumulator is a register. Read next: MicroKernel.Outer.cs.
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

internal static unsafe partial class MicroKernel
{
    private static void Product12x2<T>(float* group0, float* group1, float* group2, nint stride, int* offsets, int segments, int length, float* panel, int panelStep, bool adds, float* tile, int tileStep, nint ahead = 0) where T : struct, ILanes<T>
    {
        nint stride3 = stride * 3;
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
        for (int segment = 0; segment < segments; segment++)
        {
            float* p0 = group0 + offsets[segment], p1 = group1 + offsets[segment], p2 = group2 + offsets[segment];
            for (float* end = p0 + length; p0 < end; p0++, p1++, p2++, panel += panelStep)
            {
                if (ahead != 0)
                {
                    Sse.Prefetch0(panel + ahead);
                    Sse.Prefetch0(panel + ahead + lanes);
                }
                T ba = T.Load(panel), bb = T.Load(panel + lanes);
                T a = T.Broadcast(*p0);
                c0a = T.MultiplyAdd(a, ba, c0a); c0b = T.MultiplyAdd(a, bb, c0b);
                a = T.Broadcast(p0[stride]);
                c1a = T.MultiplyAdd(a, ba, c1a); c1b = T.MultiplyAdd(a, bb, c1b);
                a = T.Broadcast(p0[stride * 2]);
                c2a = T.MultiplyAdd(a, ba, c2a); c2b = T.MultiplyAdd(a, bb, c2b);
                a = T.Broadcast(p0[stride3]);
                c3a = T.MultiplyAdd(a, ba, c3a); c3b = T.MultiplyAdd(a, bb, c3b);
                a = T.Broadcast(*p1);
                c4a = T.MultiplyAdd(a, ba, c4a); c4b = T.MultiplyAdd(a, bb, c4b);
                a = T.Broadcast(p1[stride]);
                c5a = T.MultiplyAdd(a, ba, c5a); c5b = T.MultiplyAdd(a, bb, c5b);
                a = T.Broadcast(p1[stride * 2]);
                c6a = T.MultiplyAdd(a, ba, c6a); c6b = T.MultiplyAdd(a, bb, c6b);
                a = T.Broadcast(p1[stride3]);
                c7a = T.MultiplyAdd(a, ba, c7a); c7b = T.MultiplyAdd(a, bb, c7b);
                a = T.Broadcast(*p2);
                c8a = T.MultiplyAdd(a, ba, c8a); c8b = T.MultiplyAdd(a, bb, c8b);
                a = T.Broadcast(p2[stride]);
                c9a = T.MultiplyAdd(a, ba, c9a); c9b = T.MultiplyAdd(a, bb, c9b);
                a = T.Broadcast(p2[stride * 2]);
                c10a = T.MultiplyAdd(a, ba, c10a); c10b = T.MultiplyAdd(a, bb, c10b);
                a = T.Broadcast(p2[stride3]);
                c11a = T.MultiplyAdd(a, ba, c11a); c11b = T.MultiplyAdd(a, bb, c11b);
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

    private static void Product12x1<T>(float* group0, float* group1, float* group2, nint stride, int* offsets, int segments, int length, float* panel, int panelStep, bool adds, float* tile, int tileStep) where T : struct, ILanes<T>
    {
        nint stride3 = stride * 3;
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
        for (int segment = 0; segment < segments; segment++)
        {
            float* p0 = group0 + offsets[segment], p1 = group1 + offsets[segment], p2 = group2 + offsets[segment];
            for (float* end = p0 + length; p0 < end; p0++, p1++, p2++, panel += panelStep)
            {
                T ba = T.Load(panel);
                c0a = T.MultiplyAdd(T.Broadcast(*p0), ba, c0a);
                c1a = T.MultiplyAdd(T.Broadcast(p0[stride]), ba, c1a);
                c2a = T.MultiplyAdd(T.Broadcast(p0[stride * 2]), ba, c2a);
                c3a = T.MultiplyAdd(T.Broadcast(p0[stride3]), ba, c3a);
                c4a = T.MultiplyAdd(T.Broadcast(*p1), ba, c4a);
                c5a = T.MultiplyAdd(T.Broadcast(p1[stride]), ba, c5a);
                c6a = T.MultiplyAdd(T.Broadcast(p1[stride * 2]), ba, c6a);
                c7a = T.MultiplyAdd(T.Broadcast(p1[stride3]), ba, c7a);
                c8a = T.MultiplyAdd(T.Broadcast(*p2), ba, c8a);
                c9a = T.MultiplyAdd(T.Broadcast(p2[stride]), ba, c9a);
                c10a = T.MultiplyAdd(T.Broadcast(p2[stride * 2]), ba, c10a);
                c11a = T.MultiplyAdd(T.Broadcast(p2[stride3]), ba, c11a);
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

    private static void Product4x2<T>(float* group0, nint stride, int* offsets, int segments, int length, float* panel, int panelStep, bool adds, float* tile, int tileStep) where T : struct, ILanes<T>
    {
        nint stride3 = stride * 3;
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
        for (int segment = 0; segment < segments; segment++)
        {
            float* p0 = group0 + offsets[segment];
            for (float* end = p0 + length; p0 < end; p0++, panel += panelStep)
            {
                T ba = T.Load(panel), bb = T.Load(panel + lanes);
                T a = T.Broadcast(*p0);
                c0a = T.MultiplyAdd(a, ba, c0a); c0b = T.MultiplyAdd(a, bb, c0b);
                a = T.Broadcast(p0[stride]);
                c1a = T.MultiplyAdd(a, ba, c1a); c1b = T.MultiplyAdd(a, bb, c1b);
                a = T.Broadcast(p0[stride * 2]);
                c2a = T.MultiplyAdd(a, ba, c2a); c2b = T.MultiplyAdd(a, bb, c2b);
                a = T.Broadcast(p0[stride3]);
                c3a = T.MultiplyAdd(a, ba, c3a); c3b = T.MultiplyAdd(a, bb, c3b);
            }
        }
        c0a.Store(tile + 0 * tileStep); c0b.Store(tile + 0 * tileStep + lanes);
        c1a.Store(tile + 1 * tileStep); c1b.Store(tile + 1 * tileStep + lanes);
        c2a.Store(tile + 2 * tileStep); c2b.Store(tile + 2 * tileStep + lanes);
        c3a.Store(tile + 3 * tileStep); c3b.Store(tile + 3 * tileStep + lanes);
    }

    private static void Product4x1<T>(float* group0, nint stride, int* offsets, int segments, int length, float* panel, int panelStep, bool adds, float* tile, int tileStep) where T : struct, ILanes<T>
    {
        nint stride3 = stride * 3;
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
        for (int segment = 0; segment < segments; segment++)
        {
            float* p0 = group0 + offsets[segment];
            for (float* end = p0 + length; p0 < end; p0++, panel += panelStep)
            {
                T ba = T.Load(panel);
                c0a = T.MultiplyAdd(T.Broadcast(*p0), ba, c0a);
                c1a = T.MultiplyAdd(T.Broadcast(p0[stride]), ba, c1a);
                c2a = T.MultiplyAdd(T.Broadcast(p0[stride * 2]), ba, c2a);
                c3a = T.MultiplyAdd(T.Broadcast(p0[stride3]), ba, c3a);
            }
        }
        c0a.Store(tile + 0 * tileStep);
        c1a.Store(tile + 1 * tileStep);
        c2a.Store(tile + 2 * tileStep);
        c3a.Store(tile + 3 * tileStep);
    }
}
