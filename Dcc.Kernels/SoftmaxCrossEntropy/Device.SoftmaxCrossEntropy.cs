// Contract of softmax cross-entropy. Read next: CpuDevice.SoftmaxCrossEntropy.cs, GpuDevice.SoftmaxCrossEntropy.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// Mean over the rows of -ln softmax(logits)[label]. Writes the loss [1] and its gradient [rows, classes] (for a loss of weight 1). Labels are 0..classes-1; they live
    /// on the device and cannot be checked here: another label makes the loss and its row of the gradient NaN.
    /// </summary>
    public void SoftmaxCrossEntropy(in SoftmaxCrossEntropyShape shape, DeviceBuffer<float> logits, DeviceBuffer<int> labels, DeviceBuffer<float> gradLogits, DeviceBuffer<float> loss)
    {
        shape.Validate();
        Require("SoftmaxCrossEntropy", "logits", logits, shape.Length);
        Require("SoftmaxCrossEntropy", "labels", labels, shape.Rows);
        Require("SoftmaxCrossEntropy", "gradLogits", gradLogits, shape.Length);
        Require("SoftmaxCrossEntropy", "loss", loss, 1);
        SoftmaxCrossEntropyCore(shape, logits, labels, gradLogits, loss);
    }

    private protected abstract void SoftmaxCrossEntropyCore(in SoftmaxCrossEntropyShape shape, DeviceBuffer<float> logits, DeviceBuffer<int> labels, DeviceBuffer<float> gradLogits, DeviceBuffer<float> loss);
}
