// Batch normalisation on the CPU: chunk summaries (mean and squared deviation, two passes within the first-level cache), combined in double in order.
// Read next: GpuDevice.BatchNorm.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void BatchNormTrainCore(in BatchNormShape shape, float momentum, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> runningMean, DeviceBuffer<float> runningVariance, DeviceBuffer<float> y, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse)
    {
        BatchNormShape s = shape;
        int channels = s.Channels;
        using DeviceBuffer<float> summaries = Rent<float>(checked(2 * s.Chunks * channels));
        float* from = Pointer(x), means = Pointer(summaries), squares = means + s.Chunks * channels;
        Run(s.Chunks, chunk =>
        {
            int first = chunk * s.RowsPerChunk, rows = Math.Min(s.RowsPerChunk, s.Rows - first);
            float* start = from + (nint)first * channels, mean = means + chunk * channels, square = squares + chunk * channels;
            new Span<float>(mean, channels).Clear();
            new Span<float>(square, channels).Clear();
            for (int r = 0; r < rows; r++) AddInto(start + (nint)r * channels, mean, channels);
            for (int c = 0; c < channels; c++) mean[c] /= rows;
            for (int r = 0; r < rows; r++) AddSquaredDeviations(start + (nint)r * channels, mean, square, channels);
        });

        float* savedMeans = Pointer(savedMean), savedInverses = Pointer(savedInverse), running = Pointer(runningMean), runningV = Pointer(runningVariance);
        for (int c = 0; c < channels; c++)
        {
            // Chan's rule for joining two summaries: M2 += m2 + delta^2 * n * rows / (n + rows).
            double mean = 0, square = 0, count = 0;
            for (int chunk = 0; chunk < s.Chunks; chunk++)
            {
                double rows = Math.Min(s.RowsPerChunk, s.Rows - chunk * s.RowsPerChunk), delta = means[chunk * channels + c] - mean, total = count + rows;
                mean += delta * rows / total;
                square += squares[chunk * channels + c] + delta * delta * count * rows / total;
                count = total;
            }
            double variance = square / s.Rows;
            savedMeans[c] = (float)mean;
            savedInverses[c] = (float)(1 / Math.Sqrt(variance + BatchNormShape.Epsilon));
            running[c] += momentum * ((float)mean - running[c]);
            runningV[c] += momentum * ((float)(square / Math.Max(1, s.Rows - 1)) - runningV[c]);
        }
        NormalizeRows(s, from, savedMeans, savedInverses, Pointer(scale), Pointer(shift), Pointer(y));
    }

    private protected override void BatchNormInferCore(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> mean, DeviceBuffer<float> variance, DeviceBuffer<float> y)
    {
        using DeviceBuffer<float> inverse = Rent<float>(shape.Channels);
        float* inverses = Pointer(inverse), variances = Pointer(variance);
        for (int c = 0; c < shape.Channels; c++) inverses[c] = 1f / MathF.Sqrt(variances[c] + BatchNormShape.Epsilon);
        NormalizeRows(shape, Pointer(x), Pointer(mean), inverses, Pointer(scale), Pointer(shift), Pointer(y));
    }

    private void NormalizeRows(BatchNormShape s, float* x, float* mean, float* inverse, float* scale, float* shift, float* y)
    {
        int channels = s.Channels;
        // One multiply-add an element: y = x * factor + offset. The difference from (x - mean) * factor is a rounding of the offset.
        using DeviceBuffer<float> affine = Rent<float>(2 * channels);
        float* factor = Pointer(affine), offset = factor + channels;
        for (int c = 0; c < channels; c++)
        {
            factor[c] = inverse[c] * scale[c];
            offset[c] = shift[c] - mean[c] * factor[c];
        }
        Run(s.Chunks, chunk =>
        {
            int first = chunk * s.RowsPerChunk, end = Math.Min(s.Rows, first + s.RowsPerChunk);
            Vector<float> floor = s.Relu ? Vector<float>.Zero : new Vector<float>(float.NegativeInfinity);
            for (int r = first; r < end; r++)
            {
                float* source = x + (nint)r * channels, target = y + (nint)r * channels;
                int c = 0;
                for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                    Vector.Max(Vector.Load(source + c) * Vector.Load(factor + c) + Vector.Load(offset + c), floor).Store(target + c);
                for (; c < channels; c++) target[c] = Math.Max(source[c] * factor[c] + offset[c], s.Relu ? 0f : float.NegativeInfinity);
            }
        });
    }

    private static void AddSquaredDeviations(float* x, float* mean, float* sum, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> delta = Vector.Load(x + i) - Vector.Load(mean + i);
            (Vector.Load(sum + i) + delta * delta).Store(sum + i);
        }
        for (; i < count; i++) sum[i] += (x[i] - mean[i]) * (x[i] - mean[i]);
    }

    private protected override void BatchNormBackwardCore(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse,
        DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX, DeviceBuffer<float> gradScale, DeviceBuffer<float> gradShift)
    {
        BatchNormShape s = shape;
        int channels = s.Channels;
        using DeviceBuffer<float> partial = Rent<float>(checked(2 * s.Chunks * channels + 3 * channels));
        float* sums = Pointer(partial), products = sums + s.Chunks * channels, a = products + s.Chunks * channels, b = a + channels, c0 = b + channels;
        float* from = Pointer(x), outputs = Pointer(y), grad = Pointer(gradY), to = Pointer(gradX), mean = Pointer(savedMean), inverse = Pointer(savedInverse);
        Run(s.Chunks, chunk =>
        {
            int first = chunk * s.RowsPerChunk, end = Math.Min(s.Rows, first + s.RowsPerChunk);
            float* sum = sums + chunk * channels, product = products + chunk * channels;
            new Span<float>(sum, channels).Clear();
            new Span<float>(product, channels).Clear();
            for (int r = first; r < end; r++)
            {
                float* xs = from + (nint)r * channels, ys = outputs + (nint)r * channels, gs = grad + (nint)r * channels;
                int c = 0;
                for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                {
                    Vector<float> g = MaskedGradient(s.Relu, gs + c, ys + c);
                    (Vector.Load(sum + c) + g).Store(sum + c);
                    (Vector.Load(product + c) + g * (Vector.Load(xs + c) - Vector.Load(mean + c))).Store(product + c);
                }
                for (; c < channels; c++)
                {
                    float g = s.Relu && ys[c] <= 0f ? 0f : gs[c];
                    sum[c] += g;
                    product[c] += g * (xs[c] - mean[c]);
                }
            }
        });

        float* scales = Pointer(scale), gradScales = Pointer(gradScale), gradShifts = Pointer(gradShift);
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, product = 0;
            for (int chunk = 0; chunk < s.Chunks; chunk++)
            {
                sum += sums[chunk * channels + c];
                product += products[chunk * channels + c];
            }
            product *= inverse[c];
            gradShifts[c] = (float)sum;
            gradScales[c] = (float)product;
            // gradX = scale * inverse * (g - sum / N - unit * product / N) = a g + b x + c0.
            double factor = (double)scales[c] * inverse[c];
            a[c] = (float)factor;
            b[c] = (float)(-factor * inverse[c] * product / s.Rows);
            c0[c] = (float)(-factor * sum / s.Rows + factor * inverse[c] * product / s.Rows * mean[c]);
        }
        Run(s.Chunks, chunk =>
        {
            int first = chunk * s.RowsPerChunk, end = Math.Min(s.Rows, first + s.RowsPerChunk);
            for (int r = first; r < end; r++)
            {
                float* xs = from + (nint)r * channels, ys = outputs + (nint)r * channels, gs = grad + (nint)r * channels, target = to + (nint)r * channels;
                int c = 0;
                for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                    (Vector.Load(a + c) * MaskedGradient(s.Relu, gs + c, ys + c) + Vector.Load(b + c) * Vector.Load(xs + c) + Vector.Load(c0 + c)).Store(target + c);
                for (; c < channels; c++) target[c] = a[c] * (s.Relu && ys[c] <= 0f ? 0f : gs[c]) + b[c] * xs[c] + c0[c];
            }
        });
    }

    private static Vector<float> MaskedGradient(bool relu, float* gradY, float* y) => relu
        ? Vector.ConditionalSelect(Vector.GreaterThan(Vector.Load(y), Vector<float>.Zero), Vector.Load(gradY), Vector<float>.Zero)
        : Vector.Load(gradY);
}
