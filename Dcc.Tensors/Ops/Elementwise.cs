// Element-wise ops, sums of tensors, scaling, and views. Read next: Loss ops.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    public static Tensor Relu(Tensor x) => Apply(Unary.Relu, x);

    public static Tensor Tanh(Tensor x) => Apply(Unary.Tanh, x);

    /// <summary>a + b, of one shape.</summary>
    public static Tensor Add(Tensor a, Tensor b)
    {
        if (!a.Shape.Equals(b.Shape)) throw new ArgumentException($"Add: the shapes differ, {a.Shape} and {b.Shape}.");
        Device device = a.Device;
        Tensor sum = Output(a.Shape, a, b);
        device.Axpby(1f, a.Buffer, 0f, sum.Buffer);
        device.Axpby(1f, b.Buffer, 1f, sum.Buffer);
        Record("Add", [a, b], sum, (gradients, gradSum) =>
        {
            gradients.Pass(a, gradSum);
            gradients.Pass(b, gradSum);
        });
        return sum;
    }

    /// <summary>a * b, element by element, of one shape.</summary>
    public static Tensor Multiply(Tensor a, Tensor b)
    {
        if (!a.Shape.Equals(b.Shape)) throw new ArgumentException($"Multiply: the shapes differ, {a.Shape} and {b.Shape}.");
        Device device = a.Device;
        Tensor product = Output(a.Shape, a, b);
        device.Multiply(a.Buffer, b.Buffer, product.Buffer);
        // saved: a and b
        Record("Multiply", [a, b], product, (gradients, gradProduct) =>
        {
            gradients.Add(a, gradA => device.Multiply(gradProduct, b.Buffer, gradA));
            gradients.Add(b, gradB => device.Multiply(gradProduct, a.Buffer, gradB));
        });
        return product;
    }

    /// <summary>scale * x + offset.</summary>
    public static Tensor Affine(Tensor x, float scale, float offset = 0f)
    {
        Device device = x.Device;
        Tensor y = Output(x.Shape, x);
        if (offset != 0f) device.Fill(y.Buffer, offset);
        device.Axpby(scale, x.Buffer, offset != 0f ? 1f : 0f, y.Buffer);
        Record("Affine", [x], y, (gradients, gradY) =>
        {
            device.Axpby(scale, gradY, 0f, gradY);
            gradients.Pass(x, gradY);
        });
        return y;
    }

    /// <summary>The same elements under another shape; shares the memory.</summary>
    public static Tensor Reshape(Tensor x, params ReadOnlySpan<int> sizes)
    {
        TensorShape shape = new(sizes);
        if (shape.Count != x.Shape.Count) throw new ArgumentException($"Reshape: {x.Shape} has {x.Shape.Count} elements, {shape} {shape.Count}.");
        bool records = Scope.Innermost is Tape && x.NeedsGradient;
        Tensor y = new(shape, x.Buffer.Slice(0, x.Buffer.Length), records) { ViewOf = x.Memory };
        if (records) Record("Reshape", [x], y, (gradients, gradY) => gradients.Pass(x, gradY));
        return y;
    }

    private static Tensor Apply(Unary op, Tensor x)
    {
        Device device = x.Device;
        Tensor y = Output(x.Shape, x);
        device.UnaryForward(op, x.Buffer, y.Buffer);
        // saved: x (its sign or value decides the slope)
        Record(op.ToString(), [x], y, (gradients, gradY) => gradients.Add(x, gradX => device.UnaryBackward(op, x.Buffer, gradY, gradX)));
        return y;
    }
}
