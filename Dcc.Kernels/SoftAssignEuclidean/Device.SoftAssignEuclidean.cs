// Contract of the Euclidean soft assignment. Read next: CpuDevice.SoftAssignEuclidean.cs, GpuDevice.SoftAssignEuclidean.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// All rounds: centres [batch, clusters, channels] and assignments [batch, clusters, positions] of the last round.
    /// <paramref name="sharpness"/> multiplies the distances in the softmax; 30 is the published code. <paramref name="saved"/> is for the backward pass.
    /// </summary>
    public void SoftAssignEuclideanForward(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        shape.Validate();
        Require("SoftAssignEuclideanForward", "u", u, shape.LengthU);
        Require("SoftAssignEuclideanForward", "centres", centres, shape.LengthCentres);
        Require("SoftAssignEuclideanForward", "assignments", assignments, shape.LengthAssignments);
        Require("SoftAssignEuclideanForward", "saved", saved, shape.LengthSaved);
        if (shape.Batch > 0) SoftAssignEuclideanForwardCore(shape, sharpness, u, centres, assignments, saved);
    }

    /// <summary>
    /// gradU through every round and the seeds, from the gradient of the centres alone: the assignments are for display, no gradient enters through them.
    /// <paramref name="saved"/> and <paramref name="centres"/> are what the forward pass wrote for the same u and sharpness.
    /// </summary>
    public void SoftAssignEuclideanBackward(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> saved, DeviceBuffer<float> centres, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU)
    {
        shape.Validate();
        Require("SoftAssignEuclideanBackward", "u", u, shape.LengthU);
        Require("SoftAssignEuclideanBackward", "saved", saved, shape.LengthSaved);
        Require("SoftAssignEuclideanBackward", "centres", centres, shape.LengthCentres);
        Require("SoftAssignEuclideanBackward", "gradCentres", gradCentres, shape.LengthCentres);
        Require("SoftAssignEuclideanBackward", "gradU", gradU, shape.LengthU);
        if (shape.Batch > 0) SoftAssignEuclideanBackwardCore(shape, sharpness, u, saved, centres, gradCentres, gradU);
    }

    private protected abstract void SoftAssignEuclideanForwardCore(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved);
    private protected abstract void SoftAssignEuclideanBackwardCore(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> saved, DeviceBuffer<float> centres, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU);
}
