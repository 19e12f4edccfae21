// A kernel on one architecture: the assembler's report and its machine code. Read next: GateRules.cs.
using Dcc.Kernels;

namespace Dcc.Bench.Assembler;

internal sealed record KernelCode(CatalogKernel Kernel, PtxTarget Target, PtxasReport Report, InstructionMix Whole, InstructionMix? Loop)
{
    public static IReadOnlyList<PtxTarget> Targets { get; } = [PtxTarget.Sm80, PtxTarget.Sm90];

    /// <summary>The hot loop, or the kernel where no loop multiplies and adds.</summary>
    public InstructionMix Hot => Loop ?? Whole;

    public int SharedBytes => Report.SharedBytes + Kernel.Facts.DynamicSharedBytes;

    public int Warps => (Target == PtxTarget.Sm90 ? Multiprocessor.Sm90 : Multiprocessor.Sm80).ResidentWarps(Kernel.Facts.Threads, Report.Registers, SharedBytes);
}
