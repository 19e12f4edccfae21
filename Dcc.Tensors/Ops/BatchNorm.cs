// Batch normalisation over the last dimension. Read next: Clustering.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>
    /// x [..., channels] normalised per channel, scaled and shifted (, ReLU). In training by the batch's own statistics, which move the running ones by
    /// <paramref name="momentum"/>; otherwise by the running ones.
    /// </summary>
    public static Tensor BatchNorm(Tensor x, Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance, bool training, float momentum = 0.1f, bool relu = false)
    {
        int channels = x.Shape[-1];
        if (scale.Shape.Count != channels || shift.Shape.Count != channels)
            throw new ArgumentException($"BatchNorm: x {x.Shape} has {channels} channels, scale {scale.Shape} and shift {shift.Shape} must have as many.");
        BatchNormShape shape = new(x.Shape.Count / Math.Max(1, channels), channels, relu);
        Device device = x.Device;
        if (!training)
        {
            if (Scope.Innermost is Tape && (x.NeedsGradient || scale.NeedsGradient))
                throw new InvalidOperationException("BatchNorm: with running statistics there is no backward pass. Open a scope instead of a step, or pass training: true.");
            Tensor inferred = Scope.Require(device).New(x.Shape, needsGradient: false);
            device.BatchNormInfer(shape, x.Buffer, scale.Buffer, shift.Buffer, runningMean.Buffer, runningVariance.Buffer, inferred.Buffer);
            return inferred;
        }
        Tensor y = Output(x.Shape, x, scale, shift);
        // saved: x, y for the ReLU mask, and the batch's mean and inverse deviation
        DeviceBuffer<float> mean = Saved(y, channels), inverse = Saved(y, channels);
        device.BatchNormTrain(shape, momentum, x.Buffer, scale.Buffer, shift.Buffer, runningMean.Buffer, runningVariance.Buffer, y.Buffer, mean, inverse);
        Record("BatchNorm", [x, scale, shift], y, (gradients, gradY) => gradients.AddAll([x, scale, shift], grads =>
            device.BatchNormBackward(shape, x.Buffer, scale.Buffer, mean, inverse, y.Buffer, gradY, grads[0], grads[1], grads[2])));
        return y;
    }
}
