// Contract of the max-margin losses. Read next: CpuDevice.MaxMargin.cs, GpuDevice.MaxMargin.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// Max-margin loss over all mismatched pairs of a batch. similarity [batch, batch]: rows are sounds, columns pictures, the diagonal the true pairs.
    /// Writes the loss [1], its gradient [batch, batch] (for a loss of weight 1) and the pair accuracy [1]: the share of mismatched comparisons that the true pair wins.
    /// </summary>
    public void MaxMarginInBatch(int batch, in MaxMarginOptions options, DeviceBuffer<float> similarity, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        options.Validate(batch);
        Require("MaxMarginInBatch", "similarity", similarity, checked(batch * batch));
        Require("MaxMarginInBatch", "gradSimilarity", gradSimilarity, batch * batch);
        Require("MaxMarginInBatch", "loss", loss, 1);
        Require("MaxMarginInBatch", "accuracy", accuracy, 1);
        MaxMarginInBatchCore(batch, options, similarity, gradSimilarity, loss, accuracy);
    }

    /// <summary>
    /// Max-margin loss with one negative sound a picture. similarity [sounds, images]: sound i belongs to picture i, sounds beyond the pictures belong to none.
    /// negatives[i] in 0..sounds-1, not i, which is for the caller to see to. Outputs as above.
    /// </summary>
    public void MaxMarginSampled(int sounds, int images, float margin, DeviceBuffer<float> similarity, DeviceBuffer<int> negatives, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        new MaxMarginOptions(margin).Validate(sounds);
        if (images < 1 || sounds < images)
            throw new ArgumentException($"MaxMarginSampled: every picture needs its own sound, got {sounds} sounds for {images} pictures. Put the true sounds first, in the order of the pictures.");
        Require("MaxMarginSampled", "similarity", similarity, checked(sounds * images));
        Require("MaxMarginSampled", "negatives", negatives, images);
        Require("MaxMarginSampled", "gradSimilarity", gradSimilarity, sounds * images);
        Require("MaxMarginSampled", "loss", loss, 1);
        Require("MaxMarginSampled", "accuracy", accuracy, 1);
        MaxMarginSampledCore(sounds, images, margin, similarity, negatives, gradSimilarity, loss, accuracy);
    }

    private protected abstract void MaxMarginInBatchCore(int batch, in MaxMarginOptions options, DeviceBuffer<float> similarity, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy);
    private protected abstract void MaxMarginSampledCore(int sounds, int images, float margin, DeviceBuffer<float> similarity, DeviceBuffer<int> negatives, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy);
}
