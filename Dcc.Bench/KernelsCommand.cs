// Every GPU kernel through NVIDIA's assembler: the gate, and docs/kernels.md. Needs no card. Read next: Assembler/AssemblerTools.cs, Assembler/GateRules.cs.
using Dcc.Bench.Assembler;
using Dcc.Bench.Report;
using Dcc.Kernels;

namespace Dcc.Bench;

internal static class KernelsCommand
{
    /// <summary>0 if every kernel clears its bars and, with <paramref name="check"/>, the committed page is that of this run. <paramref name="only"/> prints some kernels, with <paramref name="loop"/> the instructions of their hot loops too, and leaves the page alone.</summary>
    public static int Run(string? ptxas, string? nvdisasm, string? only, bool loop, bool check)
    {
        try
        {
            AssemblerTools tools = AssemblerTools.OfRepository(ResultFiles.Repository);
            if ((ptxas is null) != (nvdisasm is null)) return Fail("--ptxas and --nvdisasm go together: give the paths of both programs of one CUDA toolkit.");
            if (ptxas is not null) tools = new([ptxas], [nvdisasm!]);
            if (loop && only is null) return Fail("--loop goes with --only: it prints every instruction of the loop.");
            string version = tools.Version; // fetches the tools before several threads ask for them
            CatalogKernel[] kernels = [.. KernelCatalog.All.Where(kernel => only is null || kernel.Title.Contains(only, StringComparison.OrdinalIgnoreCase))];
            if (kernels.Length == 0) return Fail($"no kernel's name contains \"{only}\".");
            KernelCode[] codes = [.. kernels.SelectMany(kernel => KernelCode.Targets.Select(target => (kernel, target))).AsParallel().AsOrdered().Select(item => tools.Look(item.kernel, item.target))];

            List<string> failures = [.. GateRules.Failures(codes)];
            if (only is null)
            {
                failures.AddRange(KernelWork.Unused(kernels).Select(name => $"{name} in Dcc.Bench/Assembler/KernelWork.cs names no kernel: remove the line."));
                if (!kernels.Any(kernel => kernel.Facts.MainLoop)) failures.Add("No kernel is marked [GpuKernel(MainLoop = true)]: mark the shipped loops of matrix product and convolution.");
            }
            foreach (string failure in failures) Console.Error.WriteLine($"kernels: {failure}");
            Console.WriteLine($"{kernels.Length} kernels for {KernelCode.Targets.Count} architectures, {failures.Count} bars missed without a reason.");
            if (only is not null)
            {
                Console.Write(KernelsPage.Code(KernelsPage.ByKernel(codes)));
                foreach (KernelCode code in loop ? codes : [])
                    Console.WriteLine($"\n{code.Kernel.Title}, sm_{(int)code.Target}, hot loop:\n  {string.Join("\n  ", code.Hot.Text)}");
                return failures.Count == 0 ? 0 : 1;
            }
            string page = KernelsPage.Write(codes, new KernelSource(Path.Combine(ResultFiles.Repository, "Dcc.Kernels")), version);
            string path = Path.Combine(ResultFiles.Repository, "docs", "kernels.md");
            bool fresh = check ? IsFresh(path, page) : Replace(path, page);
            return failures.Count == 0 && fresh ? 0 : 1;
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException or IOException) { return Fail(failure.Message); }
        catch (AggregateException several) { return Fail(several.Flatten().InnerExceptions[0].Message); }
    }

    private static bool Replace(string path, string page)
    {
        File.WriteAllText($"{path}.new", page);
        File.Move($"{path}.new", path, overwrite: true);
        Console.WriteLine("docs/kernels.md is written.");
        return true;
    }

    private static bool IsFresh(string path, string page)
    {
        string[] committed = File.Exists(path) ? [.. KernelsPage.Facts(File.ReadAllText(path))] : [], now = [.. KernelsPage.Facts(page)];
        if (committed.SequenceEqual(now)) return true;
        int at = 0;
        while (at < committed.Length && at < now.Length && committed[at] == now[at]) at++;
        Console.Error.WriteLine($"""
            kernels: docs/kernels.md does not describe the kernels as they are. Run `dotnet run -c Release --project Dcc.Bench -- kernels` and commit the file. The first difference:
              committed: {(at < committed.Length ? committed[at] : "(end of the file)")}
              now:       {(at < now.Length ? now[at] : "(end of the file)")}
            """);
        return false;
    }

    private static int Fail(string sentence)
    {
        Console.Error.WriteLine($"kernels: {sentence}");
        return 1;
    }
}
