// Batch normalisation on the GPU: a thread summarises one channel of one chunk, a second kernel joins the chunks in order, a third normalises.
// Neighbouring threads read neighbouring channels. Bound: memory bandwidth. Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    internal readonly record struct BatchNormSizes(int Rows, int Channels, int RowsPerChunk, int Chunks, int Relu)
    {
        public static BatchNormSizes Of(BatchNormShape s) => new(s.Rows, s.Channels, s.RowsPerChunk, s.Chunks, s.Relu ? 1 : 0);
    }

    private static void BatchNormSummaryKernel(Index1D i, BatchNormSizes s, ArrayView<float> x, ArrayView<float> means, ArrayView<float> squares)
    {
        int c = i % s.Channels, first = i / s.Channels * s.RowsPerChunk, end = Math.Min(s.Rows, first + s.RowsPerChunk);
        // Differences from the first row: a mean far from zero costs no digits.
        float sum = 0f, square = 0f, origin = x[first * s.Channels + c];
        for (int r = first; r < end; r++) sum += x[r * s.Channels + c] - origin;
        float mean = origin + sum / (end - first);
        for (int r = first; r < end; r++)
        {
            float delta = x[r * s.Channels + c] - mean;
            square += delta * delta;
        }
        means[i] = mean;
        squares[i] = square;
    }

    private static void BatchNormJoinKernel(Index1D c, BatchNormSizes s, float momentum, ArrayView<float> means, ArrayView<float> squares,
        ArrayView<float> runningMean, ArrayView<float> runningVariance, ArrayView<float> savedMean, ArrayView<float> savedInverse)
    {
        float mean = 0f, square = 0f;
        int count = 0;
        for (int chunk = 0; chunk < s.Chunks; chunk++)
        {
            int rows = Math.Min(s.RowsPerChunk, s.Rows - chunk * s.RowsPerChunk), total = count + rows;
            float delta = means[chunk * s.Channels + c] - mean, share = (float)rows / total;
            mean += delta * share;
            square += squares[chunk * s.Channels + c] + delta * delta * share * count;
            count = total;
        }
        savedMean[c] = mean;
        savedInverse[c] = 1f / MathF.Sqrt(square / s.Rows + BatchNormShape.Epsilon);
        runningMean[c] += momentum * (mean - runningMean[c]);
        runningVariance[c] += momentum * (square / Math.Max(1, s.Rows - 1) - runningVariance[c]);
    }

    private static void BatchNormInverseKernel(Index1D c, ArrayView<float> variance, ArrayView<float> inverse) =>
        inverse[c] = 1f / MathF.Sqrt(variance[c] + BatchNormShape.Epsilon);

    private static void BatchNormApplyKernel(Index1D i, BatchNormSizes s, ArrayView<float> x, ArrayView<float> scale, ArrayView<float> shift,
        ArrayView<float> mean, ArrayView<float> inverse, ArrayView<float> y)
    {
        int c = i % s.Channels;
        float value = (x[i] - mean[c]) * inverse[c] * scale[c] + shift[c];
        y[i] = s.Relu != 0 && value < 0f ? 0f : value;
    }

    private static void BatchNormGradientSumsKernel(Index1D i, BatchNormSizes s, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> y, ArrayView<float> gradY,
        ArrayView<float> sums, ArrayView<float> products)
    {
        int c = i % s.Channels, first = i / s.Channels * s.RowsPerChunk, end = Math.Min(s.Rows, first + s.RowsPerChunk);
        float sum = 0f, product = 0f, centre = mean[c];
        for (int r = first; r < end; r++)
        {
            int at = r * s.Channels + c;
            float g = s.Relu != 0 && y[at] <= 0f ? 0f : gradY[at];
            sum += g;
            product += g * (x[at] - centre);
        }
        sums[i] = sum;
        products[i] = product;
    }

    private static void BatchNormGradientJoinKernel(Index1D c, BatchNormSizes s, ArrayView<float> sums, ArrayView<float> products, ArrayView<float> inverse,
        ArrayView<float> gradScale, ArrayView<float> gradShift)
    {
        float sum = 0f, product = 0f;
        for (int chunk = 0; chunk < s.Chunks; chunk++)
        {
            sum += sums[chunk * s.Channels + c];
            product += products[chunk * s.Channels + c];
        }
        gradShift[c] = sum;
        gradScale[c] = product * inverse[c];
    }

    private static void BatchNormGradientKernel(Index1D i, BatchNormSizes s, ArrayView<float> x, ArrayView<float> scale, ArrayView<float> mean, ArrayView<float> inverse,
        ArrayView<float> y, ArrayView<float> gradY, ArrayView<float> gradScale, ArrayView<float> gradShift, ArrayView<float> gradX)
    {
        int c = i % s.Channels;
        float g = s.Relu != 0 && y[i] <= 0f ? 0f : gradY[i];
        float unit = (x[i] - mean[c]) * inverse[c];
        gradX[i] = scale[c] * inverse[c] * (g - (gradShift[c] + unit * gradScale[c]) / s.Rows);
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? batchNormSummary;
    private GpuKernel<Action<Index1D, BatchNormSizes, float, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? batchNormJoin;
    private GpuKernel<Action<Index1D, ArrayView<float>, ArrayView<float>>>? batchNormInverse;
    private GpuKernel<Action<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? batchNormApply;
    private GpuKernel<Action<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? batchNormGradientSums;
    private GpuKernel<Action<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? batchNormGradientJoin;
    private GpuKernel<Action<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? batchNormGradient;

    private protected override void BatchNormTrainCore(in BatchNormShape shape, float momentum, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> runningMean, DeviceBuffer<float> runningVariance, DeviceBuffer<float> y, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse)
    {
        batchNormSummary ??= Load(nameof(BatchNormSummaryKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>(BatchNormSummaryKernel));
        batchNormJoin ??= Load(nameof(BatchNormJoinKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, BatchNormSizes, float, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(BatchNormJoinKernel));
        BatchNormSizes sizes = BatchNormSizes.Of(shape);
        int summaries = shape.Chunks * shape.Channels;
        using DeviceBuffer<float> means = Rent<float>(summaries), squares = Rent<float>(summaries);
        batchNormSummary.Launch(summaries, sizes, View(x), View(means), View(squares));
        batchNormJoin.Launch(shape.Channels, sizes, momentum, View(means), View(squares), View(runningMean), View(runningVariance), View(savedMean), View(savedInverse));
        ApplyBatchNorm(shape, x, scale, shift, savedMean, savedInverse, y);
    }

    private protected override void BatchNormInferCore(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift,
        DeviceBuffer<float> mean, DeviceBuffer<float> variance, DeviceBuffer<float> y)
    {
        batchNormInverse ??= Load(nameof(BatchNormInverseKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>>(BatchNormInverseKernel));
        using DeviceBuffer<float> inverse = Rent<float>(shape.Channels);
        batchNormInverse.Launch(shape.Channels, View(variance), View(inverse));
        ApplyBatchNorm(shape, x, scale, shift, mean, inverse, y);
    }

    private void ApplyBatchNorm(BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> shift, DeviceBuffer<float> mean, DeviceBuffer<float> inverse, DeviceBuffer<float> y)
    {
        batchNormApply ??= Load(nameof(BatchNormApplyKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(BatchNormApplyKernel));
        batchNormApply.Launch(shape.Length, BatchNormSizes.Of(shape), View(x), View(scale), View(shift), View(mean), View(inverse), View(y));
    }

    private protected override void BatchNormBackwardCore(in BatchNormShape shape, DeviceBuffer<float> x, DeviceBuffer<float> scale, DeviceBuffer<float> savedMean, DeviceBuffer<float> savedInverse,
        DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX, DeviceBuffer<float> gradScale, DeviceBuffer<float> gradShift)
    {
        batchNormGradientSums ??= Load(nameof(BatchNormGradientSumsKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(BatchNormGradientSumsKernel));
        batchNormGradientJoin ??= Load(nameof(BatchNormGradientJoinKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(BatchNormGradientJoinKernel));
        batchNormGradient ??= Load(nameof(BatchNormGradientKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, BatchNormSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(BatchNormGradientKernel));
        BatchNormSizes sizes = BatchNormSizes.Of(shape);
        int summaries = shape.Chunks * shape.Channels;
        using DeviceBuffer<float> sums = Rent<float>(summaries), products = Rent<float>(summaries);
        batchNormGradientSums.Launch(summaries, sizes, View(x), View(savedMean), View(y), View(gradY), View(sums), View(products));
        batchNormGradientJoin.Launch(shape.Channels, sizes, View(sums), View(products), View(savedInverse), View(gradScale), View(gradShift));
        batchNormGradient.Launch(shape.Length, sizes, View(x), View(scale), View(savedMean), View(savedInverse), View(y), View(gradY), View(gradScale), View(gradShift), View(gradX));
    }
}
