// Kernels that break a rule each: the gates must catch them. (The one test file that names ILGPU.) Read next: CompileGateTests.cs.
using Dcc.Kernels;
using ILGPU;

namespace Dcc.Tests;

internal static class TrapKernels
{
    public static CatalogKernel Named(string name) => KernelCatalog.Of(typeof(TrapKernels)).Single(kernel => kernel.Title == name);

    /// <summary>A literal in double.</summary>
    public static void DoubleTrapKernel(Index1D i, ArrayView<float> x) => x[i] = (float)(x[i] * 0.1);

    /// <summary>An array of a thread's own.</summary>
    public static void LocalTrapKernel(Index1D i, ArrayView<float> x)
    {
        ArrayView<float> memory = LocalMemory.Allocate<float>(64);
        for (int j = 0; j < 64; j++) memory[j] = x[i + j];
        x[i] = memory[(int)x[i] & 63];
    }
}
