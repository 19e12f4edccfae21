// 3x3 convolution, then either bias and ReLU (the paper) or batch normalisation and ReLU. Read next: ../Networks/ConvolutionalNetwork.cs.
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>3x3, stride 1, same padding. With batch normalisation there is no bias: the normalisation would take it away again.</summary>
internal sealed class ConvolutionLayer
{
    private const float RunningMomentum = 0.1f;

    private readonly Parameter weight;
    private readonly Parameter? bias, scale, shift, runningMean, runningVariance;

    public ConvolutionLayer(ParameterSet parameters, Initializers initializers, string name, int inChannels, int outChannels, bool batchNorm)
    {
        weight = parameters.Add($"{name}.weight", new TensorShape(3, 3, inChannels, outChannels), initializers.HeNormal($"{name}.weight", 9 * inChannels));
        TensorShape perChannel = new(outChannels);
        if (!batchNorm)
        {
            bias = parameters.Add($"{name}.bias", perChannel, Initializers.Constant(0f));
            return;
        }
        scale = parameters.Add($"{name}.norm.scale", perChannel, Initializers.Constant(1f));
        shift = parameters.Add($"{name}.norm.shift", perChannel, Initializers.Constant(0f));
        runningMean = parameters.AddState($"{name}.norm.running_mean", perChannel, 0f);
        runningVariance = parameters.AddState($"{name}.norm.running_variance", perChannel, 1f);
    }

    /// <summary>x [batch, height, width, in] -> [batch, height, width, out], halved if a pool is asked for. x is dropped as soon as it is read, unless it is the caller's.</summary>
    public Tensor Forward(Tensor x, bool dropX, bool training, bool pool, bool poolFirst, bool ceil)
    {
        bool fused = pool && (bias is not null || poolFirst);
        Tensor sum = fused
            ? Op.Conv2dPool(x, weight.Value, bias?.Value, relu: bias is not null, padding: 1, ceil: ceil)
            : Op.Conv2d(x, weight.Value, bias?.Value, relu: bias is not null, padding: 1);
        if (dropX) x.Drop();
        if (bias is not null) return sum;
        Tensor normal = Op.BatchNorm(sum, scale!.Value, shift!.Value, runningMean!.Value, runningVariance!.Value, training, RunningMomentum, relu: true);
        sum.Drop();
        return pool && !poolFirst ? Pool(normal, ceil) : normal;
    }

    private static Tensor Pool(Tensor map, bool ceil)
    {
        Tensor pooled = Op.MaxPool(map, 2, 2, ceil);
        map.Drop();
        return pooled;
    }
}
