// Squash, one group a row, its sums as trees in shared memory. Bound: memory bandwidth (x is read twice, the second time from cache).
// Read next: ../SoftAssign/README.md.
using System.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private static void SquashForwardKernel(int channels, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        int first = Grid.IdxX * channels;
        float square = 0f;
        for (int c = Group.IdxX; c < channels; c += Group.DimX) square += x[first + c] * x[first + c];
        float phi = SquashFactors.Forward(GroupTree.Sum(shared, square));
        for (int c = Group.IdxX; c < channels; c += Group.DimX) y[first + c] = phi * x[first + c];
    }

    private static void SquashBackwardKernel(int channels, ArrayView<float> x, ArrayView<float> gradY, ArrayView<float> gradX)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        int first = Grid.IdxX * channels;
        float square = 0f, product = 0f;
        for (int c = Group.IdxX; c < channels; c += Group.DimX)
        {
            float value = x[first + c];
            square += value * value;
            product += value * gradY[first + c];
        }
        square = GroupTree.Sum(shared, square);
        product = GroupTree.Sum(shared, product);
        float phi = SquashFactors.Forward(square), along = SquashFactors.Along(square) * product;
        for (int c = Group.IdxX; c < channels; c += Group.DimX) gradX[first + c] = phi * gradY[first + c] + along * x[first + c];
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, int, ArrayView<float>, ArrayView<float>>>? squashForward;
    private GpuKernel<Action<KernelConfig, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? squashBackward;

    private protected override void SquashForwardCore(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        squashForward ??= Load(nameof(SquashForwardKernel), () => accelerator.LoadStreamKernel<int, ArrayView<float>, ArrayView<float>>(SquashForwardKernel));
        squashForward.Launch(new KernelConfig(shape.Rows, TreeThreads(shape.Channels)), shape.Channels, View(x), View(y));
    }

    private protected override void SquashBackwardCore(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        squashBackward ??= Load(nameof(SquashBackwardKernel), () => accelerator.LoadStreamKernel<int, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SquashBackwardKernel));
        squashBackward.Launch(new KernelConfig(shape.Rows, TreeThreads(shape.Channels)), shape.Channels, View(x), View(gradY), View(gradX));
    }

    /// <summary>Threads of a group that adds up <paramref name="items"/> values: a power of two, no more than there are items or the device allows.</summary>
    private int TreeThreads(int items)
    {
        int limit = Math.Min(GroupTree.MaxThreads, Limits.MaxGroupSize);
        int wanted = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(items, 1, limit));
        return wanted <= limit ? wanted : wanted / 2;
    }
}
