// What a kernel's author claims about its machine code; the assembler gate holds it to that. Read next: KernelCatalog.cs.
using System.Reflection;
using ILGPU.Runtime;

namespace Dcc.Kernels;

/// <summary>Facts of a kernel that its code does not show. A kernel without the attribute has the defaults.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GpuKernelAttribute : Attribute
{
    /// <summary>Threads of a group as launched on a card. Where the driver chooses (one thread an element), what occupancy is computed for.</summary>
    public int Threads { get; init; } = 256;

    /// <summary>Warps that a multiprocessor holds at a time, at least: a quarter of what sm_80 and sm_90 can.</summary>
    public int Warps { get; init; } = 16;

    /// <summary>Bytes of shared memory that a launch asks for beside what the kernel itself allocates, at the size that docs/kernels.md shows.</summary>
    public int DynamicSharedBytes { get; init; }

    /// <summary>
    /// Groups that a multiprocessor must be able to hold: makes the assembler keep registers down (.maxntid, .minnctapersm). 0 leaves it free.
    /// </summary>
    public int MinGroups { get; init; }

    /// <summary>A shipped inner loop of matrix product or convolution: at least 85 % of its instructions are FFMA and all its loads 128 bits wide.</summary>
    public bool MainLoop { get; init; }

    /// <summary>Why a bar is missed, with the arithmetic; the gate then reports instead of failing. Spills have no excuse.</summary>
    public string? Reason { get; init; }

    /// <summary>What a launcher on CUDA passes to ILGPU when it loads the kernel. Other devices take none: their groups may be smaller.</summary>
    public KernelSpecialization Specialization => MinGroups > 0 ? new KernelSpecialization(Threads, MinGroups) : KernelSpecialization.Empty;

    /// <summary>The facts of a kernel of <see cref="GpuDevice"/>.</summary>
    public static GpuKernelAttribute Of(string kernel) =>
        typeof(GpuDevice).GetMethod(kernel, BindingFlags.Static | BindingFlags.NonPublic)!.GetCustomAttribute<GpuKernelAttribute>() ?? new GpuKernelAttribute();
}
