// Contract of the element-wise ops. Read next: CpuDevice.Elementwise.cs, GpuDevice.Elementwise.cs.
namespace Dcc.Kernels;

public abstract partial class Device
{
    /// <summary>y[i] = f(x[i]). y may be x.</summary>
    public void UnaryForward(Unary op, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        Require("UnaryForward", "x", x, y.Length);
        Require("UnaryForward", "y", y, y.Length);
        UnaryForwardCore(op, x, y);
    }

    /// <summary>gradX[i] = gradY[i] * f'(x[i]). gradX may be gradY.</summary>
    public void UnaryBackward(Unary op, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        Require("UnaryBackward", "x", x, x.Length);
        Require("UnaryBackward", "gradY", gradY, x.Length);
        Require("UnaryBackward", "gradX", gradX, x.Length);
        UnaryBackwardCore(op, x, gradY, gradX);
    }

    /// <summary>x[i] = value.</summary>
    public void Fill(DeviceBuffer<float> x, float value)
    {
        Require("Fill", "x", x, x.Length);
        FillCore(x, value);
    }

    /// <summary>y[i] = scaleX * x[i] + scaleY * y[i]. With scaleY = 0 the old contents of y are not read.</summary>
    public void Axpby(float scaleX, DeviceBuffer<float> x, float scaleY, DeviceBuffer<float> y)
    {
        Require("Axpby", "x", x, y.Length);
        Require("Axpby", "y", y, y.Length);
        AxpbyCore(scaleX, x, scaleY, y);
    }

    /// <summary>y[i] = a[i] * b[i]. y may be a or b. The gradients are products too: gradA = gradY * b, gradB = gradY * a.</summary>
    public void Multiply(DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float> y)
    {
        Require("Multiply", "a", a, y.Length);
        Require("Multiply", "b", b, y.Length);
        Require("Multiply", "y", y, y.Length);
        MultiplyCore(a, b, y);
    }

    private protected abstract void UnaryForwardCore(Unary op, DeviceBuffer<float> x, DeviceBuffer<float> y);
    private protected abstract void UnaryBackwardCore(Unary op, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX);
    private protected abstract void FillCore(DeviceBuffer<float> x, float value);
    private protected abstract void AxpbyCore(float scaleX, DeviceBuffer<float> x, float scaleY, DeviceBuffer<float> y);
    private protected abstract void MultiplyCore(DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float> y);
}
