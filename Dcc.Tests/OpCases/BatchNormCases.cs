// Cases of batch normalisation. Read next: NormCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class BatchNormCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Case("few rows", CaseSize.Small, new(7, 5));
        yield return Case("few rows, ReLU", CaseSize.Small, new(9, 6, Relu: true));
        yield return Running("few rows", CaseSize.Small, new(7, 5));
        yield return Running("several chunks", CaseSize.Real, new(3000, 24));
        yield return Case("a conv map, ReLU", CaseSize.Real, new(4 * 32 * 32, 16, Relu: true));
        yield return Case("many chunks, awkward channels", CaseSize.Real, new(3 * 31 * 29, 37));
        yield return Case("a mean far from zero", CaseSize.Real, new(5000, 8), offset: 100f);
        yield return new("BatchNormInfer", "few rows, ReLU", CaseSize.Small)
        {
            Inputs = random => [OpCase.Uniform(random, 35), OpCase.Uniform(random, 5), OpCase.Uniform(random, 5), OpCase.Uniform(random, 5), OpCase.Uniform(random, 5, 0.5f, 2f)],
            Forward = x => [BatchNormReference.Infer(new(7, 5, Relu: true), x[0], x[1], x[2], x[3], x[4])],
            RunForward = (device, x, y) => device.BatchNormInfer(new(7, 5, Relu: true), x[0], x[1], x[2], x[3], x[4], y[0]),
        };
    }

    private static OpCase Case(string name, CaseSize size, BatchNormShape shape, float offset = 0f) => new("BatchNorm", name, size)
    {
        Inputs = random => [Array.ConvertAll(OpCase.Uniform(random, shape.Length, -2f, 2f), v => v + offset), OpCase.Uniform(random, shape.Channels, 0.5f, 2f), OpCase.Uniform(random, shape.Channels)],
        Forward = x => [BatchNormReference.Train(shape, x[0], x[1], x[2]).Y],
        Backward = (x, gradY) =>
        {
            (double[] gradX, double[] gradScale, double[] gradShift) = BatchNormReference.Backward(shape, x[0], x[1], x[2], gradY[0]);
            return [gradX, gradScale, gradShift];
        },
        RunForward = (device, x, y) => Train(device, shape, x, y[0], null, null),
        RunBackward = (device, x, y, gradY, gradX) => Train(device, shape, x, y[0], gradY[0], gradX),
        // A mean far from zero is a float too: it is known to half a unit of its last place, 4e-6 at 100.
        Tolerance = offset == 0f ? 1e-6 : 6e-6,
    };

    private static OpCase Running(string name, CaseSize size, BatchNormShape shape) => new("BatchNormRunning", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.Length, -2f, 2f), OpCase.Uniform(random, shape.Channels), OpCase.Uniform(random, shape.Channels)],
        Forward = x =>
        {
            (_, double[] mean, _, double[] variance) = BatchNormReference.Train(shape, x[0], x[1], x[2]);
            double unbiased = shape.Rows / (shape.Rows - 1.0);
            return [Array.ConvertAll(mean, m => 0.5 + 0.1 * (m - 0.5)), Array.ConvertAll(variance, v => 2 + 0.1 * (v * unbiased - 2))];
        },
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<float> result = device.Rent<float>(shape.Length), mean = device.Rent<float>(shape.Channels), inverse = device.Rent<float>(shape.Channels);
            device.Fill(y[0], 0.5f);
            device.Fill(y[1], 2f);
            device.BatchNormTrain(shape, 0.1f, x[0], x[1], x[2], y[0], y[1], result, mean, inverse);
        },
    };

    /// <summary>Forward, and backward if a gradient is given.</summary>
    private static void Train(Device device, BatchNormShape shape, DeviceBuffer<float>[] x, DeviceBuffer<float> y, DeviceBuffer<float>? gradY, DeviceBuffer<float>?[]? gradX)
    {
        using DeviceBuffer<float> mean = device.Rent<float>(shape.Channels), inverse = device.Rent<float>(shape.Channels);
        using DeviceBuffer<float> running = device.Rent<float>(shape.Channels), runningVariance = device.Rent<float>(shape.Channels);
        device.Fill(running, 0f);
        device.Fill(runningVariance, 1f);
        device.BatchNormTrain(shape, 0.1f, x[0], x[1], x[2], running, runningVariance, y, mean, inverse);
        if (gradY is not null) device.BatchNormBackward(shape, x[0], x[1], mean, inverse, y, gradY, gradX![0]!, gradX[1]!, gradX[2]!);
    }
}
