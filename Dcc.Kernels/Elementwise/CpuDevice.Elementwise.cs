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

    private protected override void FillCore(DeviceBuffer<float> x, float value) => RunRanges(x.Length, ElementGrain, new FillWork(Pointer(x), value));

    private protected override void AxpbyCore(float scaleX, DeviceBuffer<float> x, float scaleY, DeviceBuffer<float> y) =>
        RunRanges(y.Length, ElementGrain, new AxpbyWork(scaleX, Pointer(x), scaleY, Pointer(y)));

    private protected override void MultiplyCore(DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float> y) =>
        RunRanges(y.Length, ElementGrain, new MultiplyWork(Pointer(a), Pointer(b), Pointer(y)));

    private void UnaryForward<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y) where TOp : struct, IUnaryOp =>
        RunRanges(y.Length, ElementGrain, new UnaryForwardWork<TOp>(Pointer(x), Pointer(y)));

    private void UnaryBackward<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX) where TOp : struct, IUnaryOp =>
        RunRanges(x.Length, ElementGrain, new UnaryBackwardWork<TOp>(Pointer(x), Pointer(gradY), Pointer(gradX)));

    private readonly struct FillWork(float* x, float value) : IRanges
    {
        public void Range(int start, int end) => new Span<float>(x + start, end - start).Fill(value);
    }

    private readonly struct AxpbyWork(float scaleX, float* x, float scaleY, float* y) : IRanges
    {
        public void Range(int start, int end)
        {
            if (scaleY == 0f)
            {
                VectorLoops.Scale(scaleX, x + start, y + start, end - start);
                return;
            }
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count) (scaleX * Vector.Load(x + i) + scaleY * Vector.Load(y + i)).Store(y + i);
            for (; i < end; i++) y[i] = scaleX * x[i] + scaleY * y[i];
        }
    }

    private readonly struct MultiplyWork(float* a, float* b, float* y) : IRanges
    {
        public void Range(int start, int end)
        {
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count) (Vector.Load(a + i) * Vector.Load(b + i)).Store(y + i);
            for (; i < end; i++) y[i] = a[i] * b[i];
        }
    }

    private readonly struct UnaryForwardWork<TOp>(float* x, float* y) : IRanges where TOp : struct, IUnaryOp
    {
        public void Range(int start, int end)
        {
            TOp op = default;
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count) op.Forward(Vector.Load(x + i)).Store(y + i);
            for (; i < end; i++) y[i] = op.Forward(x[i]);
        }
    }

    private readonly struct UnaryBackwardWork<TOp>(float* x, float* gradY, float* gradX) : IRanges where TOp : struct, IUnaryOp
    {
        public void Range(int start, int end)
        {
            TOp op = default;
            int i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count) (Vector.Load(gradY + i) * op.Slope(Vector.Load(x + i))).Store(gradX + i);
            for (; i < end; i++) gradX[i] = gradY[i] * op.Slope(x[i]);
        }
    }
}
