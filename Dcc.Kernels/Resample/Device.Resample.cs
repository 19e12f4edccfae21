// Contract of audio resampling. Read next: CpuDevice.Resample.cs, GpuDevice.Resample.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>x [batch, samples] -> y [batch, plan.OutputLength(samples)]; silence before and after.</summary>
    public void Resample(ResamplePlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        if (batch < 1 || samples < 1) throw new ArgumentException($"Resample: needs at least one clip of one sample, got [{batch},{samples}].");
        Require("Resample", "plan", plan.Weights, plan.Up * plan.Taps);
        Require("Resample", "x", x, checked(batch * samples));
        Require("Resample", "y", y, checked(batch * plan.OutputLength(samples)));
        ResampleCore(plan, batch, samples, x, y);
    }

    private protected abstract void ResampleCore(ResamplePlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y);
}
