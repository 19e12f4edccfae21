// Convolution with bias and ReLU. Read next: ../../Dcc.Kernels/Conv2d/README.md.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>x [batch, height, width, in] with weight [kernelHeight, kernelWidth, in, out] (+ bias [out]) (, ReLU) gives [batch, height', width', out].</summary>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias = null, bool relu = false, int stride = 1, int padding = 0, int dilation = 1)
    {
        Conv2dShape shape = ConvolutionShape("Conv2d", x, weight, bias, relu, stride, padding, dilation);
        Device device = x.Device;
        Tensor y = Output(new TensorShape(shape.Batch, shape.OutHeight, shape.OutWidth, shape.OutChannels), x, weight, bias);
        Epilogue epilogue = EpilogueOf(bias, relu);
        device.Conv2dForward(shape, epilogue, x.Buffer, weight.Buffer, bias?.Buffer, y.Buffer, Kept(shape, weight, y));
        // saved: x, weight, and y for the ReLU mask, which is laid over gradY in place
        Record("Conv2d", bias is null ? [x, weight] : [x, weight, bias], y, (gradients, gradY) =>
        {
            if (bias is not null) gradients.Add(bias, gradBias => device.EpilogueBackward(epilogue, shape.LengthY / shape.OutChannels, shape.OutChannels, y.Buffer, gradY, gradBias));
            gradients.Add(x, gradX => device.Conv2dBackwardData(shape, weight.Buffer, gradY, gradX));
            gradients.Add(weight, gradWeight => device.Conv2dBackwardWeight(shape, x.Buffer, gradY, gradWeight));
        });
        return y;
    }

    /// <summary>The same with a 2x2 max pool, at steps of 2, of the result: the full map is never in memory. ceil keeps cut-off windows at the edge.</summary>
    public static Tensor Conv2dPool(Tensor x, Tensor weight, Tensor? bias = null, bool relu = false, int stride = 1, int padding = 0, int dilation = 1, bool ceil = false)
    {
        Conv2dShape shape = ConvolutionShape("Conv2dPool", x, weight, bias, relu, stride, padding, dilation);
        PoolShape pool = shape.Pooled(ceil);
        pool.Validate();
        Device device = x.Device;
        Tensor y = Output(new TensorShape(pool.Batch, pool.OutHeight, pool.OutWidth, pool.Channels), x, weight, bias);
        // saved: x, weight, and a byte an element of y: the winner of its window
        DeviceBuffer<byte>? winners = y.NeedsGradient ? Saved<byte>(y, pool.LengthY) : null;
        device.Conv2dPoolForward(shape, ceil, EpilogueOf(bias, relu), x.Buffer, weight.Buffer, bias?.Buffer, y.Buffer, winners, Kept(shape, weight, y));
        Record("Conv2dPool", bias is null ? [x, weight] : [x, weight, bias], y, (gradients, gradY) =>
        {
            using DeviceBuffer<float> gradSum = device.Rent<float>(shape.LengthY);
            if (bias is not null) gradients.Add(bias, gradBias => device.Conv2dPoolBackward(shape, ceil, winners!, gradY, gradSum, gradBias));
            else device.Conv2dPoolBackward(shape, ceil, winners!, gradY, gradSum, null);
            gradients.Add(x, gradX => device.Conv2dBackwardData(shape, weight.Buffer, gradSum, gradX));
            gradients.Add(weight, gradWeight => device.Conv2dBackwardWeight(shape, x.Buffer, gradSum, gradWeight));
        });
        return y;
    }

    private static Conv2dShape ConvolutionShape(string op, Tensor x, Tensor weight, Tensor? bias, bool relu, int stride, int padding, int dilation)
    {
        RequireRank(op, "x", x, 4, "[batch, height, width, channels]");
        RequireRank(op, "weight", weight, 4, "[kernel height, kernel width, in, out]");
        if (x.Shape[3] != weight.Shape[2])
            throw new ArgumentException($"{op}: weight expects {weight.Shape[2]} input channels, x has {x.Shape[3]}. x {x.Shape}, weight {weight.Shape}.");
        if (relu && bias is null) throw new ArgumentException($"{op}: ReLU is fused only together with a bias.");
        if (bias is not null && weight.NeedsGradient != bias.NeedsGradient)
            throw new ArgumentException($"{op}: weight and bias are learnt together or not at all.");
        Conv2dShape shape = new(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], weight.Shape[3], weight.Shape[0], weight.Shape[1], stride, padding, dilation);
        shape.Validate();
        return shape;
    }

    /// <summary>In inference what the parameter keeps for the device; a training step changes its weights before it could be used twice.</summary>
    private static PreparedWeights? Kept(in Conv2dShape shape, Tensor weight, Tensor y) => y.NeedsGradient ? null : weight.Parameter?.Prepared(shape);

    private static Epilogue EpilogueOf(Tensor? bias, bool relu) => bias is null ? Epilogue.None : relu ? Epilogue.BiasRelu : Epilogue.Bias;
}
