// Sums and maxima over the threads of a group as a fixed tree in shared memory: same bits every run, on any device. Read next: ../Squash/GpuDevice.Squash.cs.
using ILGPU;

namespace Dcc.Kernels;

internal static class GroupTree
{
    /// <summary>Largest group that the ops with a tree use; the size of their shared arrays.</summary>
    public const int MaxThreads = 256;

    /// <summary>
    /// Sum of <paramref name="value"/> over a group, given to all its threads. <paramref name="shared"/> has a float per thread; the group's
    /// size is a power of two. Every thread of the group must get here.
    /// </summary>
    public static float Sum(ArrayView<float> shared, float value)
    {
        int thread = Group.IdxX;
        shared[thread] = value;
        Group.Barrier();
        for (int stride = Group.DimX >> 1; stride > 0; stride >>= 1)
        {
            if (thread < stride) shared[thread] += shared[thread + stride];
            Group.Barrier();
        }
        float sum = shared[0];
        Leave();
        return sum;
    }

    /// <summary>Largest <paramref name="value"/> over a group, given to all its threads; values must not be NaN. Otherwise as <see cref="Sum"/>.</summary>
    public static float Max(ArrayView<float> shared, float value)
    {
        int thread = Group.IdxX;
        shared[thread] = value;
        Group.Barrier();
        for (int stride = Group.DimX >> 1; stride > 0; stride >>= 1)
        {
            if (thread < stride && shared[thread + stride] > shared[thread]) shared[thread] = shared[thread + stride];
            Group.Barrier();
        }
        float largest = shared[0];
        Leave();
        return largest;
    }

    /// <summary>
    /// Threads seen as [slices, lanes] with lane = thread % lanes: the sum over the slices of one lane, given to the thread of slice 0; other threads get a part of it.
    /// </summary>
    public static float SumSlices(ArrayView<float> shared, int lanes, float value)
    {
        int thread = Group.IdxX;
        shared[thread] = value;
        Group.Barrier();
        for (int stride = Group.DimX >> 1; stride >= lanes; stride >>= 1)
        {
            if (thread < stride) shared[thread] += shared[thread + stride];
            Group.Barrier();
        }
        float sum = shared[thread];
        Leave();
        return sum;
    }

    /// <summary>Threads seen as [slices, lanes]: the sum over the lanes of one slice, given to all threads of the slice.</summary>
    public static float SumLanes(ArrayView<float> shared, int lanes, float value)
    {
        int thread = Group.IdxX, lane = thread & (lanes - 1);
        shared[thread] = value;
        Group.Barrier();
        for (int stride = lanes >> 1; stride > 0; stride >>= 1)
        {
            if (lane < stride) shared[thread] += shared[thread + stride];
            Group.Barrier();
        }
        float sum = shared[thread - lane];
        Leave();
        return sum;
    }

    /// <summary>
    /// After this the caller may write to the shared array again. Two barriers: ILGPU 1.5 may move a read past the last memory operation of its block (CodePlacement looks at all but
    /// that one), and past a single barrier it would meet the next write.
    /// </summary>
    private static void Leave()
    {
        Group.Barrier();
        Group.Barrier();
    }
}
