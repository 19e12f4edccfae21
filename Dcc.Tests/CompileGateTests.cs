// Every GPU kernel compiles for CUDA and for OpenCL without a device at hand, and stays off slow or missing machine features.
// Read next: ../Dcc.Kernels/Gpu/KernelCatalog.cs, SharedReadScan.cs, BarrierTrapTests.cs.
using System.Text.RegularExpressions;
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed partial class CompileGateTests
{
    private static readonly Dictionary<string, CatalogKernel> kernels = KernelCatalog.All.ToDictionary(kernel => kernel.Title, StringComparer.Ordinal);

    public static TheoryData<string> Kernels => [.. kernels.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Kernels))]
    public void Kernel_compiles_to_PTX_in_registers_and_single_precision(string kernel)
    {
        foreach (PtxTarget target in Enum.GetValues<PtxTarget>()) CheckPtx(kernels[kernel], target);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Kernel_compiles_to_OpenCL_C_in_single_precision(string kernel)
    {
        string source = kernels[kernel].ToOpenCl();
        Assert.Contains("kernel void", source, StringComparison.Ordinal);
        Refuse(kernel, "OpenCL C", source, DoubleOpenCl(), "computes in double; write 0.5f for 0.5 and MathF for Math");
    }

    [Fact]
    public void There_are_kernels_to_compile() => Assert.Contains(kernels.Keys, name => name.StartsWith("FillKernel", StringComparison.Ordinal));

    [Fact]
    public void No_kernel_is_launched_under_a_name_that_the_gate_does_not_find()
    {
        HashSet<string> names = [.. kernels.Values.Select(kernel => kernel.Method.Name)];
        foreach (string file in Repository.Sources("Dcc.Kernels"))
            foreach (Match load in LoadedKernel().Matches(File.ReadAllText(file)))
                Assert.True(names.Contains(load.Groups[1].Value), $"{Path.GetFileName(file)} loads {load.Groups[1].Value}: make it a static method of GpuDevice whose name ends in Kernel.");
    }

    [Fact]
    public void A_kernel_that_limits_its_registers_is_loaded_with_its_specialization()
    {
        string source = string.Concat(Repository.Sources("Dcc.Kernels").Select(File.ReadAllText));
        foreach (string name in kernels.Values.Where(kernel => kernel.Facts.MinGroups > 0).Select(kernel => kernel.Method.Name).Distinct())
            Assert.True(Regex.IsMatch(source, $@"\.Load\w*Kernel(?:<[^();]*>)?\(\s*{name}\s*,[^;]*Specialization"),
                $"{name} has MinGroups, which the assembler heeds only if the launcher passes the attribute's Specialization to ILGPU when it loads the kernel on CUDA.");
    }

    [Theory, InlineData(nameof(TrapKernels.DoubleTrapKernel), "computes in double"), InlineData(nameof(TrapKernels.LocalTrapKernel), "keeps values in local memory"),
     InlineData(nameof(TrapKernels.MovedReadTrapKernel), "reads shared memory behind the barrier")]
    public void A_fault_in_a_kernel_fails_the_gate(string trap, string sentence)
    {
        foreach (PtxTarget target in Enum.GetValues<PtxTarget>())
            Assert.Contains(sentence, Assert.ThrowsAny<Exception>(() => CheckPtx(TrapKernels.Named(trap), target)).Message, StringComparison.Ordinal);
    }

    private static void CheckPtx(CatalogKernel kernel, PtxTarget target)
    {
        string ptx = kernel.ToPtx(target), at = target.ToString();
        Assert.Contains(".entry", ptx, StringComparison.Ordinal);
        Refuse(kernel.Title, at, ptx, ExternFunction(), "calls a function that no library here provides; use MathF.Exp, Log, Sqrt, Tanh, Abs, Min or Max only");
        Refuse(kernel.Title, at, ptx, LocalTraffic(), "keeps values in local memory, which is as slow as global; use value structs, not arrays or variable indices");
        Refuse(kernel.Title, at, ptx, DoublePtx(), "computes in double; write 0.5f for 0.5 and MathF for Math");
        IReadOnlyList<string> moved = SharedReadScan.Find(ptx);
        Assert.True(moved.Count == 0, $"{kernel.Title} ({at}) reads shared memory behind the barrier that was to protect the read; wait twice, as GroupTree.Leave does: {string.Join("; ", moved)}");
    }

    private static void Refuse(string kernel, string target, string code, Regex trace, string why)
    {
        Match found = trace.Match(code);
        Assert.False(found.Success, $"{kernel} ({target}) {why}: {found.Value.Trim()}");
    }

    [GeneratedRegex(@"\.Load\w*Kernel(?:<[^();]*>)?\(\s*(\w+)")]
    private static partial Regex LoadedKernel();

    [GeneratedRegex(@"\.extern\s+\.func.*")]
    private static partial Regex ExternFunction();

    [GeneratedRegex(@".*\.local\b.*")]
    private static partial Regex LocalTraffic();

    [GeneratedRegex(@".*\.f64\b.*")]
    private static partial Regex DoublePtx();

    [GeneratedRegex(@".*\bdouble\b.*")]
    private static partial Regex DoubleOpenCl();
}
