// The L2 norm on the GPU: each thread strides over the vector, later passes add the threads' sums in order. Bound: memory bandwidth. Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>Threads of the first pass: fixed, so that the sum is the same on every card.</summary>
    private const int NormThreads = 4096;

    private static void NormPartialKernel(Index1D i, int threads, ArrayView<float> x, ArrayView<float> sums)
    {
        float sum = 0f;
        for (int at = i; at < x.IntLength; at += threads) sum += x[at] * x[at];
        sums[i] = sum;
    }

    private static void NormFoldKernel(Index1D i, int run, ArrayView<float> sums, ArrayView<float> folded, int last)
    {
        float sum = 0f;
        int end = Math.Min(sums.IntLength, (i + 1) * run);
        for (int at = i * run; at < end; at++) sum += sums[at];
        folded[i] = last != 0 ? MathF.Sqrt(sum) : sum;
    }

    private static void ClipScaleKernel(Index1D i, ArrayView<float> norm, float maxNorm, ArrayView<float> scale)
    {
        // Not Math.Min: on a GPU the smaller of 1 and NaN is 1, and a trainer must see NaN.
        float ratio = maxNorm / (norm[i] + 1e-6f);
        scale[i] = ratio > 1f ? 1f : ratio;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, int, ArrayView<float>, ArrayView<float>>>? normPartial;
    private GpuKernel<Action<Index1D, int, ArrayView<float>, ArrayView<float>, int>>? normFold;
    private GpuKernel<Action<Index1D, ArrayView<float>, float, ArrayView<float>>>? clipScale;

    private protected override void L2NormCore(DeviceBuffer<float> x, DeviceBuffer<float> norm)
    {
        normPartial ??= Load(nameof(NormPartialKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, ArrayView<float>, ArrayView<float>>(NormPartialKernel));
        normFold ??= Load(nameof(NormFoldKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, ArrayView<float>, ArrayView<float>, int>(NormFoldKernel));
        int threads = Math.Clamp(x.Length, 1, NormThreads), folds = Groups(threads, 64);
        using DeviceBuffer<float> sums = Rent<float>(threads), folded = Rent<float>(folds);
        normPartial.Launch(threads, threads, View(x), View(sums));
        normFold.Launch(folds, 64, View(sums), View(folded), 0);
        normFold.Launch(1, folds, View(folded), View(norm), 1);
    }

    private protected override void ClipScaleCore(DeviceBuffer<float> norm, float maxNorm, DeviceBuffer<float> scale)
    {
        clipScale ??= Load(nameof(ClipScaleKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, float, ArrayView<float>>(ClipScaleKernel));
        clipScale.Launch(1, View(norm), maxNorm, View(scale));
    }
}
