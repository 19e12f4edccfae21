// Contract of the soft assignment. Read next: CpuDevice.SoftAssign.cs, GpuDevice.SoftAssign.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// All rounds: centres [batch, clusters, dims] and assignments [batch, clusters, positions] of the last round, before any output squash.
    /// <paramref name="sharpness"/> multiplies the logits; 1 is the published code. <paramref name="saved"/> is for the backward pass.
    /// </summary>
    public void SoftAssignForward(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        shape.Validate();
        Require("SoftAssignForward", "h", h, shape.LengthH);
        Require("SoftAssignForward", "centres", centres, shape.LengthCentres);
        Require("SoftAssignForward", "assignments", assignments, shape.LengthAssignments);
        Require("SoftAssignForward", "saved", saved, shape.LengthSaved);
        if (shape.Batch > 0) SoftAssignForwardCore(shape, sharpness, h, centres, assignments, saved);
    }

    /// <summary>
    /// gradH through every round, from the gradient of the centres alone: the assignments are for display, no gradient enters through them.
    /// <paramref name="saved"/> is what the forward pass wrote for the same h and sharpness.
    /// </summary>
    public void SoftAssignBackward(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradH)
    {
        shape.Validate();
        Require("SoftAssignBackward", "h", h, shape.LengthH);
        Require("SoftAssignBackward", "saved", saved, shape.LengthSaved);
        Require("SoftAssignBackward", "gradCentres", gradCentres, shape.LengthCentres);
        Require("SoftAssignBackward", "gradH", gradH, shape.LengthH);
        if (shape.Batch > 0) SoftAssignBackwardCore(shape, sharpness, h, saved, gradCentres, gradH);
    }

    private protected abstract void SoftAssignForwardCore(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved);
    private protected abstract void SoftAssignBackwardCore(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradH);
}
