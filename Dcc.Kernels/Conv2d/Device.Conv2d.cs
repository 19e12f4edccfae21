// Contract of the convolution. Read next: CpuDevice.Conv2d.cs, GpuDevice.Conv2d.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// What the forward passes of this shape can reuse from call to call as long as <paramref name="weight"/> does not change; null where the device computes nothing
    /// from the weights alone, or where reading the result from memory would take longer than computing it again. Costs <see cref="PreparedWeights.Bytes"/>.
    /// </summary>
    public PreparedWeights? PrepareConv2d(in Conv2dShape shape, DeviceBuffer<float> weight)
    {
        shape.Validate();
        Require("PrepareConv2d", "weight", weight, shape.LengthWeight);
        return PrepareConv2dCore(shape, weight);
    }

    /// <summary>
    /// y = epilogue(conv(x, weight)); shapes in <see cref="Conv2dShape"/>; bias [outChannels], needed by every epilogue but None. prepared, if given, was made from these
    /// weights by <see cref="PrepareConv2d"/>, for any batch and picture size.
    /// </summary>
    public void Conv2dForward(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y, PreparedWeights? prepared = null)
    {
        shape.Validate();
        Require("Conv2dForward", "x", x, shape.LengthX);
        Require("Conv2dForward", "weight", weight, shape.LengthWeight);
        Require("Conv2dForward", "y", y, shape.LengthY);
        if ((epilogue != Epilogue.None) != (bias is not null))
            throw new ArgumentException($"Conv2dForward: epilogue {epilogue} {(bias is null ? "needs a bias" : "takes no bias")}.");
        if (bias is not null) Require("Conv2dForward", "bias", bias, shape.OutChannels);
        if (prepared is null) Conv2dForwardCore(shape, epilogue, x, weight, bias, y);
        else Conv2dForwardCore(shape, epilogue, x, weight, Fitting("Conv2dForward", shape, prepared), bias, y);
    }

    /// <summary>
    /// y = the 2x2 max pool at steps of 2 (<paramref name="ceil"/> as in <see cref="PoolShape"/>) of epilogue(conv(x, weight)), without the full map ever
    /// being in memory where the device can. winners [as y], null at inference: which of a window's four elements won (row * 2 + column; the first of equals), or
    /// <see cref="NoWinner"/> where the ReLU let nothing through.
    /// </summary>
    public void Conv2dPoolForward(in Conv2dShape shape, bool ceil, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y, DeviceBuffer<byte>? winners,
        PreparedWeights? prepared = null)
    {
        shape.Validate();
        PoolShape pool = shape.Pooled(ceil);
        pool.Validate();
        Require("Conv2dPoolForward", "x", x, shape.LengthX);
        Require("Conv2dPoolForward", "weight", weight, shape.LengthWeight);
        Require("Conv2dPoolForward", "y", y, pool.LengthY);
        if ((epilogue != Epilogue.None) != (bias is not null))
            throw new ArgumentException($"Conv2dPoolForward: epilogue {epilogue} {(bias is null ? "needs a bias" : "takes no bias")}.");
        if (bias is not null) Require("Conv2dPoolForward", "bias", bias, shape.OutChannels);
        if (winners is not null) Require("Conv2dPoolForward", "winners", winners, pool.LengthY);
        if (prepared is null) Conv2dPoolForwardCore(shape, pool, epilogue, x, weight, bias, y, winners);
        else Conv2dPoolForwardCore(shape, pool, epilogue, x, weight, Fitting("Conv2dPoolForward", shape, prepared), bias, y, winners);
    }

    /// <summary>
    /// From the gradient of the pooled map to that of the convolution's sum before bias and ReLU, for <see cref="Conv2dBackwardData"/> and
    /// <see cref="Conv2dBackwardWeight"/>; and to that of the bias, where there is one.
    /// </summary>
    public void Conv2dPoolBackward(in Conv2dShape shape, bool ceil, DeviceBuffer<byte> winners, DeviceBuffer<float> gradY, DeviceBuffer<float> gradSum, DeviceBuffer<float>? gradBias)
    {
        shape.Validate();
        PoolShape pool = shape.Pooled(ceil);
        pool.Validate();
        Require("Conv2dPoolBackward", "winners", winners, pool.LengthY);
        Require("Conv2dPoolBackward", "gradY", gradY, pool.LengthY);
        Require("Conv2dPoolBackward", "gradSum", gradSum, shape.LengthY);
        if (gradBias is not null) Require("Conv2dPoolBackward", "gradBias", gradBias, shape.OutChannels);
        Conv2dPoolBackwardCore(pool, winners, gradY, gradSum, gradBias);
    }

    /// <summary>The entry of winners where the gradient goes nowhere.</summary>
    public const byte NoWinner = 4;

    /// <summary>gradX from gradY, the gradient of the sum before bias and ReLU.</summary>
    public void Conv2dBackwardData(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        shape.Validate();
        Require("Conv2dBackwardData", "weight", weight, shape.LengthWeight);
        Require("Conv2dBackwardData", "gradY", gradY, shape.LengthY);
        Require("Conv2dBackwardData", "gradX", gradX, shape.LengthX);
        Conv2dBackwardDataCore(shape, weight, gradY, gradX);
    }

    /// <summary>gradWeight from x and gradY. For ReLU and bias see <see cref="EpilogueBackward"/>.</summary>
    public void Conv2dBackwardWeight(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight)
    {
        shape.Validate();
        Require("Conv2dBackwardWeight", "x", x, shape.LengthX);
        Require("Conv2dBackwardWeight", "gradY", gradY, shape.LengthY);
        Require("Conv2dBackwardWeight", "gradWeight", gradWeight, shape.LengthWeight);
        Conv2dBackwardWeightCore(shape, x, gradY, gradWeight);
    }

    private PreparedWeights Fitting(string op, in Conv2dShape shape, PreparedWeights prepared)
    {
        Require(op, "prepared", prepared.Values, prepared.Values.Length);
        if (!Conv2dChoice.Fits(shape) || (prepared.InChannels, prepared.OutChannels) != (shape.InChannels, shape.OutChannels))
            throw new ArgumentException($"{op}: the prepared weights are of a 3x3 kernel at stride 1, {prepared.InChannels} to {prepared.OutChannels} channels, the shape asks for "
                + $"{shape.KernelHeight}x{shape.KernelWidth} at stride {shape.Stride}, {shape.InChannels} to {shape.OutChannels}. Prepare this layer's own.");
        return prepared;
    }

    // A device that prepares nothing never meets prepared weights.
    private protected virtual PreparedWeights? PrepareConv2dCore(in Conv2dShape shape, DeviceBuffer<float> weight) => null;
    private protected virtual void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, PreparedWeights prepared, DeviceBuffer<float>? bias, DeviceBuffer<float> y) =>
        Conv2dForwardCore(shape, epilogue, x, weight, bias, y);
    private protected virtual void Conv2dPoolForwardCore(in Conv2dShape shape, in PoolShape pool, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, PreparedWeights prepared, DeviceBuffer<float>? bias, DeviceBuffer<float> y, DeviceBuffer<byte>? winners) =>
        Conv2dPoolForwardCore(shape, pool, epilogue, x, weight, bias, y, winners);
    private protected abstract void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y);
    private protected abstract void Conv2dPoolForwardCore(in Conv2dShape shape, in PoolShape pool, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y, DeviceBuffer<byte>? winners);
    private protected abstract void Conv2dPoolBackwardCore(in PoolShape pool, DeviceBuffer<byte> winners, DeviceBuffer<float> gradY, DeviceBuffer<float> gradSum, DeviceBuffer<float>? gradBias);
    private protected abstract void Conv2dBackwardDataCore(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
    private protected abstract void Conv2dBackwardWeightCore(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight);
}
