// What the cases of MatMul and Conv2d do not say: NaN is not hidden by a ReLU, and a second run gives the same bits. Read next: OpCases/MatMulCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class MatMulTests
{
    [Fact]
    public void A_NaN_passes_the_ReLU_of_the_epilogue_on_the_CPU() => NaNPasses(TestDevices.Cpu, 3);

    [Fact]
    public void A_NaN_passes_the_ReLU_of_the_epilogue_on_the_simulator() => NaNPasses(TestDevices.Simulator, 3);

    /// <summary>Sizes for each kernel of the ladder.</summary>
    [OpenClTheory, InlineData(3), InlineData(10), InlineData(70)]
    public void A_NaN_passes_the_ReLU_of_the_epilogue_on_OpenCl(int size) => NaNPasses(TestDevices.OpenCl, size);

    [Fact]
    public void Same_input_gives_same_bits_on_the_CPU() => SameBits(TestDevices.Cpu);

    [OpenClFact]
    public void Same_input_gives_same_bits_on_OpenCl() => SameBits(TestDevices.OpenCl);

    /// <summary>A trainer that stops at a NaN must see it: max(NaN, 0) is 0 on most cards.</summary>
    private static void NaNPasses(Device device, int size)
    {
        float[] left = new float[size * size];
        left[0] = float.NaN;
        using DeviceBuffer<float> a = device.Upload<float>(left), b = device.Upload<float>(new float[size * size]);
        using DeviceBuffer<float> bias = device.Upload<float>(new float[size]), c = device.Rent<float>(size * size);
        device.MatMul(new MatMulShape(size, size, size), Epilogue.BiasRelu, a, b, bias, c);
        float[] result = c.ToArray();
        Assert.All(result[..size], value => Assert.True(float.IsNaN(value)));
        Assert.All(result[size..], value => Assert.Equal(0f, value));
    }

    /// <summary>The gradient of a weight is the product with the longest sums, cut into chunks.</summary>
    private static void SameBits(Device device)
    {
        Conv2dShape shape = Conv2dShape.Same3x3(4, 32, 32, 8, 24);
        Random random = new(5);
        using DeviceBuffer<float> x = device.Upload<float>(OpCases.OpCase.Uniform(random, shape.LengthX)), gradY = device.Upload<float>(OpCases.OpCase.Uniform(random, shape.LengthY));
        using DeviceBuffer<float> first = device.Rent<float>(shape.LengthWeight), second = device.Rent<float>(shape.LengthWeight);
        device.Conv2dBackwardWeight(shape, x, gradY, first);
        device.Conv2dBackwardWeight(shape, x, gradY, second);
        Assert.Equal(first.ToArray(), second.ToArray());
    }
}
