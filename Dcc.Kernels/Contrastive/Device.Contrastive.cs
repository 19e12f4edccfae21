// Contract of the contrastive loss. Read next: CpuDevice.Contrastive.cs, GpuDevice.Contrastive.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// Contrastive loss on squared distances [batch, batch] (rows sounds, columns pictures): true pairs on the diagonal, one mismatching picture a sound,
    /// negatives[i] in 0..batch-1, not i, which is for the caller to see to. Writes the loss [1], its gradient [batch, batch] (for a loss of weight 1)
    /// and the pair accuracy [1]: the share of sounds whose own picture is nearer.
    /// </summary>
    public void Contrastive(int batch, float margin, DeviceBuffer<float> distance, DeviceBuffer<int> negatives, DeviceBuffer<float> gradDistance, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        if (batch < 2) throw new ArgumentException($"Contrastive: a batch of {batch} has no mismatched pair. Use at least 2.");
        if (!float.IsFinite(margin) || margin < 0) throw new ArgumentException($"Contrastive: the margin is {margin}, it must be 0 or more.");
        Require("Contrastive", "distance", distance, checked(batch * batch));
        Require("Contrastive", "negatives", negatives, batch);
        Require("Contrastive", "gradDistance", gradDistance, batch * batch);
        Require("Contrastive", "loss", loss, 1);
        Require("Contrastive", "accuracy", accuracy, 1);
        ContrastiveCore(batch, margin, distance, negatives, gradDistance, loss, accuracy);
    }

    private protected abstract void ContrastiveCore(int batch, float margin, DeviceBuffer<float> distance, DeviceBuffer<int> negatives, DeviceBuffer<float> gradDistance, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy);
}
