// Contract of the convolution. Read next: CpuDevice.Conv2d.cs, GpuDevice.Conv2d.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>y = epilogue(conv(x, weight)); shapes in <see cref="Conv2dShape"/>; bias [outChannels], needed by every epilogue but None.</summary>
    public void Conv2dForward(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y)
    {
        shape.Validate();
        Require("Conv2dForward", "x", x, shape.LengthX);
        Require("Conv2dForward", "weight", weight, shape.LengthWeight);
        Require("Conv2dForward", "y", y, shape.LengthY);
        if ((epilogue != Epilogue.None) != (bias is not null))
            throw new ArgumentException($"Conv2dForward: epilogue {epilogue} {(bias is null ? "needs a bias" : "takes no bias")}.");
        if (bias is not null) Require("Conv2dForward", "bias", bias, shape.OutChannels);
        Conv2dForwardCore(shape, epilogue, x, weight, bias, y);
    }

    /// <summary>gradX from gradY, the gradient of the sum before bias and ReLU.</summary>
    public void Conv2dBackwardData(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        shape.Validate();
        Require("Conv2dBackwardData", "weight", weight, shape.LengthWeight);
        Require("Conv2dBackwardData", "gradY", gradY, shape.LengthY);
        Require("Conv2dBackwardData", "gradX", gradX, shape.LengthX);
        Conv2dBackwardDataCore(shape, weight, gradY, gradX);
    }

    /// <summary>gradWeight from x and gradY. The bias gradient is <see cref="ColumnSums"/> of gradY as [positions, outChannels].</summary>
    public void Conv2dBackwardWeight(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight)
    {
        shape.Validate();
        Require("Conv2dBackwardWeight", "x", x, shape.LengthX);
        Require("Conv2dBackwardWeight", "gradY", gradY, shape.LengthY);
        Require("Conv2dBackwardWeight", "gradWeight", gradWeight, shape.LengthWeight);
        Conv2dBackwardWeightCore(shape, x, gradY, gradWeight);
    }

    private protected abstract void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y);
    private protected abstract void Conv2dBackwardDataCore(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
    private protected abstract void Conv2dBackwardWeightCore(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight);
}
