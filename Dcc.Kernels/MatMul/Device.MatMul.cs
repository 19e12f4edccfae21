// Contract of the matrix product and of the column sum that is its bias gradient. Read next: CpuDevice.MatMul.cs, GpuDevice.MatMul.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>
    /// C = epilogue(A · B). <paramref name="bias"/> has n elements and is needed by every epilogue but None. Both gradients of a product are
    /// products themselves: gradA = gradC · Bᵀ, gradB = Aᵀ · gradC.
    /// </summary>
    public void MatMul(in MatMulShape shape, Epilogue epilogue, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float>? bias, DeviceBuffer<float> c)
    {
        shape.Validate();
        Require("MatMul", "a", a, shape.LengthA);
        Require("MatMul", "b", b, shape.LengthB);
        Require("MatMul", "c", c, shape.LengthC);
        if ((epilogue != Epilogue.None) != (bias is not null))
            throw new ArgumentException($"MatMul: epilogue {epilogue} {(bias is null ? "needs a bias" : "takes no bias")}.");
        if (bias is not null) Require("MatMul", "bias", bias, shape.N);
        MatMulCore(shape, epilogue, a, b, bias, c);
    }

    /// <summary>sums[c] = sum over rows of x[row, c]: the gradient of a bias. Rows are added in a fixed order.</summary>
    public void ColumnSums(int rows, int columns, DeviceBuffer<float> x, DeviceBuffer<float> sums)
    {
        Require("ColumnSums", "x", x, checked(rows * columns));
        Require("ColumnSums", "sums", sums, columns);
        ColumnSumsCore(rows, columns, x, sums);
    }

    /// <summary>
    /// The gradient of an epilogue, for rows of columns of a product or a convolution: grad, the gradient of the output y, becomes in place that of the sum before bias
    /// and ReLU, and gradBias its sum over rows, in a fixed order. y is read for the ReLU's mask alone.
    /// </summary>
    public void EpilogueBackward(Epilogue epilogue, int rows, int columns, DeviceBuffer<float> y, DeviceBuffer<float> grad, DeviceBuffer<float> gradBias)
    {
        if (epilogue == Epilogue.None) throw new ArgumentException("EpilogueBackward: without bias and ReLU there is nothing to do.");
        Require("EpilogueBackward", "y", y, checked(rows * columns));
        Require("EpilogueBackward", "grad", grad, checked(rows * columns));
        Require("EpilogueBackward", "gradBias", gradBias, columns);
        EpilogueBackwardCore(epilogue == Epilogue.BiasRelu, rows, columns, y, grad, gradBias);
    }

    private protected abstract void EpilogueBackwardCore(bool relu, int rows, int columns, DeviceBuffer<float> y, DeviceBuffer<float> grad, DeviceBuffer<float> gradBias);
    private protected abstract void MatMulCore(in MatMulShape shape, Epilogue epilogue, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float>? bias, DeviceBuffer<float> c);
    private protected abstract void ColumnSumsCore(int rows, int columns, DeviceBuffer<float> x, DeviceBuffer<float> sums);
}
