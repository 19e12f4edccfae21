// Contrastive loss: one thread a sound writes its row of the gradient, one group adds the sounds up. Bound: the latency of two launches.
// Read next: ../../Dcc.Tests/DccChainTests.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private static void ContrastiveKernel(
        Index1D sound, int batch, float margin, ArrayView<float> distance, ArrayView<int> negatives, ArrayView<float> gradDistance, ArrayView<float> sums, ArrayView<float> won)
    {
        int other = negatives[sound], row = sound * batch;
        float matched = distance[row + sound], mismatched = distance[row + other];
        float root = MathF.Sqrt(mismatched + (float)ContrastiveReference.Epsilon), missing = MathF.Max(0f, margin - root), weight = 0.25f / batch;
        for (int image = 0; image < batch; image++)
            gradDistance[row + image] = (image == sound ? weight : 0f) - (image == other ? weight * missing / root : 0f);
        sums[sound] = 0.5f * matched + 0.5f * missing * missing;
        won[sound] = matched < mismatched ? 1f : 0f;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, int, float, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? contrastive;

    private protected override void ContrastiveCore(int batch, float margin, DeviceBuffer<float> distance, DeviceBuffer<int> negatives, DeviceBuffer<float> gradDistance, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        contrastive ??= Load(nameof(ContrastiveKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, float, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ContrastiveKernel));
        using DeviceBuffer<float> sums = Rent<float>(batch), won = Rent<float>(batch);
        contrastive.Launch(batch, batch, margin, View(distance), View(negatives), View(gradDistance), View(sums), View(won));
        LossSums(batch, 0.5f / batch, 1f / batch, sums, won, loss, accuracy);
    }
}
