// Pictures to the size and the range of values that a network takes: data in, data out, nothing learns upstream. Read next: ../../Dcc.Kernels/Resize/README.md.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>Pictures [batch, height, width, channels] -> [batch, <paramref name="height"/>, <paramref name="width"/>, channels], bilinear.</summary>
    public static Tensor Resize(Tensor x, int height, int width, bool antialias = false, bool alignCorners = false)
    {
        RequireRank("Resize", "x", x, 4, "[batch, height, width, channels]");
        ResizeShape shape = new(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], height, width, antialias, alignCorners);
        shape.Validate();
        Tensor y = Scope.Require(x.Device).New(new TensorShape(shape.Batch, height, width, shape.Channels), needsGradient: false);
        x.Device.ResizeForward(shape, x.Buffer, y.Buffer);
        return y;
    }

    /// <summary>Pixels [.., 3] with values 0..255 -> network inputs of the same shape.</summary>
    public static Tensor NormalizePixels(Tensor x, PixelNormalization normalization)
    {
        if (x.Shape.Rank < 1 || x.Shape[-1] != 3) throw new ArgumentException($"NormalizePixels: x must be [.., 3], it is {x.Shape}.");
        Tensor y = Scope.Require(x.Device).New(x.Shape, needsGradient: false);
        x.Device.NormalizePixels(normalization, x.Buffer, y.Buffer);
        return y;
    }
}
