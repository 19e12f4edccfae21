// Contract of the projected assignment, and the plain way to compute it: a product, then the soft assignment. Read next: CpuDevice.ProjectedAssign.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// The soft assignment of h = u · weight: centres [batch, clusters, dims] and assignments [batch, clusters, positions] of the last round.
    /// <paramref name="saved"/> is for the backward pass.
    /// </summary>
    public void ProjectedAssignForward(in ProjectedAssignShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> weight, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        shape.Validate();
        Require("ProjectedAssignForward", "u", u, shape.LengthU);
        Require("ProjectedAssignForward", "weight", weight, shape.LengthWeight);
        Require("ProjectedAssignForward", "centres", centres, shape.LengthCentres);
        Require("ProjectedAssignForward", "assignments", assignments, shape.LengthAssignments);
        Require("ProjectedAssignForward", "saved", saved, shape.LengthSaved);
        if (shape.Batch > 0) ProjectedAssignForwardCore(shape, sharpness, u, weight, centres, assignments, saved);
    }

    /// <summary>gradU and gradWeight, from the gradient of the centres alone. <paramref name="saved"/> is what the forward pass wrote for the same arguments.</summary>
    public void ProjectedAssignBackward(in ProjectedAssignShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> weight, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU, DeviceBuffer<float> gradWeight)
    {
        shape.Validate();
        Require("ProjectedAssignBackward", "u", u, shape.LengthU);
        Require("ProjectedAssignBackward", "weight", weight, shape.LengthWeight);
        Require("ProjectedAssignBackward", "saved", saved, shape.LengthSaved);
        Require("ProjectedAssignBackward", "gradCentres", gradCentres, shape.LengthCentres);
        Require("ProjectedAssignBackward", "gradU", gradU, shape.LengthU);
        Require("ProjectedAssignBackward", "gradWeight", gradWeight, shape.LengthWeight);
        if (shape.Batch > 0) ProjectedAssignBackwardCore(shape, sharpness, u, weight, saved, gradCentres, gradU, gradWeight);
        else AxpbyCore(0f, gradWeight, 0f, gradWeight);
    }

    private protected virtual void ProjectedAssignForwardCore(in ProjectedAssignShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> weight, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        using DeviceBuffer<float> h = Rent<float>(shape.Projected.LengthH);
        MatMulCore(shape.Projection, Epilogue.None, u, weight, null, h);
        SoftAssignForwardCore(shape.Projected, sharpness, h, centres, assignments, saved.Slice(0, shape.Projected.LengthSaved));
    }

    private protected virtual void ProjectedAssignBackwardCore(in ProjectedAssignShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> weight, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU, DeviceBuffer<float> gradWeight)
    {
        using DeviceBuffer<float> h = Rent<float>(shape.Projected.LengthH), gradH = Rent<float>(shape.Projected.LengthH);
        MatMulShape product = shape.Projection;
        MatMulCore(product, Epilogue.None, u, weight, null, h);
        SoftAssignBackwardCore(shape.Projected, sharpness, h, saved.Slice(0, shape.Projected.LengthSaved), gradCentres, gradH);
        MatMulCore(new MatMulShape(1, product.M, product.K, product.N, TransposeB: true), Epilogue.None, gradH, weight, null, gradU);
        MatMulCore(new MatMulShape(1, product.K, product.N, product.M, TransposeA: true), Epilogue.None, u, gradH, null, gradWeight);
    }
}
