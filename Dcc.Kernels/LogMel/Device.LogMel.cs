// Contract of the log-mel spectrogram. Read next: CpuDevice.LogMel.cs, GpuDevice.LogMel.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>x [batch, samples] -> y [batch, frames, bands] in one pass; frames = plan.Options.Frames(samples), which must be at least 1.</summary>
    public void LogMel(LogMelPlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        int frames = plan.Options.Frames(samples);
        if (batch < 1 || frames < 1)
            throw new ArgumentException($"LogMel: {batch} clip(s) of {samples} samples give no frame; a frame needs {plan.Options.Window} samples. Pad the sound with zeros.");
        Require("LogMel", "plan", plan.Window, plan.Options.Window);
        Require("LogMel", "x", x, checked(batch * samples));
        Require("LogMel", "y", y, checked(batch * frames * plan.Options.Bands));
        LogMelCore(plan, batch, samples, x, y);
    }

    private protected abstract void LogMelCore(LogMelPlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y);
}
