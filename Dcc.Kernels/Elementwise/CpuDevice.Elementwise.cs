// Element-wise ops as SIMD loops over ranges. Read next: GpuDevice.Elementwise.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Elements a thread takes at a time: 64 KiB, large enough to hide the cost of handing it out.</summary>
    private const int ElementGrain = 16 * 1024;

    private protected override void UnaryForwardCore(Unary op, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        switch (op)
        {
            case Unary.Relu: UnaryForward<ReluOp>(x, y); break;
            case Unary.Tanh: UnaryForward<TanhOp>(x, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(op));
        }
    }

    private protected override void UnaryBackwardCore(Unary op, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        switch (op)
        {
            case Unary.Relu: UnaryBackward<ReluOp>(x, gradY, gradX); break;
            case Unary.Tanh: UnaryBackward<TanhOp>(x, gradY, gradX); break;
            default: throw new ArgumentOutOfRangeException(nameof(op));
        }
    }

    private protected override void FillCore(DeviceBuffer<float> x, float value) => new Span<float>(Pointer(x), x.Length).Fill(value);

    private protected override void AxpbyCore(float scaleX, DeviceBuffer<float> x, float scaleY, DeviceBuffer<float> y)
    {
        float* xs = Pointer(x), ys = Pointer(y);
        bool keepsY = scaleY != 0f;
        RunRanges(y.Length, ElementGrain, (start, end) =>
        {
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> sum = scaleX * Vector.Load(xs + i);
                if (keepsY) sum += scaleY * Vector.Load(ys + i);
                sum.Store(ys + i);
            }
            for (; i < end; i++) ys[i] = keepsY ? scaleX * xs[i] + scaleY * ys[i] : scaleX * xs[i];
        });
    }

    private protected override void MultiplyCore(DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float> y)
    {
        float* left = Pointer(a), right = Pointer(b), ys = Pointer(y);
        RunRanges(y.Length, ElementGrain, (start, end) =>
        {
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count) (Vector.Load(left + i) * Vector.Load(right + i)).Store(ys + i);
            for (; i < end; i++) ys[i] = left[i] * right[i];
        });
    }

    private void UnaryForward<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y) where TOp : struct, IUnaryOp
    {
        float* xs = Pointer(x), ys = Pointer(y);
        RunRanges(y.Length, ElementGrain, (start, end) =>
        {
            TOp op = default;
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count) op.Forward(Vector.Load(xs + i)).Store(ys + i);
            for (; i < end; i++) ys[i] = op.Forward(xs[i]);
        });
    }

    private void UnaryBackward<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX) where TOp : struct, IUnaryOp
    {
        float* xs = Pointer(x), gradYs = Pointer(gradY), gradXs = Pointer(gradX);
        RunRanges(x.Length, ElementGrain, (start, end) =>
        {
            TOp op = default;
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count) (Vector.Load(gradYs + i) * op.Slope(Vector.Load(xs + i))).Store(gradXs + i);
            for (; i < end; i++) gradXs[i] = gradYs[i] * op.Slope(xs[i]);
        });
    }
}
