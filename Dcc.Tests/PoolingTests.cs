// What the cases of the pools leave out: ties, and NaN. Read next: OpCases/PoolingCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class PoolingTests
{
    /// <summary>Wide enough for vectors and a rest.</summary>
    private const int Channels = 19;

    [Fact]
    public void First_of_several_maxima_gets_the_whole_gradient_on_the_cpu() => FirstOfSeveral(TestDevices.Cpu);

    [Fact]
    public void First_of_several_maxima_gets_the_whole_gradient_on_the_simulator() => FirstOfSeveral(TestDevices.Simulator);

    [OpenClFact]
    public void First_of_several_maxima_gets_the_whole_gradient_on_OpenCl() => FirstOfSeveral(TestDevices.OpenCl);

    [Fact]
    public void NaN_is_the_maximum_on_the_cpu() => NaNWins(TestDevices.Cpu);

    [Fact]
    public void NaN_is_the_maximum_on_the_simulator() => NaNWins(TestDevices.Simulator);

    [OpenClFact]
    public void NaN_is_the_maximum_on_OpenCl() => NaNWins(TestDevices.OpenCl);

    /// <summary>All zeros, as ReLU often leaves them: the first of each window, and the first position, win.</summary>
    private static void FirstOfSeveral(Device device)
    {
        PoolShape shape = new(1, 2, 2, Channels);
        double[] zeros = new double[shape.LengthX], gradY = [.. Enumerable.Range(1, Channels).Select(c => (double)c)];
        float[] expected = [.. gradY.Select(g => (float)g), .. new float[3 * Channels]];
        Assert.Equal(expected, PoolingReference.MaxBackward(shape, zeros, gradY).Select(g => (float)g));
        Assert.Equal(expected, PoolingReference.GlobalMaxBackward(1, 4, Channels, zeros, gradY).Select(g => (float)g));

        using DeviceBuffer<float> x = device.Upload<float>(new float[shape.LengthX]), y = device.Upload<float>(new float[Channels]);
        using DeviceBuffer<float> grad = device.Upload<float>(expected.AsSpan(0, Channels)), gradX = device.Rent<float>(shape.LengthX);
        device.MaxPoolBackward(shape, x, grad, gradX);
        Assert.Equal(expected, gradX.ToArray());
        device.Fill(gradX, float.NaN);
        device.GlobalMaxPoolBackward(1, 4, Channels, x, y, grad, gradX);
        Assert.Equal(expected, gradX.ToArray());
    }

    private static void NaNWins(Device device)
    {
        PoolShape shape = new(1, 2, 2, Channels);
        // NaN stands first, in the middle, or last, with larger and smaller numbers around it.
        for (int place = 0; place < 4; place++)
        {
            float[] values = [.. Enumerable.Range(0, shape.LengthX).Select(i => i / Channels == place ? float.NaN : i % 3)];
            using DeviceBuffer<float> x = device.Upload<float>(values), y = device.Rent<float>(Channels);
            device.MaxPoolForward(shape, x, y);
            Assert.All(y.ToArray(), value => Assert.Equal(float.NaN, value));
            device.GlobalMaxPoolForward(1, 4, Channels, x, y);
            Assert.All(y.ToArray(), value => Assert.Equal(float.NaN, value));
        }
    }
}
