// Every GPU kernel compiles for CUDA and for OpenCL without a device at hand, and stays off slow or missing machine features.
// Read next: Dcc.Kernels/Gpu/GpuDevice.cs. (The one test file that names ILGPU.)
using System.Reflection;
using System.Text.RegularExpressions;
using Dcc.Kernels;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Dcc.Tests;

public sealed partial class CompileGateTests
{
    /// <summary>A kernel is a static method of GpuDevice whose name ends in "Kernel"; a generic one counts once for each struct that fits.</summary>
    private static readonly Dictionary<string, MethodInfo> kernels =
        typeof(GpuDevice).GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => method.Name.EndsWith("Kernel", StringComparison.Ordinal))
            .SelectMany(Instances).ToDictionary(Title, StringComparer.Ordinal);

    public static TheoryData<string> Kernels => [.. kernels.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Kernels))]
    public void Kernel_compiles_to_PTX_in_registers_and_single_precision(string kernel)
    {
        foreach ((CudaArchitecture architecture, CudaInstructionSet set) in new[]
        {
            (CudaArchitecture.SM_75, CudaInstructionSet.ISA_70), // Turing
            (CudaArchitecture.SM_80, CudaInstructionSet.ISA_70), // Ampere
            (CudaArchitecture.SM_90, CudaInstructionSet.ISA_78), // Hopper
        })
        {
            using Context context = NewContext();
            using PTXBackend backend = new(context, new CudaCapabilityContext(architecture), architecture, set, nvvmAPI: null);
            string ptx = ((PTXCompiledKernel)Compile(backend, kernels[kernel])).PTXAssembly;
            Assert.Contains(".entry", ptx, StringComparison.Ordinal);
            Refuse(kernel, architecture.ToString(), ptx, ExternFunction(), "calls a function that no library here provides; use MathF.Exp, Log, Sqrt, Tanh, Abs, Min or Max only");
            Refuse(kernel, architecture.ToString(), ptx, LocalTraffic(), "keeps values in local memory, which is as slow as global; use value structs, not arrays or variable indices");
            Refuse(kernel, architecture.ToString(), ptx, DoublePtx(), "computes in double; write 0.5f for 0.5 and MathF for Math");
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Kernel_compiles_to_OpenCL_C_in_single_precision(string kernel)
    {
        using Context context = NewContext();
        // What ILGPU asks of every device (generic address space) and nothing beyond: no half, no double, no 64-bit atomics, no sub-groups.
        CLCapabilityContext capabilities = new(float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        using CLBackend backend = new(context, capabilities, CLDeviceVendor.Other, CLBackend.MinimumVersion);
        string source = ((CLCompiledKernel)Compile(backend, kernels[kernel])).Source;
        Assert.Contains("kernel void", source, StringComparison.Ordinal);
        Refuse(kernel, "OpenCL C", source, DoubleOpenCl(), "computes in double; write 0.5f for 0.5 and MathF for Math");
    }

    [Fact]
    public void There_are_kernels_to_compile() => Assert.Contains(kernels.Keys, name => name.StartsWith("FillKernel", StringComparison.Ordinal));

    [Fact]
    public void No_kernel_is_launched_under_a_name_that_the_gate_does_not_find()
    {
        HashSet<string> names = [.. kernels.Values.Select(kernel => kernel.Name)];
        foreach (string file in Repository.Sources("Dcc.Kernels"))
            foreach (Match load in LoadedKernel().Matches(File.ReadAllText(file)))
                Assert.True(names.Contains(load.Groups[1].Value), $"{Path.GetFileName(file)} loads {load.Groups[1].Value}: make it a static method of GpuDevice whose name ends in Kernel.");
    }

    [Theory, InlineData(nameof(DoubleTrapKernel), ".f64"), InlineData(nameof(LocalTrapKernel), ".local")]
    public void The_gate_sees_what_it_is_meant_to_see(string trap, string trace)
    {
        using Context context = NewContext();
        using PTXBackend backend = new(context, new CudaCapabilityContext(CudaArchitecture.SM_80), CudaArchitecture.SM_80, CudaInstructionSet.ISA_70, nvvmAPI: null);
        MethodInfo method = typeof(CompileGateTests).GetMethod(trap, BindingFlags.Static | BindingFlags.NonPublic)!;
        string ptx = ((PTXCompiledKernel)Compile(backend, method)).PTXAssembly;
        Assert.Contains(trace, ptx, StringComparison.Ordinal);
    }

    private static void DoubleTrapKernel(Index1D i, ArrayView<float> x) => x[i] = (float)(x[i] * 0.1);

    private static void LocalTrapKernel(Index1D i, ArrayView<float> x)
    {
        ArrayView<float> memory = LocalMemory.Allocate<float>(64);
        for (int j = 0; j < 64; j++) memory[j] = x[i + j];
        x[i] = memory[(int)x[i] & 63];
    }

    /// <summary>As the product makes it (GpuDevice.Open); one for each compilation, so that none sees what another left.</summary>
    private static Context NewContext() => Context.Create(builder => builder.EnableAlgorithms().Optimize(OptimizationLevel.O2));

    private static CompiledKernel Compile(Backend backend, MethodInfo kernel)
    {
        Type first = kernel.GetParameters()[0].ParameterType;
        bool implicitGroups = first == typeof(Index1D) || first == typeof(Index2D) || first == typeof(Index3D);
        return backend.Compile(
            implicitGroups ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel) : EntryPointDescription.FromExplicitlyGroupedKernel(kernel),
            KernelSpecialization.Empty);
    }

    private static void Refuse(string kernel, string target, string code, Regex trace, string why)
    {
        Match found = trace.Match(code);
        Assert.False(found.Success, $"{kernel} ({target}) {why}: {found.Value.Trim()}");
    }

    /// <summary>The method itself, or one closed method for every choice of Dcc.Kernels structs that its constraints admit.</summary>
    private static IEnumerable<MethodInfo> Instances(MethodInfo method)
    {
        if (!method.IsGenericMethodDefinition) return [method];
        Type[] structs = [.. typeof(GpuDevice).Assembly.GetTypes()
            .Where(type => type.IsValueType && !type.IsEnum && !type.ContainsGenericParameters && type.GetInterfaces().Any(face => face.Assembly == type.Assembly))];
        IEnumerable<Type[]> choices = [[]];
        foreach (Type _ in method.GetGenericArguments()) choices = choices.SelectMany(chosen => structs.Select(type => (Type[])[.. chosen, type]));
        MethodInfo[] instances = [.. choices.Select(chosen => Close(method, chosen)).OfType<MethodInfo>()];
        return instances.Length > 0 ? instances : throw new InvalidOperationException($"No struct of Dcc.Kernels fits the type parameters of {method.Name}.");
    }

    private static MethodInfo? Close(MethodInfo method, Type[] chosen)
    {
        try { return method.MakeGenericMethod(chosen); }
        catch (ArgumentException) { return null; } // a constraint is not met
    }

    private static string Title(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(type => type.Name))}>" : "";
        return method.Name + generic;
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
