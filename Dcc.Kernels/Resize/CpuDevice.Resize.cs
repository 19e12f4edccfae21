// Resizing on the CPU: an output row is a sum of input rows (vectorised along the row, kept in the cache), then of its own pixels. Read next: GpuDevice.Resize.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void ResizeForwardCore(in ResizeShape shape, ResizeAxis rows, ResizeAxis columns, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        ResizeShape s = shape;
        int rowLength = s.Width * s.Channels, outRows = s.Batch * s.OutHeight, runs = Math.Min(outRows, Threads * 4);
        using DeviceBuffer<float> scratch = Rent<float>(checked(runs * rowLength));
        Run(runs, new ResizeWork(s, rows, columns, runs, Pointer(x), Pointer(y), Pointer(scratch)));
    }

    private readonly struct ResizeWork(ResizeShape s, ResizeAxis rows, ResizeAxis columns, int runs, float* x, float* y, float* scratch) : IParts
    {
        public void Part(int run)
        {
            int rowLength = s.Width * s.Channels, outRows = s.Batch * s.OutHeight;
            float* row = scratch + (nint)run * rowLength;
            int end = (int)((long)outRows * (run + 1) / runs);
            for (int outRow = (int)((long)outRows * run / runs); outRow < end; outRow++)
            {
                int n = outRow / s.OutHeight, oy = outRow % s.OutHeight;
                SumRows(x + ((nint)n * s.Height + rows.First[oy]) * rowLength, rows.Weights.AsSpan(oy * rows.Taps, rows.Taps), rowLength, row);
                float* target = y + (nint)outRow * s.OutWidth * s.Channels;
                if (s.Channels == 3) SumPixels3(row, columns, s.OutWidth, target);
                else SumPixels(row, columns, s.OutWidth, s.Channels, target);
            }
        }
    }

    /// <summary>The sum over t of weights[t] * row t.</summary>
    private static void SumRows(float* x, ReadOnlySpan<float> weights, int length, float* sum)
    {
        int i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> total = Vector<float>.Zero;
            for (int tap = 0; tap < weights.Length; tap++) total += weights[tap] * Vector.Load(x + (nint)tap * length + i);
            total.Store(sum + i);
        }
        for (; i < length; i++)
        {
            float total = 0f;
            for (int tap = 0; tap < weights.Length; tap++) total += weights[tap] * x[(nint)tap * length + i];
            sum[i] = total;
        }
    }

    private static void SumPixels(float* row, ResizeAxis columns, int outWidth, int channels, float* y)
    {
        for (int ox = 0; ox < outWidth; ox++)
            SumRows(row + columns.First[ox] * channels, columns.Weights.AsSpan(ox * columns.Taps, columns.Taps), channels, y + ox * channels);
    }

    /// <summary>Three channels are too few for a vector, and the common case.</summary>
    private static void SumPixels3(float* row, ResizeAxis columns, int outWidth, float* y)
    {
        for (int ox = 0; ox < outWidth; ox++)
        {
            float* pixel = row + columns.First[ox] * 3;
            float red = 0f, green = 0f, blue = 0f;
            foreach (float weight in columns.Weights.AsSpan(ox * columns.Taps, columns.Taps))
            {
                red += weight * pixel[0];
                green += weight * pixel[1];
                blue += weight * pixel[2];
                pixel += 3;
            }
            y[3 * ox] = red;
            y[3 * ox + 1] = green;
            y[3 * ox + 2] = blue;
        }
    }

    private protected override void NormalizePixelsCore(in PixelNormalization normalization, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        RunRanges(x.Length / 3, ElementGrain, new NormalizePixelsWork(normalization, Pointer(x), Pointer(y)));
    }

    private readonly struct NormalizePixelsWork(PixelNormalization n, float* x, float* y) : IRanges
    {
        public void Range(int start, int end)
        {
            int first = n.SwapRedBlue != 0 ? 2 : 0, last = 2 - first;
            for (int pixel = start; pixel < end; pixel++)
            {
                float* source = x + 3 * (nint)pixel, target = y + 3 * (nint)pixel;
                target[0] = source[first] * n.Scale0 + n.Offset0;
                target[1] = source[1] * n.Scale1 + n.Offset1;
                target[2] = source[last] * n.Scale2 + n.Offset2;
            }
        }
    }
}
