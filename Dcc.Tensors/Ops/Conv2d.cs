// Convolution with bias and ReLU. Read next: ../../Dcc.Kernels/Conv2d/README.md.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>x [batch, height, width, in] with weight [kernelHeight, kernelWidth, in, out] (+ bias [out]) (, ReLU) gives [batch, height', width', out].</summary>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias = null, bool relu = false, int stride = 1, int padding = 0, int dilation = 1)
    {
        RequireRank("Conv2d", "x", x, 4, "[batch, height, width, channels]");
        RequireRank("Conv2d", "weight", weight, 4, "[kernel height, kernel width, in, out]");
        if (x.Shape[3] != weight.Shape[2])
            throw new ArgumentException($"Conv2d: weight expects {weight.Shape[2]} input channels, x has {x.Shape[3]}. x {x.Shape}, weight {weight.Shape}.");
        if (relu && bias is null) throw new ArgumentException("Conv2d: ReLU is fused only together with a bias.");
        Conv2dShape shape = new(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], weight.Shape[3], weight.Shape[0], weight.Shape[1], stride, padding, dilation);
        shape.Validate();

        Device device = x.Device;
        Tensor y = Output(new TensorShape(shape.Batch, shape.OutHeight, shape.OutWidth, shape.OutChannels), x, weight, bias);
        Epilogue epilogue = bias is null ? Epilogue.None : relu ? Epilogue.BiasRelu : Epilogue.Bias;
        device.Conv2dForward(shape, epilogue, x.Buffer, weight.Buffer, bias?.Buffer, y.Buffer);
        // saved: x, weight, and y for the ReLU mask
        Record("Conv2d", bias is null ? [x, weight] : [x, weight, bias], y, (gradients, gradY) =>
        {
            using DeviceBuffer<float>? masked = relu ? device.Rent<float>(gradY.Length) : null;
            if (masked is not null) device.UnaryBackward(Unary.Relu, y.Buffer, gradY, masked);
            DeviceBuffer<float> grad = masked ?? gradY;
            gradients.Add(x, gradX => device.Conv2dBackwardData(shape, weight.Buffer, grad, gradX));
            gradients.Add(weight, gradWeight => device.Conv2dBackwardWeight(shape, x.Buffer, grad, gradWeight));
            if (bias is not null) gradients.Add(bias, gradBias => device.ColumnSums(shape.LengthY / shape.OutChannels, shape.OutChannels, grad, gradBias));
        });
        return y;
    }
}
