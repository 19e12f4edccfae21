// Cases of softmax cross-entropy; the output is the loss. Read next: ../SoftmaxCrossEntropyTests.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class SoftmaxCrossEntropyCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Case("3 x 5", CaseSize.Small, new(3, 5), 3f);
        yield return Case("one row of vectors and a rest", CaseSize.Small, new(1, 37), 3f);
        yield return Case("more rows than a group", CaseSize.Small, new(70, 2), 3f);
        // exp(100) overflows a float.
        yield return Case("large logits", CaseSize.Small, new(4, 20), 100f);
        yield return Case("64 x 10", CaseSize.Real, new(64, 10), 5f);
        yield return Case("a thousand classes", CaseSize.Real, new(129, 1000), 5f);
    }

    private static OpCase Case(string name, CaseSize size, SoftmaxCrossEntropyShape shape, float range) => new("SoftmaxCrossEntropy", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.Length, -range, range)],
        Forward = x => [[SoftmaxCrossEntropyReference.Forward(shape, x[0], Labels(shape)).Loss]],
        Backward = (x, gradY) => [Array.ConvertAll(SoftmaxCrossEntropyReference.Forward(shape, x[0], Labels(shape)).Gradient, g => g * gradY[0][0])],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<int> labels = device.Upload<int>(Labels(shape));
            using DeviceBuffer<float> gradient = device.Rent<float>(shape.Length);
            device.SoftmaxCrossEntropy(shape, x[0], labels, gradient, y[0]);
        },
        RunBackward = (device, x, y, gradY, gradX) =>
        {
            using DeviceBuffer<int> labels = device.Upload<int>(Labels(shape));
            device.SoftmaxCrossEntropy(shape, x[0], labels, gradX[0]!, y[0]);
            device.Axpby(gradY[0].ToArray()[0], gradX[0]!, 0f, gradX[0]!);
        },
    };

    /// <summary>First, last and others.</summary>
    private static int[] Labels(SoftmaxCrossEntropyShape shape) => [.. Enumerable.Range(0, shape.Rows).Select(row => (shape.Classes - 1 + row * 7) % shape.Classes)];
}
