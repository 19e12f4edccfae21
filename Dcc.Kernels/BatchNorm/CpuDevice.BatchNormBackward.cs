// Batch normalisation on the CPU, backward: one pass for the two sums that every gradient needs, one that writes gradX. Read next: GpuDevice.BatchNorm.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void BatchNormBackwardCore(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse,
        DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX, DeviceBuffer<float> gradScale, DeviceBuffer<float> gradShift)
    {
        int channels = shape.Channels, chunks = shape.Chunks;
        using DeviceBuffer<float> partial = Rent<float>(checked(2 * chunks * channels + 3 * channels));
        float* sums = Pointer(partial), products = sums + chunks * channels, a = products + chunks * channels, b = a + channels, d = b + channels;
        float* mean = Pointer(savedMean), inverse = Pointer(savedInverse), scales = Pointer(scale), gradScales = Pointer(gradScale), gradShifts = Pointer(gradShift);
        Run(chunks, new BatchNormGradientSums(shape, Pointer(x), mean, Pointer(y), Pointer(gradY), sums, products));
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, product = 0;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                sum += sums[chunk * channels + c];
                product += products[chunk * channels + c];
            }
            product *= inverse[c];
            gradShifts[c] = (float)sum;
            gradScales[c] = (float)product;
            // gradX = scale * inverse * (g - sum / N - unit * product / N) = a g + b (x - mean) + d.
            double factor = (double)scales[c] * inverse[c];
            a[c] = (float)factor;
            b[c] = (float)(-factor * inverse[c] * product / shape.Rows);
            d[c] = (float)(-factor * sum / shape.Rows);
        }
        Run(chunks, new BatchNormGradientRows(shape, Pointer(x), mean, Pointer(y), Pointer(gradY), a, b, d, Pointer(gradX)));
    }

    /// <summary>Per chunk and channel the sum of g and of g (x - mean), g being gradY where ReLU let the value through.</summary>
    private readonly struct BatchNormGradientSums(BatchNormShape s, float* x, float* mean, float* y, float* gradY, float* sums, float* products) : IParts
    {
        public void Part(int chunk)
        {
            int channels = s.Channels, rows = s.RowsOf(chunk), width = Vector<float>.Count, c = 0;
            nint first = (nint)chunk * s.RowsPerChunk * channels;
            float* sum = sums + chunk * channels, product = products + chunk * channels;
            for (; c <= channels - 2 * width; c += 2 * width)
            {
                Vector<float> means = Vector.Load(mean + c), otherMeans = Vector.Load(mean + c + width), a = Vector<float>.Zero, b = a, productA = a, productB = a;
                nint at = first + c;
                for (int r = 0; r < rows; r++, at += channels)
                {
                    Vector<float> g = Masked(s.Relu, gradY + at, y + at), h = Masked(s.Relu, gradY + at + width, y + at + width);
                    a += g;
                    b += h;
                    productA = Vector.MultiplyAddEstimate(g, Vector.Load(x + at) - means, productA);
                    productB = Vector.MultiplyAddEstimate(h, Vector.Load(x + at + width) - otherMeans, productB);
                }
                a.Store(sum + c);
                b.Store(sum + c + width);
                productA.Store(product + c);
                productB.Store(product + c + width);
            }
            for (; c < channels; c++)
            {
                float a = 0f, b = 0f;
                nint at = first + c;
                for (int r = 0; r < rows; r++, at += channels)
                {
                    float g = s.Relu && y[at] <= 0f ? 0f : gradY[at];
                    a += g;
                    b += g * (x[at] - mean[c]);
                }
                sum[c] = a;
                product[c] = b;
            }
        }
    }

    private readonly struct BatchNormGradientRows(BatchNormShape s, float* x, float* mean, float* y, float* gradY, float* a, float* b, float* d, float* gradX) : IParts
    {
        public void Part(int chunk)
        {
            int channels = s.Channels, rows = s.RowsOf(chunk), c = 0;
            nint first = (nint)chunk * s.RowsPerChunk * channels;
            for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
            {
                Vector<float> means = Vector.Load(mean + c), forG = Vector.Load(a + c), forX = Vector.Load(b + c), constant = Vector.Load(d + c);
                nint at = first + c;
                for (int r = 0; r < rows; r++, at += channels)
                    Vector.MultiplyAddEstimate(forG, Masked(s.Relu, gradY + at, y + at), Vector.MultiplyAddEstimate(forX, Vector.Load(x + at) - means, constant)).Store(gradX + at);
            }
            for (; c < channels; c++)
            {
                nint at = first + c;
                for (int r = 0; r < rows; r++, at += channels) gradX[at] = a[c] * (s.Relu && y[at] <= 0f ? 0f : gradY[at]) + (b[c] * (x[at] - mean[c]) + d[c]);
            }
        }
    }

    private static Vector<float> Masked(bool relu, float* gradY, float* y) => relu
        ? Vector.ConditionalSelect(Vector.GreaterThan(Vector.Load(y), Vector<float>.Zero), Vector.Load(gradY), Vector<float>.Zero)
        : Vector.Load(gradY);
}
