// Contract of the L2 norm and of the clipping factor made from it. Read next: CpuDevice.Norm.cs, GpuDevice.Norm.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>norm[0] = sqrt(sum of x²), by a fixed tree. NaN and infinity in x come out as NaN or infinity.</summary>
    public void L2Norm(DeviceBuffer<float> x, DeviceBuffer<float> norm)
    {
        Require("L2Norm", "x", x, x.Length);
        Require("L2Norm", "norm", norm, 1);
        L2NormCore(x, norm);
    }

    /// <summary>scale[0] = min(1, maxNorm / (norm[0] + 1e-6)), as PyTorch's clip_grad_norm_; stays on the device.</summary>
    public void ClipScale(DeviceBuffer<float> norm, float maxNorm, DeviceBuffer<float> scale)
    {
        Require("ClipScale", "norm", norm, 1);
        Require("ClipScale", "scale", scale, 1);
        ClipScaleCore(norm, maxNorm, scale);
    }

    private protected abstract void L2NormCore(DeviceBuffer<float> x, DeviceBuffer<float> norm);
    private protected abstract void ClipScaleCore(DeviceBuffer<float> norm, float maxNorm, DeviceBuffer<float> scale);
}
