// Whether a sample's vectors stay in shared memory through all rounds of soft assignment. The one place where this is decided, for both profiles.
// Read next: GpuDevice.SoftAssign.cs, ../SoftAssignEuclidean/GpuDevice.SoftAssignEuclidean.cs.
namespace Dcc.Kernels;

internal static class GpuSoftAssignChoice
{
    /// <summary>Floats of a sample that a group can hold: 32 KiB, which every card gives to a group and, of sm_80's 164 KiB a multiprocessor, leaves room for four of them.</summary>
    public const int HeldFloats = 8192;

    /// <summary>
    /// Held: read from global memory once a call. Streamed: twice (forward) or three times (backward) a round, from the second-level cache as long as the batch fits it.
    /// </summary>
    public static bool Held(int sampleFloats, DeviceLimits limits) =>
        sampleFloats <= HeldFloats && limits.SharedMemoryBytes >= (HeldFloats + GroupTree.MaxThreads) * sizeof(float);
}
