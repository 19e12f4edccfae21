// Contract of the random fills. Read next: CpuDevice.Random.cs, GpuDevice.Random.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>x[i] = the i-th <c>NextFloat(low, high)</c> of <c>new Philox(seed, stream)</c>: uniform in [low, high), the same bits on every device.</summary>
    public void PhiloxUniform(DeviceBuffer<float> x, ulong seed, ulong stream, float low = 0f, float high = 1f)
    {
        Require("PhiloxUniform", "x", x, x.Length);
        PhiloxRange range = PhiloxRange.Of(low, high);
        if (x.Length > 0) PhiloxUniformCore(x, PhiloxKey.Of(seed, stream), range);
    }

    /// <summary>
    /// x[i] = mean + deviation * the i-th <c>NextNormal()</c> of <c>new Philox(seed, stream)</c>, to the accuracy of the device's logarithm and root; the same bits
    /// every time on one device.
    /// </summary>
    public void PhiloxNormal(DeviceBuffer<float> x, ulong seed, ulong stream, float mean = 0f, float deviation = 1f)
    {
        Require("PhiloxNormal", "x", x, x.Length);
        if (!float.IsFinite(mean) || !(deviation >= 0) || !float.IsFinite(deviation))
            throw new ArgumentException($"PhiloxNormal: a finite mean and a finite deviation of at least 0 are needed, got {mean} and {deviation}.");
        if (x.Length > 0) PhiloxNormalCore(x, PhiloxKey.Of(seed, stream), mean, deviation);
    }

    private protected abstract void PhiloxUniformCore(DeviceBuffer<float> x, PhiloxKey key, PhiloxRange range);
    private protected abstract void PhiloxNormalCore(DeviceBuffer<float> x, PhiloxKey key, float mean, float deviation);
}
