// Softmax cross-entropy, SIMD along the classes of a row; the rows' losses are added in order in double. Read next: GpuDevice.SoftmaxCrossEntropy.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void SoftmaxCrossEntropyCore(in SoftmaxCrossEntropyShape shape, DeviceBuffer<float> logits, DeviceBuffer<int> labels, DeviceBuffer<float> gradLogits, DeviceBuffer<float> loss)
    {
        int rows = shape.Rows, classes = shape.Classes;
        using DeviceBuffer<float> rowLosses = Rent<float>(rows);
        float* losses = Pointer(rowLosses);
        RunRanges(rows, Math.Max(1, ElementGrain / classes), new SoftmaxCrossEntropyWork(rows, classes, Pointer(logits), Pointer(labels), Pointer(gradLogits), losses));
        double total = 0;
        for (int row = 0; row < rows; row++) total += losses[row];
        *Pointer(loss) = (float)(total / rows);
    }

    private readonly struct SoftmaxCrossEntropyWork(int rows, int classes, float* logits, int* labels, float* gradLogits, float* losses) : IRanges
    {
        public void Range(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                float* source = logits + (nint)row * classes, target = gradLogits + (nint)row * classes;
                int label = labels[row];
                float largest = Largest(source, classes), sum = ExponentsInto(source, largest, target, classes), share = 1f / (sum * rows);
                bool known = (uint)label < (uint)classes;
                VectorLoops.Scale(known ? share : float.NaN, target, target, classes);
                if (known) target[label] -= 1f / rows;
                losses[row] = known ? MathF.Log(sum) + (largest - source[label]) : float.NaN;
            }
        }
    }

    private static float Largest(float* x, int count)
    {
        int i = 0;
        float largest = float.NegativeInfinity;
        if (count >= Vector<float>.Count)
        {
            Vector<float> all = new(float.NegativeInfinity);
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) all = Vector.Max(all, Vector.Load(x + i));
            for (int lane = 0; lane < Vector<float>.Count; lane++) largest = MathF.Max(largest, all[lane]);
        }
        for (; i < count; i++) largest = MathF.Max(largest, x[i]);
        return largest;
    }

    /// <summary>y[i] = exp(x[i] - largest); returns their sum.</summary>
    private static float ExponentsInto(float* x, float largest, float* y, int count)
    {
        int i = 0;
        Vector<float> sums = Vector<float>.Zero, shift = new(largest);
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> e = Vector.Exp(Vector.Load(x + i) - shift);
            e.Store(y + i);
            sums += e;
        }
        float sum = Vector.Sum(sums);
        for (; i < count; i++)
        {
            y[i] = MathF.Exp(x[i] - largest);
            sum += y[i];
        }
        return sum;
    }
}
