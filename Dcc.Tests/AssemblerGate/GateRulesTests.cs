// The bars of the assembler gate: arithmetic of occupancy, rules on made-up reports, and kernels with a fault through the real assembler where it is at hand.
// Read next: ../TrapKernels.cs, ../../Dcc.Bench/Assembler/GateRules.cs.
using Dcc.Bench.Assembler;
using Dcc.Kernels;

namespace Dcc.Tests.AssemblerGate;

public sealed class GateRulesTests
{
    // By hand: registers of a warp in units of 256, 16384 of them in each of four partitions; shared memory with 1 KiB a group for the system.
    [Theory]
    [InlineData(256, 32, 0, 64, 64)] // 1024 a warp: 16 a partition
    [InlineData(256, 33, 0, 48, 48)] // 40 registers, 1280 a warp: 12 a partition
    [InlineData(256, 128, 0, 16, 16)] // 4096 a warp: 4 a partition, two groups of eight
    [InlineData(256, 129, 0, 8, 8)] // 4352 a warp: 3 a partition are 12, one group
    [InlineData(256, 96, 32768, 16, 16)] // 5 a partition are 20: two groups; shared memory would hold four and six
    [InlineData(64, 16, 49152, 6, 8)] // three groups of 49 KiB in 164, four in 228
    [InlineData(32, 16, 0, 32, 32)] // 32 groups at most
    [InlineData(1024, 40, 0, 32, 32)] // 12 a partition are 48: one group of 32
    [InlineData(48, 16, 0, 64, 64)] // one and a half warps count as two
    public void Resident_warps_follow_registers_shared_memory_and_groups(int threads, int registers, int shared, int sm80, int sm90) =>
        Assert.Equal((sm80, sm90), (Multiprocessor.Sm80.ResidentWarps(threads, registers, shared), Multiprocessor.Sm90.ResidentWarps(threads, registers, shared)));

    [Fact]
    public void Code_that_clears_every_bar_passes() => Assert.Empty(GateRules.Failures([MainLoop(), MainLoop() with { Target = PtxTarget.Sm90 }]));

    [Fact]
    public void Spills_have_no_excuse()
    {
        KernelCode code = MainLoop("too many sums") with { Report = new PtxasReport(255, 0, 8, 4, 4) };
        Assert.Contains(GateRules.Failures([code]), failure => failure.Contains("spills registers (4 bytes stored, 4 loaded)", StringComparison.Ordinal));
        KernelCode local = MainLoop() with { Report = new PtxasReport(64, 0, 8, 0, 0) };
        Assert.Contains("local memory", Assert.Single(GateRules.Failures([local])), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_bar_of_a_main_loop_is_held()
    {
        Assert.Contains("84.0 %", Assert.Single(GateRules.Failures([MainLoop() with { Loop = Mix(84, "LDS.128") }])), StringComparison.Ordinal);
        Assert.Contains("less than 128 bits", Assert.Single(GateRules.Failures([MainLoop() with { Loop = Mix(90, "LDS.64") }])), StringComparison.Ordinal);
        Assert.Contains("room for 8 warps", Assert.Single(GateRules.Failures([MainLoop() with { Report = new PtxasReport(160, 0, 0, 0, 0) }])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_excuses_a_missed_bar_and_must_go_when_none_is_missed()
    {
        Assert.Empty(GateRules.Failures([MainLoop("one operand is a scalar") with { Loop = Mix(50, "LDS.32") }, MainLoop("one operand is a scalar")]));
        Assert.Contains("excuses nothing", Assert.Single(GateRules.Failures([MainLoop("one operand is a scalar")])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_a_size_is_told_where_to_write_it() =>
        Assert.Contains("KernelWork.cs: add one", Assert.Throws<InvalidOperationException>(() => KernelWork.Of(TrapKernels.Named(nameof(TrapKernels.NarrowTrapKernel)))).Message, StringComparison.Ordinal);

    [CudaAssemblerTheory]
    [InlineData(nameof(TrapKernels.SpillTrapKernel), "spills registers")]
    [InlineData(nameof(TrapKernels.LocalTrapKernel), "uses local memory")]
    [InlineData(nameof(TrapKernels.NarrowTrapKernel), "loads less than 128 bits")]
    [InlineData(nameof(TrapKernels.NarrowTrapKernel), "at least 85 % are asked for")]
    [InlineData(nameof(TrapKernels.OccupancyTrapKernel), "16 are claimed")]
    public void A_fault_in_a_kernel_fails_the_gate(string trap, string sentence)
    {
        KernelCode code = (AssemblerTools.Fetched() ?? throw new InvalidOperationException("Run .ci/cuda-as --fetch first.")).Look(TrapKernels.Named(trap), PtxTarget.Sm80);
        Assert.Contains(GateRules.Failures([code]), failure => failure.Contains(sentence, StringComparison.Ordinal));
    }

    /// <summary>128 registers for groups of 256, 90 of 100 instructions are FFMA, all loads of 128 bits.</summary>
    private static KernelCode MainLoop(string? reason = null)
    {
        CatalogKernel kernel = TrapKernels.Named(nameof(TrapKernels.NarrowTrapKernel)) with { Facts = new GpuKernelAttribute { MainLoop = true, Reason = reason } };
        return new(kernel, PtxTarget.Sm80, new PtxasReport(128, 0, 0, 0, 0), Mix(90, "LDS.128"), Mix(90, "LDS.128"));
    }

    private static InstructionMix Mix(int ffma, string load) =>
        InstructionMix.Of([.. Enumerable.Repeat(new Instruction("FFMA", null), ffma), new Instruction(load, null), .. Enumerable.Repeat(new Instruction("IADD3", null), 99 - ffma)]);
}

/// <summary>A theory that needs what .ci/cuda-as fetches; DCC_REQUIRE_CUDA_AS=1 (set in CI) makes its absence a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CudaAssemblerTheoryAttribute : TheoryAttribute
{
    public CudaAssemblerTheoryAttribute()
    {
        if (Environment.GetEnvironmentVariable("DCC_REQUIRE_CUDA_AS") != "1" && AssemblerTools.Fetched() is null) Skip = "NVIDIA's assembler is not here: .ci/cuda-as --fetch brings it.";
    }
}
