// Contract of the squash. Read next: SquashFactors.cs, CpuDevice.Squash.cs, GpuDevice.Squash.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>y = tanh(10 r) / r * x per row, r = sqrt(|x|^2 + 1e-7). y may be x.</summary>
    public void SquashForward(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        shape.Validate();
        Require("SquashForward", "x", x, shape.Length);
        Require("SquashForward", "y", y, shape.Length);
        if (shape.Rows > 0) SquashForwardCore(shape, x, y);
    }

    /// <summary>gradX from x, the input of the forward pass, and gradY. gradX may be gradY.</summary>
    public void SquashBackward(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        shape.Validate();
        Require("SquashBackward", "x", x, shape.Length);
        Require("SquashBackward", "gradY", gradY, shape.Length);
        Require("SquashBackward", "gradX", gradX, shape.Length);
        if (shape.Rows > 0) SquashBackwardCore(shape, x, gradY, gradX);
    }

    private protected abstract void SquashForwardCore(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y);
    private protected abstract void SquashBackwardCore(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
}
