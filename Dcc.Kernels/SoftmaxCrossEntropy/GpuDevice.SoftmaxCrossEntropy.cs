// Softmax cross-entropy, one group a row, its maximum and sum as trees in shared memory; then one group for the mean.
// Bound: memory bandwidth (the row is read again from cache). Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private static void SoftmaxCrossEntropyKernel(int rows, int classes, ArrayView<float> logits, ArrayView<int> labels, ArrayView<float> gradLogits, ArrayView<float> losses)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        int row = Grid.IdxX, first = row * classes, label = labels[row];
        // NaN never becomes the largest; it shows in the sum.
        float largest = float.NegativeInfinity, sum = 0f;
        for (int c = Group.IdxX; c < classes; c += Group.DimX)
        {
            float value = logits[first + c];
            if (value > largest) largest = value;
        }
        largest = GroupTree.Max(shared, largest);
        for (int c = Group.IdxX; c < classes; c += Group.DimX)
        {
            float e = MathF.Exp(logits[first + c] - largest);
            gradLogits[first + c] = e;
            sum += e;
        }
        sum = GroupTree.Sum(shared, sum);
        bool known = label >= 0 && label < classes;
        float share = known ? 1f / (sum * rows) : float.NaN;
        // Each thread scales what it wrote itself.
        for (int c = Group.IdxX; c < classes; c += Group.DimX) gradLogits[first + c] = gradLogits[first + c] * share - (c == label ? 1f / rows : 0f);
        if (Group.IdxX == 0) losses[row] = known ? MathF.Log(sum) + (largest - logits[first + label]) : float.NaN;
    }

    private static void MeanKernel(int count, ArrayView<float> values, ArrayView<float> mean)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        float sum = 0f;
        for (int i = Group.IdxX; i < count; i += Group.DimX) sum += values[i];
        sum = GroupTree.Sum(shared, sum);
        if (Group.IdxX == 0) mean[0] = sum / count;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>>>? softmaxCrossEntropy;
    private GpuKernel<Action<KernelConfig, int, ArrayView<float>, ArrayView<float>>>? mean;

    private protected override void SoftmaxCrossEntropyCore(in SoftmaxCrossEntropyShape shape, DeviceBuffer<float> logits, DeviceBuffer<int> labels, DeviceBuffer<float> gradLogits, DeviceBuffer<float> loss)
    {
        softmaxCrossEntropy ??= Load(nameof(SoftmaxCrossEntropyKernel), () => accelerator.LoadStreamKernel<int, int, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>>(SoftmaxCrossEntropyKernel));
        mean ??= Load(nameof(MeanKernel), () => accelerator.LoadStreamKernel<int, ArrayView<float>, ArrayView<float>>(MeanKernel));
        using DeviceBuffer<float> losses = Rent<float>(shape.Rows);
        softmaxCrossEntropy.Launch(new KernelConfig(shape.Rows, TreeThreads(shape.Classes)), shape.Rows, shape.Classes, View(logits), View(labels), View(gradLogits), View(losses));
        mean.Launch(new KernelConfig(1, TreeThreads(shape.Rows)), shape.Rows, View(losses), View(loss));
    }
}
