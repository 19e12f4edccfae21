// Contract of the similarity of centres. Read next: CpuDevice.CentreSimilarity.cs, GpuDevice.CentreSimilarity.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>similarity [batchA, batchV] = sum over clusters of the cosines of a's and v's centres, all pairs.</summary>
    public void CentreSimilarityForward(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> similarity)
    {
        shape.Validate();
        Require("CentreSimilarityForward", "a", a, shape.LengthA);
        Require("CentreSimilarityForward", "v", v, shape.LengthV);
        Require("CentreSimilarityForward", "similarity", similarity, shape.LengthSimilarity);
        if (shape.LengthSimilarity > 0) CentreSimilarityForwardCore(shape, a, v, similarity);
    }

    /// <summary>Gradients to both stacks from that of the similarity.</summary>
    public void CentreSimilarityBackward(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        shape.Validate();
        Require("CentreSimilarityBackward", "a", a, shape.LengthA);
        Require("CentreSimilarityBackward", "v", v, shape.LengthV);
        Require("CentreSimilarityBackward", "gradSimilarity", gradSimilarity, shape.LengthSimilarity);
        Require("CentreSimilarityBackward", "gradA", gradA, shape.LengthA);
        Require("CentreSimilarityBackward", "gradV", gradV, shape.LengthV);
        if (shape.LengthSimilarity > 0)
        {
            CentreSimilarityBackwardCore(shape, a, v, gradSimilarity, gradA, gradV);
            return;
        }
        FillCore(gradA, 0f);
        FillCore(gradV, 0f);
    }

    /// <summary>cosines [batch, clusters] of sample i of a with sample i of v.</summary>
    public void PairCosinesForward(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> cosines)
    {
        shape.ValidatePairs();
        Require("PairCosinesForward", "a", a, shape.LengthA);
        Require("PairCosinesForward", "v", v, shape.LengthV);
        Require("PairCosinesForward", "cosines", cosines, shape.LengthCosines);
        if (shape.LengthCosines > 0) PairCosinesForwardCore(shape, a, v, cosines);
    }

    /// <summary>Gradients to both stacks from that of the cosines.</summary>
    public void PairCosinesBackward(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradCosines, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        shape.ValidatePairs();
        Require("PairCosinesBackward", "a", a, shape.LengthA);
        Require("PairCosinesBackward", "v", v, shape.LengthV);
        Require("PairCosinesBackward", "gradCosines", gradCosines, shape.LengthCosines);
        Require("PairCosinesBackward", "gradA", gradA, shape.LengthA);
        Require("PairCosinesBackward", "gradV", gradV, shape.LengthV);
        if (shape.LengthCosines > 0) PairCosinesBackwardCore(shape, a, v, gradCosines, gradA, gradV);
    }

    private protected abstract void CentreSimilarityForwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> similarity);
    private protected abstract void CentreSimilarityBackwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV);
    private protected abstract void PairCosinesForwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> cosines);
    private protected abstract void PairCosinesBackwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradCosines, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV);
}
