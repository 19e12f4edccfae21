// Cases of the max-margin and the contrastive losses. Outputs are loss and pair accuracy. Read next: ../ClusteringGoldenTests.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class MaxMarginCases
{
    public static IEnumerable<OpCase> All()
    {
        foreach (MaxMarginAnchors anchors in Enum.GetValues<MaxMarginAnchors>())
        foreach (MaxMarginNegatives negatives in Enum.GetValues<MaxMarginNegatives>())
        {
            yield return InBatch("5", CaseSize.Small, 5, new(1f, anchors, negatives));
            yield return InBatch("64", CaseSize.Real, 64, new(10f, anchors, negatives));
        }
        yield return InBatch("2, no margin", CaseSize.Small, 2, new(0f));
        yield return Sampled("5", CaseSize.Small, 5, 1f);
        yield return Sampled("64", CaseSize.Real, 64, 10f);
        yield return Contrastive("5", CaseSize.Small, 5);
        yield return Contrastive("64", CaseSize.Real, 64);
    }

    private static OpCase InBatch(string name, CaseSize size, int batch, MaxMarginOptions options) => new("MaxMarginInBatch", $"{name}, {options.Anchors}, {options.Negatives}", size)
    {
        Inputs = random => [OpCase.Uniform(random, batch * batch, -options.Margin - 1f, options.Margin + 1f)],
        Forward = x =>
        {
            (double loss, _, double accuracy) = MaxMarginReference.InBatch(batch, options, x[0]);
            return [[loss], [accuracy]];
        },
        Backward = (x, gradY) => [Scaled(MaxMarginReference.InBatch(batch, options, x[0]).Gradient, gradY[0][0])],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<float> gradient = device.Rent<float>(batch * batch);
            device.MaxMarginInBatch(batch, options, x[0], gradient, y[0], y[1]);
        },
        RunBackward = (device, x, y, gradY, gradX) =>
        {
            device.MaxMarginInBatch(batch, options, x[0], gradX[0]!, y[0], y[1]);
            device.Axpby(gradY[0].ToArray()[0], gradX[0]!, 0f, gradX[0]!);
        },
    };

    private static OpCase Sampled(string name, CaseSize size, int batch, float margin) => new("MaxMarginSampled", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, batch * batch, -margin, margin)],
        Forward = x =>
        {
            (double loss, _, double accuracy) = MaxMarginReference.Sampled(batch, margin, x[0], Negatives(batch));
            return [[loss], [accuracy]];
        },
        Backward = (x, gradY) => [Scaled(MaxMarginReference.Sampled(batch, margin, x[0], Negatives(batch)).Gradient, gradY[0][0])],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<int> negatives = device.Upload<int>(Negatives(batch));
            using DeviceBuffer<float> gradient = device.Rent<float>(batch * batch);
            device.MaxMarginSampled(batch, margin, x[0], negatives, gradient, y[0], y[1]);
        },
        RunBackward = (device, x, y, gradY, gradX) =>
        {
            using DeviceBuffer<int> negatives = device.Upload<int>(Negatives(batch));
            device.MaxMarginSampled(batch, margin, x[0], negatives, gradX[0]!, y[0], y[1]);
            device.Axpby(gradY[0].ToArray()[0], gradX[0]!, 0f, gradX[0]!);
        },
    };

    private static OpCase Contrastive(string name, CaseSize size, int batch) => new("Contrastive", name, size)
    {
        // Up to 36, so that roots lie on both sides of the margin of 5.
        Inputs = random => [OpCase.Uniform(random, batch * batch, 0.1f, 36f)],
        Forward = x =>
        {
            (double loss, _, double accuracy) = ContrastiveReference.Forward(batch, 5, x[0], Negatives(batch));
            return [[loss], [accuracy]];
        },
        Backward = (x, gradY) => [Scaled(ContrastiveReference.Forward(batch, 5, x[0], Negatives(batch)).Gradient, gradY[0][0])],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<int> negatives = device.Upload<int>(Negatives(batch));
            using DeviceBuffer<float> gradient = device.Rent<float>(batch * batch);
            device.Contrastive(batch, 5f, x[0], negatives, gradient, y[0], y[1]);
        },
        RunBackward = (device, x, y, gradY, gradX) =>
        {
            using DeviceBuffer<int> negatives = device.Upload<int>(Negatives(batch));
            device.Contrastive(batch, 5f, x[0], negatives, gradX[0]!, y[0], y[1]);
            device.Axpby(gradY[0].ToArray()[0], gradX[0]!, 0f, gradX[0]!);
        },
    };

    /// <summary>Another index for each, as the published code draws it: an offset of 1..batch-1.</summary>
    private static int[] Negatives(int batch) => [.. Enumerable.Range(0, batch).Select(i => (i + 1 + i * 7 % (batch - 1)) % batch)];

    private static double[] Scaled(double[] values, double factor) => Array.ConvertAll(values, value => value * factor);
}
