// Dot products and scaled sums of contiguous rows, for ops whose inner loop runs along channels. Read next: ../SoftAssign/CpuDevice.SoftAssign.cs.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

/// <summary>Loops over rows of any length: 512-bit vectors where the processor has them, else the widest there are, then single elements.</summary>
internal static unsafe class VectorLoops
{
    /// <summary>Sum of a[i] * b[i].</summary>
    public static float Dot(float* a, float* b, int length)
    {
        int i = 0;
        float sum = 0f;
        if (Vector512.IsHardwareAccelerated && length >= Vector512<float>.Count)
        {
            Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
            for (; i <= length - 32; i += 32)
            {
                even = Vector512.MultiplyAddEstimate(Vector512.Load(a + i), Vector512.Load(b + i), even);
                odd = Vector512.MultiplyAddEstimate(Vector512.Load(a + i + 16), Vector512.Load(b + i + 16), odd);
            }
            if (i <= length - 16)
            {
                even = Vector512.MultiplyAddEstimate(Vector512.Load(a + i), Vector512.Load(b + i), even);
                i += 16;
            }
            sum = Vector512.Sum(even + odd);
        }
        else if (length >= Vector<float>.Count)
        {
            Vector<float> all = Vector<float>.Zero;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) all = Vector.MultiplyAddEstimate(Vector.Load(a + i), Vector.Load(b + i), all);
            sum = Vector.Sum(all);
        }
        for (; i < length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Sum of (a[i] - b[i])^2: exact for near points, where |a|^2 - 2ab + |b|^2 would cancel.</summary>
    public static float SquaredDistance(float* a, float* b, int length)
    {
        int i = 0;
        float sum = 0f;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
            for (; i <= length - 32; i += 32)
            {
                Vector512<float> first = Vector512.Load(a + i) - Vector512.Load(b + i), second = Vector512.Load(a + i + 16) - Vector512.Load(b + i + 16);
                even = Vector512.MultiplyAddEstimate(first, first, even);
                odd = Vector512.MultiplyAddEstimate(second, second, odd);
            }
            sum = Vector512.Sum(even + odd);
        }
        Vector<float> all = Vector<float>.Zero;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> difference = Vector.Load(a + i) - Vector.Load(b + i);
            all = Vector.MultiplyAddEstimate(difference, difference, all);
        }
        sum += Vector.Sum(all);
        for (; i < length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    /// <summary>y[i] = scale * x[i]. y may be x.</summary>
    public static void Scale(float scale, float* x, float* y, int length)
    {
        int i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) (scale * Vector.Load(x + i)).Store(y + i);
        for (; i < length; i++) y[i] = scale * x[i];
    }

    /// <summary>y[i] += scale * x[i].</summary>
    public static void AddScaled(float scale, float* x, float* y, int length)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> factor = Vector512.Create(scale);
            for (; i <= length - 16; i += 16) Vector512.MultiplyAddEstimate(factor, Vector512.Load(x + i), Vector512.Load(y + i)).Store(y + i);
        }
        Vector<float> scales = new(scale);
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) Vector.MultiplyAddEstimate(scales, Vector.Load(x + i), Vector.Load(y + i)).Store(y + i);
        for (; i < length; i++) y[i] += scale * x[i];
    }
}
