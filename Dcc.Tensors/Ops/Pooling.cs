// Pools. Read next: BatchNorm.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>x [batch, height, width, channels] in windows of window x window at steps of stride; ceil keeps cut-off windows at the edge; padding never wins.</summary>
    public static Tensor MaxPool(Tensor x, int window = 2, int stride = 2, bool ceil = false, int padding = 0)
    {
        RequireRank("MaxPool", "x", x, 4, "[batch, height, width, channels]");
        PoolShape shape = new(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], window, stride, ceil, padding);
        shape.Validate();
        Device device = x.Device;
        Tensor y = Output(new TensorShape(shape.Batch, shape.OutHeight, shape.OutWidth, shape.Channels), x);
        device.MaxPoolForward(shape, x.Buffer, y.Buffer);
        // saved: x; the winners are found again
        Record("MaxPool", [x], y, (gradients, gradY) => gradients.Add(x, gradX => device.MaxPoolBackward(shape, x.Buffer, gradY, gradX)));
        return y;
    }

    /// <summary>x [batch, ..., channels] -> mean over everything between, [batch, channels].</summary>
    public static Tensor GlobalAveragePool(Tensor x)
    {
        if (x.Shape.Rank < 3) throw new ArgumentException($"GlobalAveragePool: x must be [batch, positions..., channels], it is {x.Shape}.");
        int batch = x.Shape[0], channels = x.Shape[-1], positions = x.Shape.Count / Math.Max(1, batch * channels);
        Device device = x.Device;
        Tensor y = Output(new TensorShape(batch, channels), x);
        device.GlobalAveragePoolForward(batch, positions, channels, x.Buffer, y.Buffer);
        // saved: nothing
        Record("GlobalAveragePool", [x], y, (gradients, gradY) => gradients.Add(x, gradX => device.GlobalAveragePoolBackward(batch, positions, channels, gradY, gradX)));
        return y;
    }
}
