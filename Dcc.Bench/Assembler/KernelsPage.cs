// docs/kernels.md from what the assembler made of every kernel. The same kernels give the same text. Read next: ../KernelsCommand.cs.
using System.Globalization;
using System.Text;
using Dcc.Bench.Measuring;
using Dcc.Kernels;

namespace Dcc.Bench.Assembler;

internal static class KernelsPage
{
    public static string Write(IReadOnlyList<KernelCode> codes, KernelSource source, string version)
    {
        StringBuilder page = new(Head(codes, version));
        ILookup<string, KernelCode[]> ops = ByKernel(codes).ToLookup(kernel => source.Op(kernel[0].Kernel));
        foreach (IGrouping<string, KernelCode[]> op in ops.OrderBy(op => op.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {op.Key}\n\n");
            foreach (IGrouping<string, CatalogKernel> kernels in op.Select(kernel => kernel[0].Kernel).DistinctBy(kernel => kernel.Method.Name).GroupBy(source.Sentence))
                page.Append(CultureInfo.InvariantCulture, $"- {string.Join(", ", kernels.Select(kernel => $"`{kernel.Method.Name}`"))}: {kernels.Key}\n");
            foreach (CatalogKernel kernel in op.Select(kernel => kernel[0].Kernel).Where(kernel => kernel.Facts.Reason is not null).DistinctBy(kernel => kernel.Method.Name))
                page.Append(CultureInfo.InvariantCulture, $"\n`{kernel.Method.Name}` misses a bar: {kernel.Facts.Reason}\n");
            page.Append('\n').Append(Code(op)).Append('\n').Append(Roofs(op));
        }
        return page.ToString();
    }

    /// <summary>What --check compares: tables and headings. Sentences may be reworded without a new page.</summary>
    public static IEnumerable<string> Facts(string page) => page.Split('\n').Where(line => line.StartsWith('|') || line.StartsWith('#'));

    /// <summary>A kernel's code on all architectures.</summary>
    public static IEnumerable<KernelCode[]> ByKernel(IEnumerable<KernelCode> codes) => codes.GroupBy(code => code.Kernel.Title).Select(kernel => kernel.OrderBy(code => code.Target).ToArray());

    public static MarkdownTable Code(IEnumerable<KernelCode[]> kernels)
    {
        MarkdownTable table = new("kernel", "threads", "registers", "shared, bytes", "warps", "FFMA", "loads and stores");
        foreach (KernelCode[] kernel in kernels)
        {
            GpuKernelAttribute facts = kernel[0].Kernel.Facts;
            table.Add(Name(kernel[0].Kernel) + (facts.MainLoop ? " **main loop**" : ""), Number(facts.Threads), Both(kernel, code => Number(code.Report.Registers)), Both(kernel, code => Number(code.SharedBytes)),
                Both(kernel, code => Number(code.Warps)), Both(kernel, Share), Both(kernel, code => code.Hot.ToString()));
        }
        return table;
    }

    private static MarkdownTable Roofs(IEnumerable<KernelCode[]> kernels)
    {
        MarkdownTable table = new("kernel", "example", "MFLOP", "MB", "FLOP/byte", "bound", "issue limit", "A100, µs", "H100, µs");
        foreach (KernelCode[] codes in kernels)
        {
            CatalogKernel kernel = codes[0].Kernel;
            KernelWork work = KernelWork.Of(kernel);
            string a100 = Card.A100.Bound(work), h100 = Card.H100.Bound(work);
            table.Add(Name(kernel), work.Example, Text.Number(work.Flops / 1e6), Text.Number(work.Bytes / 1e6), Text.Number(work.Flops / work.Bytes), a100 == h100 ? a100 : $"{a100} / {h100}",
                codes[0].Loop is null || (a100 != "compute" && h100 != "compute") ? "-" : $"{Percent(Card.A100.IssueLimit(codes[0].Hot.FfmaShare))} / {Percent(Card.H100.IssueLimit(codes[^1].Hot.FfmaShare))}",
                Microseconds(Card.A100, work), Microseconds(Card.H100, work));
        }
        return table;
    }

    private static string Microseconds(Card card, KernelWork work) => card.Seconds(work) < Card.Launch ? "< 3" : Text.Number(1e6 * card.Seconds(work));

    private static string Name(CatalogKernel kernel) => $"`{kernel.Title}`";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Share(KernelCode code) => code.Loop is null ? "-" : Percent(code.Hot.FfmaShare);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");

    /// <summary>One value where both architectures agree, else sm_80's / sm_90's.</summary>
    private static string Both(KernelCode[] kernel, Func<KernelCode, string> value) => string.Join(" / ", kernel.Select(value).Distinct());

    private static string Head(IReadOnlyList<KernelCode> codes, string version)
    {
        string[] mains = [.. codes.Where(code => code.Kernel.Facts.MainLoop).Select(code => code.Kernel.Method.Name).Distinct().Order(StringComparer.Ordinal)];
        return string.Create(CultureInfo.InvariantCulture, $$"""
            # GPU kernels

            Written by `dotnet run -c Release --project Dcc.Bench -- kernels`; do not edit. `.ci/run` repeats it with `--check`.

            **No card was measured.** The first table of an op is what NVIDIA's assembler makes of the kernels; the second is arithmetic about what a card could do at most.

            **Machine code.** Every kernel, with every struct it is specialised for, becomes PTX for sm_80 (A100) and sm_90 (H100) and is assembled by ptxas ({{version}}, from Debian 12). Where the two differ,
            both are shown: sm_80 / sm_90. *Registers* are those of a thread, *shared* is the shared memory of a group, *warps* are those that a multiprocessor holds at a time, of at most 64
            ({{nameof(Multiprocessor)}}.cs has the rules), for groups of so many *threads*; where the driver chooses the size of a group (a thread an element), 256 are taken. *FFMA* is the share of multiply-adds among the
            instructions of the hot loop: the innermost loop with most of them, found by its backward jump in nvdisasm's output. *Loads and stores* are that loop's: LDG and STG go to global memory, LDS and STS to
            shared memory, with bits a thread. Where no loop multiplies and adds there is no share, and loads and stores are those of the whole kernel.

            **The gate.** No kernel spills registers or uses local memory. Each leaves room for the warps that its `[GpuKernel]` claims, 16 if it says nothing. The main loops of matrix product and convolution, marked in the table, consist
            of multiply-adds to {{100 * GateRules.LeastFfmaShare:F0}} % at least, load 128 bits at a time and leave room for {{GateRules.LeastWarps}} warps. A kernel that misses a bar gives its reason below, and the gate holds it to the reason: when the bar is met, the reason must go.

            **Prediction.** FLOPs and bytes of one launch at a size of the paper stand in [KernelWork.cs](../Dcc.Bench/Assembler/KernelWork.cs): every input is read once and every output written once, what is read again comes from
            a cache. The time is the longer of FLOPs / {{Card.A100.Teraflops}} TFLOP/s and bytes / {{Card.A100.Gigabytes}} GB/s on an A100 (SXM, 40 GB), {{Card.H100.Teraflops}} TFLOP/s and {{Card.H100.Gigabytes}} GB/s on an H100 (SXM): the peaks of NVIDIA's data sheets, single precision without tensor cores. No kernel
            reaches them; a time is a floor, the same for every rung of a ladder. *Bound* says which of the two it is.
            The *issue limit* is the share of the peak that the hot loop's instructions leave room for on an A100 / H100: a partition of a multiprocessor issues one instruction a cycle, and a warp's multiply-add keeps its lanes
            busy for {{Card.A100.SlotsPerFfma}} cycles on an A100 and {{Card.H100.SlotsPerFfma}} on an H100, so that there every other instruction costs peak. Below {{1e6 * Card.Launch:F0}} µs it is *latency*: a launch then costs more than the work in it, by assumption.

            {{codes.Select(code => code.Kernel.Title).Distinct().Count()}} kernels, specialisations counted; main loops: {{(mains.Length == 0 ? "none" : string.Join(", ", mains.Select(main => $"`{main}`")))}}.

            """).ReplaceLineEndings("\n");
    }
}
