// Batch normalisation on the CPU, forward: chunk summaries (mean and squared deviation, two passes within the first-level cache), joined in double in order,
// then one pass that normalises. Read next: CpuDevice.BatchNormBackward.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void BatchNormTrainCore(in BatchNormShape shape, float momentum, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> runningMean, DeviceBuffer<float> runningVariance, DeviceBuffer<float> y, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse)
    {
        int channels = shape.Channels, chunks = shape.Chunks;
        using DeviceBuffer<float> summaries = Rent<float>(checked(2 * chunks * channels));
        float* means = Pointer(summaries), squares = means + chunks * channels;
        Run(chunks, new BatchNormSummaries(shape, Pointer(x), means, squares));

        float* savedMeans = Pointer(savedMean), savedInverses = Pointer(savedInverse), running = Pointer(runningMean), runningV = Pointer(runningVariance);
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, square = 0;
            for (int chunk = 0; chunk < chunks; chunk++) sum += (double)shape.RowsOf(chunk) * means[chunk * channels + c];
            double mean = sum / shape.Rows;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                double delta = means[chunk * channels + c] - mean;
                square += squares[chunk * channels + c] + shape.RowsOf(chunk) * delta * delta;
            }
            savedMeans[c] = (float)mean;
            savedInverses[c] = (float)(1 / Math.Sqrt(square / shape.Rows + BatchNormShape.Epsilon));
            running[c] += momentum * ((float)mean - running[c]);
            runningV[c] += momentum * ((float)(square / Math.Max(1, shape.Rows - 1)) - runningV[c]);
        }
        NormalizeRows(shape, Pointer(x), savedMeans, savedInverses, Pointer(scale), Pointer(shift), Pointer(y));
    }

    private protected override void BatchNormInferCore(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> mean, DeviceBuffer<float> variance, DeviceBuffer<float> y)
    {
        using DeviceBuffer<float> inverse = Rent<float>(shape.Channels);
        float* inverses = Pointer(inverse), variances = Pointer(variance);
        for (int c = 0; c < shape.Channels; c++) inverses[c] = 1f / MathF.Sqrt(variances[c] + BatchNormShape.Epsilon);
        NormalizeRows(shape, Pointer(x), Pointer(mean), inverses, Pointer(scale), Pointer(shift), Pointer(y));
    }

    private void NormalizeRows(in BatchNormShape shape, float* x, float* mean, float* inverse, float* scale, float* shift, float* y)
    {
        using DeviceBuffer<float> factor = Rent<float>(shape.Channels);
        float* factors = Pointer(factor);
        for (int c = 0; c < shape.Channels; c++) factors[c] = inverse[c] * scale[c];
        Run(shape.Chunks, new BatchNormRows(shape, x, mean, factors, shift, y));
    }

    /// <summary>Mean and squared deviation from it of one chunk of rows, per channel. Two vectors of channels times two rows stay in registers.</summary>
    private readonly struct BatchNormSummaries(BatchNormShape s, float* x, float* means, float* squares) : IParts
    {
        public void Part(int chunk)
        {
            int channels = s.Channels, rows = s.RowsOf(chunk), width = Vector<float>.Count, c = 0;
            float* start = x + (nint)chunk * s.RowsPerChunk * channels, mean = means + chunk * channels, square = squares + chunk * channels;
            float share = 1f / rows;
            for (; c <= channels - 2 * width; c += 2 * width)
            {
                // Sums of differences from the first row: a mean far from zero costs no digits.
                Vector<float> first = Vector.Load(start + c), second = Vector.Load(start + c + width), a = Vector<float>.Zero, b = a, oddA = a, oddB = a;
                float* at = start + c;
                int r = 0;
                for (; r <= rows - 2; r += 2, at += 2 * channels)
                {
                    a += Vector.Load(at) - first;
                    b += Vector.Load(at + width) - second;
                    oddA += Vector.Load(at + channels) - first;
                    oddB += Vector.Load(at + channels + width) - second;
                }
                if (r < rows)
                {
                    a += Vector.Load(at) - first;
                    b += Vector.Load(at + width) - second;
                }
                first += (a + oddA) * share;
                second += (b + oddB) * share;
                first.Store(mean + c);
                second.Store(mean + c + width);

                a = b = oddA = oddB = Vector<float>.Zero;
                at = start + c;
                for (r = 0; r <= rows - 2; r += 2, at += 2 * channels)
                {
                    a = AddSquare(Vector.Load(at) - first, a);
                    b = AddSquare(Vector.Load(at + width) - second, b);
                    oddA = AddSquare(Vector.Load(at + channels) - first, oddA);
                    oddB = AddSquare(Vector.Load(at + channels + width) - second, oddB);
                }
                if (r < rows)
                {
                    a = AddSquare(Vector.Load(at) - first, a);
                    b = AddSquare(Vector.Load(at + width) - second, b);
                }
                (a + oddA).Store(square + c);
                (b + oddB).Store(square + c + width);
            }
            for (; c < channels; c++)
            {
                float first = start[c], sum = 0f, deviation = 0f;
                for (int r = 0; r < rows; r++) sum += start[(nint)r * channels + c] - first;
                mean[c] = first + sum * share;
                for (int r = 0; r < rows; r++) deviation += (start[(nint)r * channels + c] - mean[c]) * (start[(nint)r * channels + c] - mean[c]);
                square[c] = deviation;
            }
        }

        private static Vector<float> AddSquare(Vector<float> value, Vector<float> sum) => Vector.MultiplyAddEstimate(value, value, sum);
    }

    /// <summary>y = (x - mean) * factor + shift, floored at zero with ReLU. The mean goes first: x * factor + offset would cancel where the mean is large.</summary>
    private readonly struct BatchNormRows(BatchNormShape s, float* x, float* mean, float* factor, float* shift, float* y) : IParts
    {
        public void Part(int chunk)
        {
            int channels = s.Channels, rows = s.RowsOf(chunk), c = 0;
            nint first = (nint)chunk * s.RowsPerChunk * channels;
            float lowest = s.Relu ? 0f : float.NegativeInfinity;
            Vector<float> floor = new(lowest);
            for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
            {
                Vector<float> means = Vector.Load(mean + c), factors = Vector.Load(factor + c), shifts = Vector.Load(shift + c);
                float* from = x + first + c, to = y + first + c;
                for (int r = 0; r < rows; r++, from += channels, to += channels)
                    Vector.Max(Vector.MultiplyAddEstimate(Vector.Load(from) - means, factors, shifts), floor).Store(to);
            }
            for (; c < channels; c++)
            {
                float* from = x + first + c, to = y + first + c;
                for (int r = 0; r < rows; r++, from += channels, to += channels) *to = Math.Max((*from - mean[c]) * factor[c] + shift[c], lowest);
            }
        }
    }
}
