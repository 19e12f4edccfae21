// Every GPU kernel with every struct it may be specialised for, compiled without a device: what the compile gate and the assembler gate look at.
// Read next: GpuKernelAttribute.cs, ../../Dcc.Tests/CompileGateTests.cs.
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Dcc.Kernels;

/// <summary>NVIDIA's architectures that kernels are compiled for.</summary>
internal enum PtxTarget
{
    /// <summary>Turing.</summary>
    Sm75 = 75,
    /// <summary>Ampere: A100.</summary>
    Sm80 = 80,
    /// <summary>Hopper: H100.</summary>
    Sm90 = 90,
}

/// <summary>One kernel, closed over its structs.</summary>
/// <param name="Title">The method's name and its structs: ProductTile64Kernel&lt;MatMulSource&gt;.</param>
/// <param name="Method">The kernel.</param>
/// <param name="Facts">What its author claims.</param>
internal sealed record CatalogKernel(string Title, MethodInfo Method, GpuKernelAttribute Facts)
{
    /// <summary>PTX for one architecture, from a context of its own, so that nothing is seen that another compilation left.</summary>
    public string ToPtx(PtxTarget target)
    {
        (CudaArchitecture architecture, CudaInstructionSet set) = target switch
        {
            PtxTarget.Sm75 => (CudaArchitecture.SM_75, CudaInstructionSet.ISA_70),
            PtxTarget.Sm80 => (CudaArchitecture.SM_80, CudaInstructionSet.ISA_70),
            PtxTarget.Sm90 => (CudaArchitecture.SM_90, CudaInstructionSet.ISA_78),
            _ => throw new ArgumentOutOfRangeException(nameof(target)),
        };
        using Context context = NewContext();
        using PTXBackend backend = new(context, new CudaCapabilityContext(architecture), architecture, set, nvvmAPI: null);
        return ((PTXCompiledKernel)Compile(backend, Facts.Specialization)).PTXAssembly;
    }

    /// <summary>OpenCL C for a device that has what ILGPU asks of all (the generic address space) and nothing beyond: no half, no double, no 64-bit atomics, no sub-groups.</summary>
    public string ToOpenCl()
    {
        using Context context = NewContext();
        CLCapabilityContext capabilities = new(float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        using CLBackend backend = new(context, capabilities, CLDeviceVendor.Other, CLBackend.MinimumVersion);
        return ((CLCompiledKernel)Compile(backend, KernelSpecialization.Empty)).Source;
    }

    /// <summary>As the product makes it (GpuDevice.Open).</summary>
    private static Context NewContext() => Context.Create(builder => builder.Configure());

    private CompiledKernel Compile(Backend backend, KernelSpecialization specialization)
    {
        Type first = Method.GetParameters()[0].ParameterType;
        bool implicitGroups = first == typeof(Index1D) || first == typeof(Index2D) || first == typeof(Index3D);
        return backend.Compile(
            implicitGroups ? EntryPointDescription.FromImplicitlyGroupedKernel(Method) : EntryPointDescription.FromExplicitlyGroupedKernel(Method),
            specialization);
    }
}

internal static class KernelCatalog
{
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    /// <summary>All kernels of the product, by title.</summary>
    public static IReadOnlyList<CatalogKernel> All { get; } = Of(typeof(GpuDevice));

    /// <summary>A kernel is a static method whose name ends in "Kernel"; a generic one counts once for each choice of structs that fits.</summary>
    public static IReadOnlyList<CatalogKernel> Of(Type type) =>
        [.. type.GetMethods(Statics).Where(method => method.Name.EndsWith("Kernel", StringComparison.Ordinal)).SelectMany(Instances)
            .Select(method => new CatalogKernel(Title(method), method, method.GetCustomAttribute<GpuKernelAttribute>() ?? new GpuKernelAttribute()))
            .OrderBy(kernel => kernel.Title, StringComparer.Ordinal)];

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
}
