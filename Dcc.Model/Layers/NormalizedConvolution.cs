// Convolution of any odd kernel and stride, then batch normalisation: the layer of a ResNet. Read next: ../Networks/ResidualNetwork.cs.
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>
/// Padding is half the kernel, so that a stride of 1 keeps the size and a stride of 2 halves it, rounding up. No bias: the normalisation would take it away again. Weights begin
/// normal with deviation sqrt(2 / (kernel² out)), He's by fan-out, scales at 1, shifts at 0: as torchvision's ResNets.
/// </summary>
internal sealed class NormalizedConvolution
{
    private const float RunningMomentum = 0.1f;

    private readonly int stride, padding;
    private readonly Parameter weight, scale, shift, runningMean, runningVariance;

    public NormalizedConvolution(ParameterSet parameters, Initializers initializers, string convolution, string norm, int inChannels, int outChannels, int kernel, int stride)
    {
        this.stride = stride;
        padding = kernel / 2;
        TensorShape perChannel = new(outChannels);
        weight = parameters.Add($"{convolution}.weight", new TensorShape(kernel, kernel, inChannels, outChannels), initializers.HeNormal($"{convolution}.weight", kernel * kernel * outChannels));
        scale = parameters.Add($"{norm}.weight", perChannel, Initializers.Constant(1f));
        shift = parameters.Add($"{norm}.bias", perChannel, Initializers.Constant(0f));
        runningMean = parameters.AddState($"{norm}.running_mean", perChannel, 0f);
        runningVariance = parameters.AddState($"{norm}.running_var", perChannel, 1f);
    }

    /// <summary>x [batch, height, width, in] -> [batch, height', width', out]. x stays the caller's.</summary>
    public Tensor Forward(Tensor x, bool training, bool relu)
    {
        Tensor sum = Op.Conv2d(x, weight.Value, stride: stride, padding: padding);
        Tensor normal = Op.BatchNorm(sum, scale.Value, shift.Value, runningMean.Value, runningVariance.Value, training, RunningMomentum, relu);
        sum.Drop();
        return normal;
    }
}
