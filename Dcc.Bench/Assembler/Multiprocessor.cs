// How many warps a multiprocessor holds, from what a group needs. Read next: GateRules.cs.
namespace Dcc.Bench.Assembler;

/// <summary>
/// Limits of compute capabilities 8.0 and 9.0: CUDA C++ Programming Guide, "Compute Capabilities", table "Technical Specifications per Compute Capability"
/// (64 K registers, 2048 threads, 32 groups; shared memory of 164 and 228 KiB, of which a group is charged 1 KiB for the system: sections "Shared Memory").
/// Granularity of registers and warps: the CUDA occupancy calculator (256 registers a warp, warps in fours, one for each of the four partitions; shared memory in 128 bytes).
/// </summary>
internal sealed record Multiprocessor(int SharedBytes)
{
    private const int Registers = 65536, RegisterUnit = 256, Partitions = 4, Warps = 64, Groups = 32, SharedUnit = 128, SharedOfSystem = 1024, WarpThreads = 32;

    public static Multiprocessor Sm80 { get; } = new(164 * 1024);

    public static Multiprocessor Sm90 { get; } = new(228 * 1024);

    /// <summary>Warps resident at a time if there are groups enough.</summary>
    /// <param name="threads">Threads of a group.</param>
    /// <param name="registers">Registers of a thread.</param>
    /// <param name="sharedBytes">Shared memory of a group, static and dynamic.</param>
    public int ResidentWarps(int threads, int registers, int sharedBytes)
    {
        int warps = RoundUp(threads, WarpThreads) / WarpThreads;
        int byRegisters = Registers / Partitions / RoundUp(registers * WarpThreads, RegisterUnit) * Partitions / warps;
        int byShared = SharedBytes / RoundUp(sharedBytes + SharedOfSystem, SharedUnit);
        return warps * Math.Min(Math.Min(byRegisters, byShared), Math.Min(Warps / warps, Groups));
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
