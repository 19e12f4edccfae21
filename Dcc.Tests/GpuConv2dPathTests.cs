// The GPU's paths for a convolution: which one a shape gets, and how exact each is. Read next: ../Dcc.Kernels/Conv2d/GpuConv2dChoice.cs.
using Dcc.Kernels;
using Dcc.Tests.OpCases;
using Xunit.Abstractions;

namespace Dcc.Tests;

public sealed class GpuConv2dPathTests(ITestOutputHelper output)
{
    private static readonly DeviceLimits card = new(1024, 48 * 1024);

    /// <summary>Largest relative error allowed, ||actual - expected|| / ||expected||; the README's table has the measured ones.</summary>
    private static double Allowed(Conv2dPath path) => path == Conv2dPath.Winograd4 ? 6e-6 : 2e-6;

    [Theory]
    [InlineData(1, 256, 64, 64, Conv2dPath.Winograd4)]
    [InlineData(1, 128, 64, 128, Conv2dPath.Winograd4)]
    [InlineData(1, 64, 256, 256, Conv2dPath.Winograd4)]
    [InlineData(1, 32, 512, 512, Conv2dPath.Winograd4)]
    [InlineData(8, 256, 64, 64, Conv2dPath.Winograd4)]
    [InlineData(4, 16, 512, 512, Conv2dPath.Winograd4)]
    [InlineData(2, 16, 512, 512, Conv2dPath.Winograd2)] // 32 tiles of four would fill half of the product's rows, and 36 planes of weights are many to write for them
    [InlineData(16, 6, 512, 512, Conv2dPath.Winograd2)]
    [InlineData(1, 16, 512, 512, Conv2dPath.Direct)] // more weights to transform than the map has use for
    [InlineData(32, 64, 16, 16, Conv2dPath.Direct)] // few channels: the planes' way through memory costs more than the products saved
    [InlineData(32, 64, 32, 32, Conv2dPath.Direct)]
    [InlineData(8, 256, 3, 64, Conv2dPath.Direct)]
    [InlineData(4, 8, 128, 128, Conv2dPath.Direct)] // three launches more than the product is long
    public void Maps_choose_by_size_and_channels(int batch, int side, int inChannels, int outChannels, Conv2dPath path)
    {
        Conv2dShape shape = Conv2dShape.Same3x3(batch, side, side, inChannels, outChannels);
        Assert.Equal(path, GpuConv2dChoice.Choose(shape, Conv2dPass.Forward, card));
        Assert.Equal(path, GpuConv2dChoice.Choose(shape, Conv2dPass.BackwardData, card));
        Assert.Equal(Conv2dPath.Direct, GpuConv2dChoice.Choose(shape, Conv2dPass.BackwardWeight, card));
    }

    /// <summary>On a processor's cores memory is near and a launch is short: the transforms pay from fewer channels and smaller maps on.</summary>
    [Theory]
    [InlineData(32, 64, 32, 32)]
    [InlineData(4, 8, 128, 128)]
    public void A_processor_chooses_Winograd_sooner(int batch, int side, int inChannels, int outChannels)
    {
        Conv2dShape shape = Conv2dShape.Same3x3(batch, side, side, inChannels, outChannels);
        Assert.Equal(Conv2dPath.Direct, GpuConv2dChoice.Choose(shape, Conv2dPass.Forward, card));
        Assert.NotEqual(Conv2dPath.Direct, GpuConv2dChoice.Choose(shape, Conv2dPass.Forward, card with { OnProcessor = true }));
    }

    [Theory, MemberData(nameof(Conv2dPathTests.NotForWinograd), MemberType = typeof(Conv2dPathTests))]
    public void Everything_but_plain_3x3_is_direct(Conv2dShape shape) =>
        Assert.All(Enum.GetValues<Conv2dPass>(), pass => Assert.Equal(Conv2dPath.Direct, GpuConv2dChoice.Choose(shape with { Batch = 64 }, pass, card)));

    /// <summary>Without padding the gradient of the data, 4 x 4, has more pixels than the output, 2 x 2.</summary>
    [Fact]
    public void A_pass_chooses_by_the_map_that_it_writes()
    {
        Conv2dShape shape = new(64, 4, 4, 256, 256, 3, 3);
        Assert.Equal(Conv2dPath.Direct, GpuConv2dChoice.Choose(shape, Conv2dPass.Forward, card));
        Assert.Equal(Conv2dPath.Winograd4, GpuConv2dChoice.Choose(shape, Conv2dPass.BackwardData, card));
    }

    [Fact]
    public void Groups_of_tiles_keep_the_planes_within_the_scratch_and_are_even()
    {
        WinogradSizes large = WinogradSizes.Forward(Conv2dShape.Same3x3(8, 256, 256, 64, 64), 4, Epilogue.None);
        int group = GpuConv2dChoice.TilesOfGroup(large, GpuConv2dChoice.MostFloats);
        Assert.InRange((long)group * large.Planes * 128, 1, GpuConv2dChoice.MostFloats);
        Assert.Equal((32768, 10923), (large.AllTiles, group)); // three groups; two would not fit
        Assert.Equal(4096, GpuConv2dChoice.TilesOfGroup(WinogradSizes.Forward(Conv2dShape.Same3x3(1, 256, 256, 64, 64), 4, Epilogue.None), GpuConv2dChoice.MostFloats));
    }

    public static TheoryData<string, Conv2dPath> SmallCases => Cases(size => size == CaseSize.Small);
    public static TheoryData<string, Conv2dPath> AllCases => Cases(_ => true);

    private static TheoryData<string, Conv2dPath> Cases(Func<CaseSize, bool> wanted)
    {
        TheoryData<string, Conv2dPath> rows = [];
        foreach ((OpCase op, Conv2dShape shape) in Conv2dCases.WithShapes())
            if (wanted(op.Size) && Conv2dChoice.Fits(shape))
                foreach (Conv2dPath path in Enum.GetValues<Conv2dPath>()) rows.Add(op.ToString(), path);
        return rows;
    }

    [Theory, MemberData(nameof(SmallCases))]
    public void Simulator_agrees_with_the_reference_on_every_path(string name, Conv2dPath path) => Check(TestDevices.Simulator, name, path);

    [OpenClTheory, MemberData(nameof(AllCases))]
    public void OpenCl_agrees_with_the_reference_on_every_path(string name, Conv2dPath path) => Check(TestDevices.OpenCl, name, path);

    /// <summary>Planes that do not fit into the scratch: five groups, the last one smaller.</summary>
    [Theory, InlineData(Conv2dPath.Winograd4), InlineData(Conv2dPath.Winograd2)]
    public void Groups_of_tiles_make_the_whole(Conv2dPath path)
    {
        GpuDevice device = TestDevices.Simulator;
        Conv2dShape shape = Conv2dShape.Same3x3(2, 5, 6, 3, 4);
        WinogradSizes sizes = WinogradSizes.Forward(shape, path == Conv2dPath.Winograd4 ? 4 : 2, Epilogue.None);
        device.MostWinogradFloats = sizes.Planes * 7 * (sizes.AllTiles / 4);
        try
        {
            int group = GpuConv2dChoice.TilesOfGroup(sizes, device.MostWinogradFloats);
            Assert.True(sizes.AllTiles > 3 * group, "The case must need several groups.");
            Check(device, "Conv2d 3x3 same", path);
            Check(device, "Conv2dPool 3x3 same, bias and ReLU, pooled", path);
        }
        finally { device.MostWinogradFloats = GpuConv2dChoice.MostFloats; }
    }

    /// <summary>The 3x3 layers of VGG16 at 256 x 256, one picture: windows at the corners and in the middle against the double reference.</summary>
    [OpenClTheory]
    [InlineData(256, 64, 64)]
    [InlineData(128, 64, 128)]
    [InlineData(128, 128, 128)]
    [InlineData(64, 128, 256)]
    [InlineData(64, 256, 256)]
    [InlineData(32, 256, 512)]
    [InlineData(32, 512, 512)]
    [InlineData(16, 512, 512)]
    public void OpenCl_is_exact_at_the_layers_of_the_paper(int side, int inChannels, int outChannels)
    {
        Conv2dShape shape = Conv2dShape.Same3x3(1, side, side, inChannels, outChannels);
        Random random = new(11);
        float[] x = OpCase.Uniform(random, shape.LengthX), weight = OpCase.Uniform(random, shape.LengthWeight), bias = OpCase.Uniform(random, outChannels), grad = OpCase.Uniform(random, shape.LengthY);
        (int Y, int X)[] corners = [(0, 0), (0, side - Window), (side - Window, 0), (side - Window, side - Window), (side / 2 - 1, side / 2 - 3)];
        // Windows of the picture with the pixels around them, as pictures without padding; for the gradient two pixels more, whose own gradients are not whole.
        Conv2dShape cut = new(corners.Length, Window + 2, Window + 2, inChannels, outChannels, 3, 3), wide = new(corners.Length, Window + 4, Window + 4, inChannels, outChannels, 3, 3);
        double[] exact = Conv2dReference.Forward(cut, Epilogue.BiasRelu, Cut(x, inChannels, 1), Plain.ToDouble(weight), Plain.ToDouble(bias));
        double[] exactGrad = Conv2dReference.BackwardData(wide, Plain.ToDouble(weight), Cut(grad, outChannels, 1));

        GpuDevice device = TestDevices.OpenCl;
        using DeviceBuffer<float> xs = device.Upload<float>(x), weights = device.Upload<float>(weight), biases = device.Upload<float>(bias), grads = device.Upload<float>(grad);
        using DeviceBuffer<float> y = device.Rent<float>(shape.LengthY), gradX = device.Rent<float>(shape.LengthX);
        foreach (Conv2dPath path in Enum.GetValues<Conv2dPath>())
        {
            device.ForcedPath = path;
            try
            {
                device.Conv2dForward(shape, Epilogue.BiasRelu, xs, weights, biases, y);
                device.Conv2dBackwardData(shape, weights, grads, gradX);
            }
            finally { device.ForcedPath = null; }
            double forward = Error(exact, Window, 0, y.ToArray(), outChannels), data = Error(exactGrad, Window + 4, 2, gradX.ToArray(), inChannels);
            output.WriteLine($"{path}: forward {forward:E1}, data {data:E1}");
            Assert.True(Math.Max(forward, data) <= Allowed(path), $"{path}: errors {forward:E1} and {data:E1}, allowed {Allowed(path):E1}.");
        }

        // The windows of a map, with rim pixels more on each side; what lies outside the map is zero.
        double[] Cut(float[] map, int channels, int rim)
        {
            int size = Window + 2 * rim;
            double[] windows = new double[corners.Length * size * size * channels];
            for (int i = 0; i < windows.Length; i++)
            {
                int c = i % channels, pixel = i / channels, window = pixel / (size * size), row = corners[window].Y - rim + pixel / size % size, column = corners[window].X - rim + pixel % size;
                if (row >= 0 && row < side && column >= 0 && column < side) windows[i] = map[(row * side + column) * channels + c];
            }
            return windows;
        }

        // expected [windows, size, size, channels], of which the outermost skip pixels do not count.
        double Error(double[] expected, int size, int skip, float[] map, int channels)
        {
            double difference = 0, norm = 0;
            for (int i = 0; i < expected.Length; i++)
            {
                int c = i % channels, pixel = i / channels, column = pixel % size, row = pixel / size % size;
                if (Math.Min(row, column) < skip || Math.Max(row, column) >= size - skip) continue;
                (int top, int left) = corners[pixel / (size * size)];
                double actual = map[((top + row - skip) * side + left + column - skip) * channels + c];
                difference += (actual - expected[i]) * (actual - expected[i]);
                norm += expected[i] * expected[i];
            }
            return Math.Sqrt(difference / norm);
        }
    }

    private const int Window = 6;

    private static void Check(GpuDevice device, string name, Conv2dPath path)
    {
        OpCase op = Conv2dCases.All().Single(c => c.ToString() == name);
        device.ForcedPath = path;
        try { OpCheck.AgainstReference(device, op with { Tolerance = Allowed(path) }); }
        finally { device.ForcedPath = null; }
    }
}
