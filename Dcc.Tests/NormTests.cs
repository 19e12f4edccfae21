// A gradient that is not a number is not clipped away: NaN and infinity come out of the norm, and NaN out of the clipping factor. Read next: OpCases/OptimizersCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class NormTests
{
    [Fact]
    public void A_broken_gradient_is_seen_on_the_cpu() => BrokenIsSeen(TestDevices.Cpu);

    [Fact]
    public void A_broken_gradient_is_seen_on_the_simulator() => BrokenIsSeen(TestDevices.Simulator);

    [OpenClFact]
    public void A_broken_gradient_is_seen_on_OpenCl() => BrokenIsSeen(TestDevices.OpenCl);

    private static void BrokenIsSeen(Device device)
    {
        Assert.Equal((float.NaN, float.NaN), NormAndScale(device, float.NaN));
        Assert.Equal((float.PositiveInfinity, 0f), NormAndScale(device, float.NegativeInfinity));
        Assert.Equal((0f, 1f), NormAndScale(device, 0f));
    }

    private static (float Norm, float Scale) NormAndScale(Device device, float value)
    {
        // In the middle, so that it goes through every stage of the sum.
        float[] values = new float[77];
        values[40] = value;
        using DeviceBuffer<float> x = device.Upload<float>(values), norm = device.Rent<float>(1), scale = device.Rent<float>(1);
        device.L2Norm(x, norm);
        device.ClipScale(norm, 2f, scale);
        return (norm.ToArray()[0], scale.ToArray()[0]);
    }
}
