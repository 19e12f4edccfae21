// Whether one group computes a whole max-margin loss. The one place where this is decided. Read next: GpuDevice.MaxMargin.cs.
namespace Dcc.Kernels;

internal static class GpuMaxMarginChoice
{
    /// <summary>Largest batch of one group, at 256 threads one a sound and one a picture; the size of its arrays in shared memory.</summary>
    public const int MostBatch = 128;

    /// <summary>
    /// One launch instead of two or three, as long as one multiprocessor walks the matrix sooner than the others could be asked to: 128 x 128 floats are 64 KiB, which its
    /// first-level cache holds, and 64 of them a thread.
    /// </summary>
    public static bool OneGroup(int sounds, int images) => images <= MostBatch && (long)sounds * images <= MostBatch * MostBatch;
}
