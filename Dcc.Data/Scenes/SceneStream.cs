// Where the random numbers of scenes come from. Read next: ScenePlan.cs.
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>What numbers are for: streams of different purposes never meet.</summary>
internal enum StreamPurpose { Batch = 1, TrainingScene, TestScene, Noise, Mismatch, Bootstrap, RandomBaseline, FixedPoint, ShardOrder }

/// <summary>Streams named by (seed, purpose, step, unit), so that no scene depends on what was composed before it.</summary>
internal static class SceneStream
{
    private const int UnitBits = 28;

    public static Philox Of(ulong seed, StreamPurpose purpose, int step, int unit) =>
        new(seed, ((ulong)purpose << 60) | ((ulong)(uint)step << UnitBits) | ((uint)unit & ((1u << UnitBits) - 1)));
}
