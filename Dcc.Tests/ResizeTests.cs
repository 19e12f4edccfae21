// Values of bilinear resizing that are published or quickly done by hand. Read next: ../Dcc.Kernels/Resize/README.md.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class ResizeTests
{
    [Fact]
    public void Half_pixel_centres_give_the_documented_values() =>
        // PyTorch's example of nn.Upsample(scale_factor=2, mode='bilinear').
        Close([1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4], new(1, 2, 2, 1, 4, 4), [1, 2, 3, 4]);

    [Fact]
    public void Aligned_corners_give_the_documented_values() =>
        // The same example with align_corners=True.
        Close([1, 4 / 3.0, 5 / 3.0, 2, 5 / 3.0, 2, 7 / 3.0, 8 / 3.0, 7 / 3.0, 8 / 3.0, 3, 10 / 3.0, 3, 10 / 3.0, 11 / 3.0, 4], new(1, 2, 2, 1, 4, 4, AlignCorners: true), [1, 2, 3, 4]);

    [Fact]
    public void An_antialiased_half_is_a_triangle_of_twice_the_width()
    {
        // Distances from the centre 1 in units of two pixels are 1/4, 1/4, 3/4: shares 3, 3, 1 of 7 at the edge; inside 1, 3, 3, 1 of 8.
        Close([5 / 7.0, 16 / 7.0], new(1, 1, 4, 1, 1, 2, Antialias: true), [0, 1, 2, 3]);
        Close([0, 1 / 8.0, 6 / 7.0], new(1, 1, 6, 1, 1, 3, Antialias: true), [0, 0, 0, 0, 1, 1]);
    }

    [Fact]
    public void Fine_stripes_become_grey_only_when_antialiased()
    {
        float[] stripes = [.. Enumerable.Range(0, 64).Select(i => i % 4 == 0 ? 4f : 0f)];
        Assert.All(Run(new(1, 1, 64, 1, 1, 8, Antialias: true), stripes)[1..^1], value => Assert.Equal(1f, value, 1e-5f));
        Assert.All(Run(new(1, 1, 64, 1, 1, 8), stripes)[1..^1], value => Assert.NotEqual(1f, value, 1e-1f));
    }

    [Fact]
    public void Presets_map_pixels_as_the_weights_expect()
    {
        Assert.Equal([-1f, 0f, 1f], Normalized(PixelNormalization.MinusOneToOne, 0f, 127.5f, 255f), (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal([30f - 103.939f, 20f - 116.779f, 10f - 123.68f], Normalized(PixelNormalization.CaffeBgrMean, 10f, 20f, 30f), (a, b) => Math.Abs(a - b) < 1e-4f);
        Assert.Equal([(0.2f - 0.485f) / 0.229f, (0.4f - 0.456f) / 0.224f, (1f - 0.406f) / 0.225f], Normalized(PixelNormalization.Torchvision, 51f, 102f, 255f), (a, b) => Math.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void Squares_and_points_at_once_are_refused()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => new ResizeShape(1, 4, 4, 3, 2, 2, Antialias: true, AlignCorners: true).Validate());
        Assert.Contains("choose one", thrown.Message, StringComparison.Ordinal);
    }

    private static void Close(double[] expected, ResizeShape shape, float[] x)
    {
        Assert.Equal(expected, ResizeReference.Forward(shape, Array.ConvertAll(x, value => (double)value)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(expected, Run(shape, x).Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private static float[] Run(ResizeShape shape, float[] values)
    {
        using DeviceBuffer<float> x = TestDevices.Cpu.Upload<float>(values), y = TestDevices.Cpu.Rent<float>(shape.LengthY);
        TestDevices.Cpu.ResizeForward(shape, x, y);
        return y.ToArray();
    }

    private static float[] Normalized(PixelNormalization normalization, params float[] values)
    {
        using DeviceBuffer<float> x = TestDevices.Cpu.Upload<float>(values), y = TestDevices.Cpu.Rent<float>(values.Length);
        TestDevices.Cpu.NormalizePixels(normalization, x, y);
        return y.ToArray();
    }
}
