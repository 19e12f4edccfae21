// Random fills on the GPU: a thread computes one block of counters and writes the numbers it gives. Bound: the multiplications of Philox.
// Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private static void PhiloxUniformKernel(Index1D block, PhiloxKey key, PhiloxRange range, ArrayView<float> x)
    {
        (uint a, uint b, uint c, uint d) = key.Block(block);
        int i = 4 * block, length = x.IntLength;
        x[i] = range.Value(a);
        if (i + 1 < length) x[i + 1] = range.Value(b);
        if (i + 2 < length) x[i + 2] = range.Value(c);
        if (i + 3 < length) x[i + 3] = range.Value(d);
    }

    private static void PhiloxNormalKernel(Index1D block, PhiloxKey key, float mean, float deviation, ArrayView<float> x)
    {
        (uint a, uint b, uint c, uint d) = key.Block(block);
        int i = 2 * block;
        x[i] = mean + deviation * PhiloxValues.Normal(a, b);
        if (i + 1 < x.IntLength) x[i + 1] = mean + deviation * PhiloxValues.Normal(c, d);
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, PhiloxKey, PhiloxRange, ArrayView<float>>>? philoxUniform;
    private GpuKernel<Action<Index1D, PhiloxKey, float, float, ArrayView<float>>>? philoxNormal;

    private protected override void PhiloxUniformCore(DeviceBuffer<float> x, PhiloxKey key, PhiloxRange range)
    {
        philoxUniform ??= Load(nameof(PhiloxUniformKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, PhiloxKey, PhiloxRange, ArrayView<float>>(PhiloxUniformKernel));
        philoxUniform.Launch(Groups(x.Length, 4), key, range, View(x));
    }

    private protected override void PhiloxNormalCore(DeviceBuffer<float> x, PhiloxKey key, float mean, float deviation)
    {
        philoxNormal ??= Load(nameof(PhiloxNormalKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, PhiloxKey, float, float, ArrayView<float>>(PhiloxNormalKernel));
        philoxNormal.Launch(Groups(x.Length, 2), key, mean, deviation, View(x));
    }
}
