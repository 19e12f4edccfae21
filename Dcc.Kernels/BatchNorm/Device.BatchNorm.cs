// Contract of batch normalisation. Read next: CpuDevice.BatchNorm.cs, GpuDevice.BatchNorm.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// y = (x - mean) * inverse * scale + shift (then ReLU) with the batch's own statistics, which go to <paramref name="savedMean"/> and
    /// <paramref name="savedInverse"/>. Running statistics move by <paramref name="momentum"/> towards the batch mean and the unbiased variance, as in PyTorch.
    /// </summary>
    public void BatchNormTrain(in BatchNormShape shape, float momentum, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> runningMean, DeviceBuffer<float> runningVariance, DeviceBuffer<float> y, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse)
    {
        RequireBatchNorm("BatchNormTrain", shape, x, y, scale, shift, runningMean, runningVariance, savedMean, savedInverse);
        BatchNormTrainCore(shape, momentum, x, scale, shift, runningMean, runningVariance, y, savedMean, savedInverse);
    }

    /// <summary>The same with fixed statistics.</summary>
    public void BatchNormInfer(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> mean, DeviceBuffer<float> variance, DeviceBuffer<float> y)
    {
        RequireBatchNorm("BatchNormInfer", shape, x, y, scale, shift, mean, variance);
        BatchNormInferCore(shape, x, scale, shift, mean, variance, y);
    }

    /// <summary>Gradients by x, scale and shift, through the batch statistics. With ReLU the mask is where y is positive.</summary>
    public void BatchNormBackward(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse,
        DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX, DeviceBuffer<float> gradScale, DeviceBuffer<float> gradShift)
    {
        RequireBatchNorm("BatchNormBackward", shape, x, y, scale, savedMean, savedInverse, gradScale, gradShift);
        Require("BatchNormBackward", "gradY", gradY, shape.Length);
        Require("BatchNormBackward", "gradX", gradX, shape.Length);
        BatchNormBackwardCore(shape, x, scale, savedMean, savedInverse, y, gradY, gradX, gradScale, gradShift);
    }

    private void RequireBatchNorm(string op, in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y, params ReadOnlySpan<DeviceBuffer<float>> perChannel)
    {
        shape.Validate();
        Require(op, "x", x, shape.Length);
        Require(op, "y", y, shape.Length);
        foreach (DeviceBuffer<float> buffer in perChannel) Require(op, "a per-channel argument", buffer, shape.Channels);
    }

    private protected abstract void BatchNormTrainCore(in BatchNormShape shape, float momentum, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> runningMean, DeviceBuffer<float> runningVariance, DeviceBuffer<float> y, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse);
    private protected abstract void BatchNormInferCore(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> mean, DeviceBuffer<float> variance, DeviceBuffer<float> y);
    private protected abstract void BatchNormBackwardCore(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse,
        DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX, DeviceBuffer<float> gradScale, DeviceBuffer<float> gradShift);
}
