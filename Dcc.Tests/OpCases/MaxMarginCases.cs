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
        // Beyond one group of the GPU.
        yield return InBatch("129", CaseSize.Real, 129, new(10f));
        yield return InBatch("129", CaseSize.Real, 129, new(10f, Negatives: MaxMarginNegatives.Hardest));
        yield return Sampled("129", CaseSize.Real, 129, 129, 10f);
        yield return InBatch("2, no margin", CaseSize.Small, 2, new(0f));
        yield return Sampled("5", CaseSize.Small, 5, 5, 1f);
        yield return Sampled("one picture, two sounds", CaseSize.Small, 2, 1, 1f);
        yield return Sampled("7 sounds, 4 pictures", CaseSize.Small, 7, 4, 1f);
        yield return Sampled("64", CaseSize.Real, 64, 64, 10f);
        yield return Sampled("128 sounds, 64 pictures", CaseSize.Real, 128, 64, 10f);
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

    private static OpCase Sampled(string name, CaseSize size, int sounds, int images, float margin) => new("MaxMarginSampled", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, sounds * images, -margin, margin)],
        Forward = x =>
        {
            (double loss, _, double accuracy) = MaxMarginReference.Sampled(sounds, images, margin, x[0], Negatives(sounds, images));
            return [[loss], [accuracy]];
        },
        Backward = (x, gradY) => [Scaled(MaxMarginReference.Sampled(sounds, images, margin, x[0], Negatives(sounds, images)).Gradient, gradY[0][0])],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<int> negatives = device.Upload<int>(Negatives(sounds, images));
            using DeviceBuffer<float> gradient = device.Rent<float>(sounds * images);
            device.MaxMarginSampled(sounds, images, margin, x[0], negatives, gradient, y[0], y[1]);
        },
        RunBackward = (device, x, y, gradY, gradX) =>
        {
            using DeviceBuffer<int> negatives = device.Upload<int>(Negatives(sounds, images));
            device.MaxMarginSampled(sounds, images, margin, x[0], negatives, gradX[0]!, y[0], y[1]);
            device.Axpby(gradY[0].ToArray()[0], gradX[0]!, 0f, gradX[0]!);
        },
    };

    private static OpCase Contrastive(string name, CaseSize size, int batch) => new("Contrastive", name, size)
    {
        // Up to 36, so that roots lie on both sides of the margin of 5.
        Inputs = random => [OpCase.Uniform(random, batch * batch, 0.1f, 36f)],
        Forward = x =>
        {
            (double loss, _, double accuracy) = ContrastiveReference.Forward(batch, 5, x[0], Negatives(batch, batch));
            return [[loss], [accuracy]];
        },
        Backward = (x, gradY) => [Scaled(ContrastiveReference.Forward(batch, 5, x[0], Negatives(batch, batch)).Gradient, gradY[0][0])],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<int> negatives = device.Upload<int>(Negatives(batch, batch));
            using DeviceBuffer<float> gradient = device.Rent<float>(batch * batch);
            device.Contrastive(batch, 5f, x[0], negatives, gradient, y[0], y[1]);
        },
        RunBackward = (device, x, y, gradY, gradX) =>
        {
            using DeviceBuffer<int> negatives = device.Upload<int>(Negatives(batch, batch));
            device.Contrastive(batch, 5f, x[0], negatives, gradX[0]!, y[0], y[1]);
            device.Axpby(gradY[0].ToArray()[0], gradX[0]!, 0f, gradX[0]!);
        },
    };

    /// <summary>Another sound for each picture, as the published code draws it: an offset of 1..sounds-1.</summary>
    private static int[] Negatives(int sounds, int images) => [.. Enumerable.Range(0, images).Select(i => (i + 1 + i * 7 % (sounds - 1)) % sounds)];

    private static double[] Scaled(double[] values, double factor) => Array.ConvertAll(values, value => value * factor);
}
