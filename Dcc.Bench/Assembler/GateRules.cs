// The bars that machine code must clear. Read next: AssemblerTools.cs.
using System.Globalization;
using Dcc.Kernels;

namespace Dcc.Bench.Assembler;

internal static class GateRules
{
    public const double LeastFfmaShare = 0.85;
    public const int LeastWarps = 16;

    /// <summary>One sentence for each thing that is wrong with one kernel's code, in all its specialisations and on all architectures.</summary>
    public static IEnumerable<string> Failures(IEnumerable<KernelCode> codes)
    {
        foreach (IGrouping<string, KernelCode> kernel in codes.GroupBy(code => code.Kernel.Method.Name))
        {
            foreach (string spill in kernel.SelectMany(Spills)) yield return spill;
            string[] missed = [.. kernel.SelectMany(MissedBars)];
            string? reason = kernel.First().Kernel.Facts.Reason;
            if (reason is null)
                foreach (string bar in missed) yield return $"{bar} Change the kernel, or say in its [GpuKernel(Reason = ...)] why not, with the arithmetic.";
            else if (missed.Length == 0) yield return $"{kernel.Key} clears every bar, so its [GpuKernel(Reason = ...)] excuses nothing: remove it.";
        }
    }

    private static IEnumerable<string> Spills(KernelCode code)
    {
        PtxasReport report = code.Report;
        if (report.SpillStoreBytes > 0 || report.SpillLoadBytes > 0)
            yield return $"{Name(code)} spills registers ({report.SpillStoreBytes} bytes stored, {report.SpillLoadBytes} loaded). Keep fewer values alive, or lower MinGroups in its [GpuKernel].";
        else if (report.StackBytes > 0 || code.Whole.Local > 0)
            yield return $"{Name(code)} uses local memory ({report.StackBytes} bytes a thread, {code.Whole.Local} instructions). Use value structs, not arrays or variable indices.";
    }

    /// <summary>What a written reason may excuse; docs/kernels.md prints them beside it.</summary>
    public static IEnumerable<string> MissedBars(KernelCode code)
    {
        GpuKernelAttribute facts = code.Kernel.Facts;
        int wanted = facts.MainLoop ? Math.Max(LeastWarps, facts.Warps) : facts.Warps;
        if (code.Warps < wanted)
            yield return $"{Name(code)} leaves room for {code.Warps} warps a multiprocessor ({facts.Threads} threads, {code.Report.Registers} registers, {code.SharedBytes} bytes of shared memory); {wanted} are claimed.";
        if (!facts.MainLoop) yield break;
        if (code.Hot.FfmaShare < LeastFfmaShare)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Name(code)} has {code.Hot.Ffma} FFMA among {code.Hot.Instructions} instructions of its loop ({code.Hot.FfmaShare:P1}); at least {LeastFfmaShare:P0} are asked for.");
        if (code.Hot.NarrowLoads > 0)
            yield return $"{Name(code)} loads less than 128 bits at a time in its loop ({code.Hot}).";
    }

    private static string Name(KernelCode code) => $"{code.Kernel.Title} ({code.Target.ToString().Replace("Sm", "sm_", StringComparison.Ordinal)})";
}
