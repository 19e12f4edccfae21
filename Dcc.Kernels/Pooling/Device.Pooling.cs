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
        Require("GlobalAveragePoolForward", "x", x, checked(batch * positions * channels));
        Require("GlobalAveragePoolForward", "y", y, batch * channels);
        if (positions < 1) throw new ArgumentException("GlobalAveragePoolForward: needs at least one position.");
        GlobalAveragePoolForwardCore(batch, positions, channels, x, y);
    }

    public void GlobalAveragePoolBackward(int batch, int positions, int channels, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        Require("GlobalAveragePoolBackward", "gradY", gradY, batch * channels);
        Require("GlobalAveragePoolBackward", "gradX", gradX, checked(batch * positions * channels));
        GlobalAveragePoolBackwardCore(batch, positions, channels, gradY, gradX);
    }

    private protected abstract void MaxPoolForwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y);
    private protected abstract void MaxPoolBackwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
    private protected abstract void GlobalAveragePoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y);
    private protected abstract void GlobalAveragePoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
}
