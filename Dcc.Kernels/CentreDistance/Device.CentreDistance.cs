// Contract of the distance between sets of centres. Read next: CpuDevice.CentreDistance.cs, GpuDevice.CentreDistance.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// distance [batchA, batchV] = sum over a sound's centres of the squared distance to the nearest centre of the picture (ties: the lowest index).
    /// Also, for display and for the backward pass: that centre's index and squared distance, [batchA, batchV, clustersA].
    /// </summary>
    public void CentreDistanceForward(in CentreDistanceShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> distance, DeviceBuffer<int> nearest, DeviceBuffer<float> squares)
    {
        shape.Validate();
        Require("CentreDistanceForward", "a", a, shape.LengthA);
        Require("CentreDistanceForward", "v", v, shape.LengthV);
        Require("CentreDistanceForward", "distance", distance, shape.LengthDistance);
        Require("CentreDistanceForward", "nearest", nearest, shape.LengthNearest);
        Require("CentreDistanceForward", "squares", squares, shape.LengthNearest);
        if (shape.LengthDistance > 0) CentreDistanceForwardCore(shape, a, v, distance, nearest, squares);
    }

    /// <summary>Gradients to both sets of centres; <paramref name="nearest"/> and <paramref name="squares"/> are what the forward pass wrote.</summary>
    public void CentreDistanceBackward(in CentreDistanceShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<int> nearest, DeviceBuffer<float> squares, DeviceBuffer<float> gradDistance, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        shape.Validate();
        Require("CentreDistanceBackward", "a", a, shape.LengthA);
        Require("CentreDistanceBackward", "v", v, shape.LengthV);
        Require("CentreDistanceBackward", "nearest", nearest, shape.LengthNearest);
        Require("CentreDistanceBackward", "squares", squares, shape.LengthNearest);
        Require("CentreDistanceBackward", "gradDistance", gradDistance, shape.LengthDistance);
        Require("CentreDistanceBackward", "gradA", gradA, shape.LengthA);
        Require("CentreDistanceBackward", "gradV", gradV, shape.LengthV);
        if (shape.LengthDistance > 0)
        {
            CentreDistanceBackwardCore(shape, a, v, nearest, squares, gradDistance, gradA, gradV);
            return;
        }
        FillCore(gradA, 0f);
        FillCore(gradV, 0f);
    }

    private protected abstract void CentreDistanceForwardCore(in CentreDistanceShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> distance, DeviceBuffer<int> nearest, DeviceBuffer<float> squares);
    private protected abstract void CentreDistanceBackwardCore(in CentreDistanceShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<int> nearest, DeviceBuffer<float> squares, DeviceBuffer<float> gradDistance, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV);
}
