// Matrix product with bias and ReLU. Read next: Conv2d.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>x [..., k] times weight [k, n] (+ bias [n]) (, ReLU) gives [..., n]: all leading dimensions are rows.</summary>
    public static Tensor MatMul(Tensor x, Tensor weight, Tensor? bias = null, bool relu = false)
    {
        RequireRank("MatMul", "weight", weight, 2, "[in, out]");
        int k = weight.Shape[0], n = weight.Shape[1];
        if (x.Shape.Rank < 1 || x.Shape[-1] != k) throw new ArgumentException($"MatMul: weight expects rows of {k}, x is {x.Shape}, weight {weight.Shape}.");
        if (relu && bias is null) throw new ArgumentException("MatMul: ReLU is fused only together with a bias.");
        if (bias is not null && weight.NeedsGradient != bias.NeedsGradient) throw new ArgumentException("MatMul: weight and bias are learnt together or not at all.");
        int rows = x.Shape.Count / Math.Max(k, 1);
        int[] sizes = x.Shape.Sizes.ToArray();
        sizes[^1] = n;

        Device device = x.Device;
        Tensor y = Output(new TensorShape(sizes), x, weight, bias);
        Epilogue epilogue = EpilogueOf(bias, relu);
        device.MatMul(new MatMulShape(rows, n, k), epilogue, x.Buffer, weight.Buffer, bias?.Buffer, y.Buffer);
        // saved: x, weight, and y for the ReLU mask, which is laid over gradY in place
        Record("MatMul", bias is null ? [x, weight] : [x, weight, bias], y, (gradients, gradY) =>
        {
            if (bias is not null) gradients.Add(bias, gradBias => device.EpilogueBackward(epilogue, rows, n, y.Buffer, gradY, gradBias));
            gradients.Add(x, gradX => device.MatMul(new MatMulShape(1, rows, k, n, TransposeB: true), Epilogue.None, gradY, weight.Buffer, null, gradX));
            gradients.Add(weight, gradWeight => device.MatMul(new MatMulShape(1, k, n, rows, TransposeA: true), Epilogue.None, x.Buffer, gradY, null, gradWeight));
        });
        return y;
    }
}
