// Element-wise ops, one thread an element. Bound: memory bandwidth (8 to 12 bytes an element). Read next: ../MatMul/README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private static void UnaryForwardKernel<TOp>(Index1D i, ArrayView<float> x, ArrayView<float> y) where TOp : unmanaged, IUnaryOp =>
        y[i] = default(TOp).Forward(x[i]);

    private static void UnaryBackwardKernel<TOp>(Index1D i, ArrayView<float> x, ArrayView<float> gradY, ArrayView<float> gradX) where TOp : unmanaged, IUnaryOp =>
        gradX[i] = gradY[i] * default(TOp).Slope(x[i]);

    private static void FillKernel(Index1D i, ArrayView<float> x, float value) => x[i] = value;

    private static void AxpbyKernel(Index1D i, float scaleX, ArrayView<float> x, float scaleY, ArrayView<float> y) =>
        y[i] = scaleY == 0f ? scaleX * x[i] : scaleX * x[i] + scaleY * y[i];

    private static void MultiplyKernel(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) => y[i] = a[i] * b[i];

    // ---------------------------------------------------------------------------------------------------- launchers

    private readonly Dictionary<Unary, GpuKernel<Action<Index1D, ArrayView<float>, ArrayView<float>>>> unaryForward = [];
    private readonly Dictionary<Unary, GpuKernel<Action<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>>> unaryBackward = [];
    private GpuKernel<Action<Index1D, ArrayView<float>, float>>? fill;
    private GpuKernel<Action<Index1D, float, ArrayView<float>, float, ArrayView<float>>>? axpby;

    private protected override void UnaryForwardCore(Unary op, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        if (!unaryForward.TryGetValue(op, out var kernel))
        {
            kernel = op switch
            {
                Unary.Relu => Load(nameof(UnaryForwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>>(UnaryForwardKernel<ReluOp>), nameof(ReluOp)),
                Unary.Tanh => Load(nameof(UnaryForwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>>(UnaryForwardKernel<TanhOp>), nameof(TanhOp)),
                _ => throw new ArgumentOutOfRangeException(nameof(op)),
            };
            unaryForward.Add(op, kernel);
        }
        if (y.Length > 0) kernel.Launch(y.Length, View(x), View(y));
    }

    private protected override void UnaryBackwardCore(Unary op, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        if (!unaryBackward.TryGetValue(op, out var kernel))
        {
            kernel = op switch
            {
                Unary.Relu => Load(nameof(UnaryBackwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>(UnaryBackwardKernel<ReluOp>), nameof(ReluOp)),
                Unary.Tanh => Load(nameof(UnaryBackwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>(UnaryBackwardKernel<TanhOp>), nameof(TanhOp)),
                _ => throw new ArgumentOutOfRangeException(nameof(op)),
            };
            unaryBackward.Add(op, kernel);
        }
        if (x.Length > 0) kernel.Launch(x.Length, View(x), View(gradY), View(gradX));
    }

    private GpuKernel<Action<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? multiply;

    private protected override void MultiplyCore(DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float> y)
    {
        multiply ??= Load(nameof(MultiplyKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>(MultiplyKernel));
        if (y.Length > 0) multiply.Launch(y.Length, View(a), View(b), View(y));
    }

    private protected override void FillCore(DeviceBuffer<float> x, float value)
    {
        fill ??= Load(nameof(FillKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, float>(FillKernel));
        if (x.Length > 0) fill.Launch(x.Length, View(x), value);
    }

    private protected override void AxpbyCore(float scaleX, DeviceBuffer<float> x, float scaleY, DeviceBuffer<float> y)
    {
        axpby ??= Load(nameof(AxpbyKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, float, ArrayView<float>, float, ArrayView<float>>(AxpbyKernel));
        if (y.Length > 0) axpby.Launch(y.Length, scaleX, View(x), scaleY, View(y));
    }
}
