// The CPU's three ways to convolve: which is chosen where, how exact each is, and that none depends on the threads. Read next: ../Dcc.Kernels/Conv2d/README.md.
using Dcc.Kernels;
using Xunit.Abstractions;

namespace Dcc.Tests;

public sealed class Conv2dPathTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 224, 64, 64, Conv2dPath.Winograd4)]
    [InlineData(1, 14, 512, 512, Conv2dPath.Winograd4)]
    [InlineData(32, 64, 16, 16, Conv2dPath.Winograd4)]
    [InlineData(1, 8, 128, 128, Conv2dPath.Winograd2)]
    [InlineData(1, 10, 64, 64, Conv2dPath.Winograd2)]
    [InlineData(1, 256, 3, 64, Conv2dPath.Direct)]
    [InlineData(1, 256, 1, 64, Conv2dPath.Direct)]
    [InlineData(1, 1, 64, 64, Conv2dPath.Direct)]
    public void Maps_choose_by_size_and_channels(int batch, int side, int inChannels, int outChannels, Conv2dPath path) =>
        Assert.Equal(path, Conv2dChoice.Choose(Conv2dShape.Same3x3(batch, side, side, inChannels, outChannels), Conv2dPass.Forward));

    public static TheoryData<Conv2dShape> NotForWinograd => new(
        new(1, 56, 56, 3, 64, 7, 7, Stride: 2, Padding: 3), new(1, 28, 28, 64, 64, 3, 3, Stride: 2, Padding: 1), new(1, 28, 28, 64, 64, 3, 3, Padding: 2, Dilation: 2),
        new(1, 28, 28, 64, 64, 1, 1), new(1, 28, 28, 64, 64, 3, 3, Padding: 3), new(1, 28, 28, 64, 64, 5, 5, Padding: 2));

    [Theory]
    [MemberData(nameof(NotForWinograd))]
    public void Everything_but_plain_3x3_is_direct(Conv2dShape shape)
    {
        Assert.False(Conv2dChoice.Fits(shape));
        Assert.All(Enum.GetValues<Conv2dPass>(), pass => Assert.Equal(Conv2dPath.Direct, Conv2dChoice.Choose(shape, pass)));
    }

    /// <summary>Shapes of the paper's networks with as few pixels as the double reference has patience for.</summary>
    public static TheoryData<Conv2dShape> PaperShapes => new(
        Conv2dShape.Same3x3(1, 48, 48, 64, 64), Conv2dShape.Same3x3(1, 24, 24, 128, 256), Conv2dShape.Same3x3(1, 16, 16, 512, 512), Conv2dShape.Same3x3(2, 15, 8, 256, 512));

    /// <summary>Largest relative error allowed, ||actual - expected|| / ||expected||; the README's table has the measured ones.</summary>
    private static double Allowed(Conv2dPath path) => path == Conv2dPath.Winograd4 ? 5e-6 : 2e-6;

    [Theory]
    [MemberData(nameof(PaperShapes))]
    public void Every_path_is_exact_to_its_stated_error(Conv2dShape shape)
    {
        Random random = new(7);
        float[] x = OpCases.OpCase.Uniform(random, shape.LengthX), weight = OpCases.OpCase.Uniform(random, shape.LengthWeight), grad = OpCases.OpCase.Uniform(random, shape.LengthY);
        double[] dx = Plain.ToDouble(x), dw = Plain.ToDouble(weight), dg = Plain.ToDouble(grad);
        double[] y = Conv2dReference.Forward(shape, Epilogue.None, dx, dw, null), gradX = Conv2dReference.BackwardData(shape, dw, dg), gradWeight = Conv2dReference.BackwardWeight(shape, dx, dg);
        foreach (Conv2dPath path in Enum.GetValues<Conv2dPath>())
        {
            using CpuDevice device = new(0, guards: true) { ForcedPath = path };
            using DeviceBuffer<float> xs = device.Upload<float>(x), ws = device.Upload<float>(weight), gs = device.Upload<float>(grad);
            using DeviceBuffer<float> ys = device.Rent<float>(y.Length), gradXs = device.Rent<float>(gradX.Length), gradWs = device.Rent<float>(gradWeight.Length);
            device.Conv2dForward(shape, Epilogue.None, xs, ws, null, ys);
            device.Conv2dBackwardData(shape, ws, gs, gradXs);
            device.Conv2dBackwardWeight(shape, xs, gs, gradWs);
            double forward = Error(y, ys), data = Error(gradX, gradXs), weights = Error(gradWeight, gradWs);
            output.WriteLine($"{path}: forward {forward:E1}, data {data:E1}, weights {weights:E1}");
            Assert.True(Math.Max(forward, Math.Max(data, weights)) <= Allowed(path), $"{path}: errors {forward:E1}, {data:E1}, {weights:E1}, allowed {Allowed(path):E1}.");
        }
    }

    [Theory]
    [MemberData(nameof(PaperShapes))]
    public void Bits_do_not_depend_on_the_number_of_threads(Conv2dShape shape)
    {
        foreach (Conv2dPath path in Enum.GetValues<Conv2dPath>())
        {
            float[][] one = Run(1), three = Run(3);
            for (int i = 0; i < one.Length; i++) Assert.Equal(one[i], three[i]);

            float[][] Run(int threads)
            {
                using CpuDevice device = new(threads, guards: true) { ForcedPath = path };
                Random random = new(3);
                using DeviceBuffer<float> x = device.Upload<float>(OpCases.OpCase.Uniform(random, shape.LengthX)), weight = device.Upload<float>(OpCases.OpCase.Uniform(random, shape.LengthWeight));
                using DeviceBuffer<float> y = device.Rent<float>(shape.LengthY), gradX = device.Rent<float>(shape.LengthX), gradWeight = device.Rent<float>(shape.LengthWeight);
                device.Conv2dForward(shape, Epilogue.None, x, weight, null, y);
                device.Conv2dBackwardData(shape, weight, y, gradX);
                device.Conv2dBackwardWeight(shape, x, y, gradWeight);
                return [y.ToArray(), gradX.ToArray(), gradWeight.ToArray()];
            }
        }
    }

    /// <summary>The shapes of the comparison with other engines, too large for the reference: nothing is written beyond a buffer.</summary>
    [Theory]
    [InlineData(1, 112, 64, 64)]
    [InlineData(1, 56, 128, 256)]
    [InlineData(1, 28, 512, 512)]
    [InlineData(1, 14, 512, 512)]
    [InlineData(3, 31, 96, 80)]
    [InlineData(5, 7, 33, 47)]
    public void No_path_writes_beyond_its_buffers(int batch, int side, int inChannels, int outChannels)
    {
        Conv2dShape shape = Conv2dShape.Same3x3(batch, side, side, inChannels, outChannels);
        foreach (Conv2dPath path in Enum.GetValues<Conv2dPath>())
        {
            using CpuDevice device = new(2, guards: true) { ForcedPath = path };
            using DeviceBuffer<float> x = device.Rent<float>(shape.LengthX), weight = device.Rent<float>(shape.LengthWeight), bias = device.Rent<float>(outChannels), y = device.Rent<float>(shape.LengthY);
            using DeviceBuffer<float> pooled = device.Rent<float>(shape.Pooled(ceil: true).LengthY), gradX = device.Rent<float>(shape.LengthX), gradWeight = device.Rent<float>(shape.LengthWeight);
            using DeviceBuffer<byte> winners = device.Rent<byte>(pooled.Length);
            foreach (DeviceBuffer<float> buffer in (DeviceBuffer<float>[])[x, weight, bias]) device.Fill(buffer, 1f);
            device.Conv2dForward(shape, Epilogue.BiasRelu, x, weight, bias, y);
            device.Conv2dPoolForward(shape, ceil: true, Epilogue.BiasRelu, x, weight, bias, pooled, winners);
            device.Conv2dPoolBackward(shape, ceil: true, winners, pooled, y, bias);
            device.Conv2dBackwardData(shape, weight, y, gradX);
            device.Conv2dBackwardWeight(shape, x, y, gradWeight);
        }
    }

    [Fact]
    public unsafe void A_write_beyond_a_buffer_is_caught()
    {
        using CpuDevice device = new(1, guards: true);
        DeviceBuffer<float> buffer = device.Rent<float>(16);
        ((CpuBuffer<float>)buffer).Pointer[16] = 1f;
        Assert.Contains("beyond the end", Assert.Throws<InvalidOperationException>(buffer.Dispose).Message, StringComparison.Ordinal);
    }

    private static double Error(double[] expected, DeviceBuffer<float> actual)
    {
        float[] values = actual.ToArray();
        double difference = 0, norm = 0;
        for (int i = 0; i < values.Length; i++)
        {
            difference += (values[i] - expected[i]) * (values[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.Sqrt(difference / norm);
    }
}
