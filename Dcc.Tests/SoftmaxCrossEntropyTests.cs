// What the cases of softmax cross-entropy leave out: known answers, and inputs that are not numbers. Read next: OpCases/SoftmaxCrossEntropyCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class SoftmaxCrossEntropyTests
{
    [Fact]
    public void Answers_are_right_or_not_a_number_on_the_cpu() => Answers(TestDevices.Cpu);

    [Fact]
    public void Answers_are_right_or_not_a_number_on_the_simulator() => Answers(TestDevices.Simulator);

    [OpenClFact]
    public void Answers_are_right_or_not_a_number_on_OpenCl() => Answers(TestDevices.OpenCl);

    private static void Answers(Device device)
    {
        const int classes = 19;
        float[] equal = new float[2 * classes], certain = [.. equal], broken = [.. equal], infinite = [.. equal];
        certain[4] = certain[classes + 18] = 1000f;
        broken[classes + 3] = float.NaN;
        infinite[3] = float.PositiveInfinity;

        (float loss, float[] gradient) = Run(device, equal, 4, 18);
        Assert.Equal(Math.Log(classes), loss, 1e-5);
        for (int i = 0; i < gradient.Length; i++) Assert.Equal((1.0 / classes - (i is 4 or classes + 18 ? 1 : 0)) / 2, gradient[i], 1e-6);

        // Some exponentials give 1 and an ulp for 0.
        Assert.Equal(0.0, Run(device, certain, 4, 18).Loss, 2e-7);
        Assert.Equal(1000.0, Run(device, certain, 5, 17).Loss, 1e-3);
        Assert.Equal(float.NaN, Run(device, broken, 4, 18).Loss);
        Assert.Equal(float.NaN, Run(device, infinite, 4, 18).Loss);
        foreach (int label in new[] { -1, classes, int.MinValue })
        {
            (loss, gradient) = Run(device, equal, 4, label);
            Assert.Equal(float.NaN, loss);
            Assert.All(gradient[..classes], value => Assert.True(float.IsFinite(value)));
            Assert.All(gradient[classes..], value => Assert.Equal(float.NaN, value));
        }
    }

    private static (float Loss, float[] Gradient) Run(Device device, float[] logits, params int[] labels)
    {
        SoftmaxCrossEntropyShape shape = new(labels.Length, logits.Length / labels.Length);
        using DeviceBuffer<float> x = device.Upload<float>(logits), gradient = device.Rent<float>(logits.Length), loss = device.Rent<float>(1);
        using DeviceBuffer<int> wanted = device.Upload<int>(labels);
        device.SoftmaxCrossEntropy(shape, x, wanted, gradient, loss);
        return (loss.ToArray()[0], gradient.ToArray());
    }
}
