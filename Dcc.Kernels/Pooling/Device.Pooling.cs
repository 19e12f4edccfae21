// Contract of the pools. Read next: CpuDevice.Pooling.cs, GpuDevice.Pooling.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    public void MaxPoolForward(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        shape.Validate();
        Require("MaxPoolForward", "x", x, shape.LengthX);
        Require("MaxPoolForward", "y", y, shape.LengthY);
        MaxPoolForwardCore(shape, x, y);
    }

    /// <summary>The winners are found again from x: cheaper than keeping their indices.</summary>
    public void MaxPoolBackward(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        shape.Validate();
        Require("MaxPoolBackward", "x", x, shape.LengthX);
        Require("MaxPoolBackward", "gradY", gradY, shape.LengthY);
        Require("MaxPoolBackward", "gradX", gradX, shape.LengthX);
        MaxPoolBackwardCore(shape, x, gradY, gradX);
    }

    /// <summary>x [batch, positions, channels] -> mean over positions [batch, channels].</summary>
    public void GlobalAveragePoolForward(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        RequireGlobalPool("GlobalAveragePoolForward", batch, positions, channels);
        Require("GlobalAveragePoolForward", "x", x, checked(batch * positions * channels));
        Require("GlobalAveragePoolForward", "y", y, batch * channels);
        GlobalAveragePoolForwardCore(batch, positions, channels, x, y);
    }

    public void GlobalAveragePoolBackward(int batch, int positions, int channels, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        RequireGlobalPool("GlobalAveragePoolBackward", batch, positions, channels);
        Require("GlobalAveragePoolBackward", "gradY", gradY, batch * channels);
        Require("GlobalAveragePoolBackward", "gradX", gradX, checked(batch * positions * channels));
        GlobalAveragePoolBackwardCore(batch, positions, channels, gradY, gradX);
    }

    /// <summary>x [batch, positions, channels] -> largest value over positions [batch, channels].</summary>
    public void GlobalMaxPoolForward(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        RequireGlobalPool("GlobalMaxPoolForward", batch, positions, channels);
        Require("GlobalMaxPoolForward", "x", x, checked(batch * positions * channels));
        Require("GlobalMaxPoolForward", "y", y, batch * channels);
        GlobalMaxPoolForwardCore(batch, positions, channels, x, y);
    }

    /// <summary>The first position that holds the maximum <paramref name="y"/> gets the whole gradient, every other gets 0.</summary>
    public void GlobalMaxPoolBackward(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        RequireGlobalPool("GlobalMaxPoolBackward", batch, positions, channels);
        Require("GlobalMaxPoolBackward", "x", x, checked(batch * positions * channels));
        Require("GlobalMaxPoolBackward", "y", y, batch * channels);
        Require("GlobalMaxPoolBackward", "gradY", gradY, batch * channels);
        Require("GlobalMaxPoolBackward", "gradX", gradX, batch * positions * channels);
        GlobalMaxPoolBackwardCore(batch, positions, channels, x, y, gradY, gradX);
    }

    private static void RequireGlobalPool(string op, int batch, int positions, int channels)
    {
        if (batch < 1 || positions < 1 || channels < 1)
            throw new ArgumentException($"{op}: every size must be at least 1, got [{batch} batch, {positions} positions, {channels} channels].");
    }

    private protected abstract void MaxPoolForwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y);
    private protected abstract void MaxPoolBackwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
    private protected abstract void GlobalAveragePoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y);
    private protected abstract void GlobalAveragePoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
    private protected abstract void GlobalMaxPoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y);
    private protected abstract void GlobalMaxPoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
}
