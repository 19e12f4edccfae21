// Losses over a matrix of pairs; each computes its gradient in the same pass. Read next: ../Optimizers/Adam.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>
    /// Max-margin loss over all mismatched pairs of similarity [batch, batch] (rows sounds, columns images), sounds and images as anchors: a loss and the pair
    /// accuracy, one number each.
    /// </summary>
    public static (Tensor Loss, Tensor Accuracy) MaxMargin(Tensor similarity, float margin, MaxMarginAnchors anchors = MaxMarginAnchors.Both, MaxMarginNegatives negatives = MaxMarginNegatives.All)
    {
        int batch = SquareBatch("MaxMargin", similarity);
        MaxMarginOptions options = new(margin, anchors, negatives);
        return PairLoss("MaxMargin", similarity, (device, grad, loss, accuracy) => device.MaxMarginInBatch(batch, options, similarity.Buffer, grad, loss, accuracy));
    }

    /// <summary>Max-margin loss with one mismatched sound per image: negatives[i] != i. similarity [sounds, images], where sound i belongs to image i and further sounds to none.</summary>
    public static (Tensor Loss, Tensor Accuracy) MaxMarginSampled(Tensor similarity, DeviceBuffer<int> negatives, float margin)
    {
        RequireRank("MaxMarginSampled", "similarity", similarity, 2, "[sounds, images]");
        int sounds = similarity.Shape[0], images = similarity.Shape[1];
        return PairLoss("MaxMarginSampled", similarity, (device, grad, loss, accuracy) => device.MaxMarginSampled(sounds, images, margin, similarity.Buffer, negatives, grad, loss, accuracy));
    }

    /// <summary>Contrastive loss of the Euclidean profile over squared distances [batch, batch], one mismatched image per sound: negatives[i] != i.</summary>
    public static (Tensor Loss, Tensor Accuracy) Contrastive(Tensor distance, DeviceBuffer<int> negatives, float margin)
    {
        int batch = SquareBatch("Contrastive", distance);
        return PairLoss("Contrastive", distance, (device, grad, loss, accuracy) => device.Contrastive(batch, margin, distance.Buffer, negatives, grad, loss, accuracy));
    }

    private static (Tensor, Tensor) PairLoss(string op, Tensor pairs, Action<Device, DeviceBuffer<float>, DeviceBuffer<float>, DeviceBuffer<float>> compute)
    {
        Device device = pairs.Device;
        Tensor loss = Output(new TensorShape(1), pairs), accuracy = Scope.Require(device).New(new TensorShape(1), needsGradient: false);
        // saved: the gradient for a loss of weight 1
        DeviceBuffer<float> grad = Saved(loss, pairs.Shape.Count);
        compute(device, grad, loss.Buffer, accuracy.Buffer);
        // The tape starts with weight 1, and a loss is not used in anything else.
        Record(op, [pairs], loss, (gradients, _) => gradients.Pass(pairs, grad));
        return (loss, accuracy);
    }

    private static int SquareBatch(string op, Tensor pairs)
    {
        if (pairs.Shape.Rank != 2 || pairs.Shape[0] != pairs.Shape[1]) throw new ArgumentException($"{op}: needs all pairs of a batch, [batch, batch], got {pairs.Shape}.");
        return pairs.Shape[0];
    }
}
