// Cases of image resizing and pixel normalisation. Read next: ../ResizeTests.cs for values from elsewhere.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class ResizeCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Resize("enlarged", CaseSize.Small, new(2, 3, 4, 3, 5, 7));
        yield return Resize("shrunk", CaseSize.Small, new(1, 9, 7, 2, 4, 3));
        yield return Resize("shrunk, antialiased", CaseSize.Small, new(2, 9, 7, 3, 4, 3, Antialias: true));
        yield return Resize("enlarged and shrunk, antialiased", CaseSize.Small, new(1, 3, 11, 5, 6, 2, Antialias: true));
        yield return Resize("corners aligned", CaseSize.Small, new(1, 3, 8, 3, 5, 5, AlignCorners: true));
        yield return Resize("one pixel out, corners aligned", CaseSize.Small, new(1, 3, 4, 2, 1, 1, AlignCorners: true));
        yield return Resize("one pixel in", CaseSize.Small, new(1, 1, 1, 3, 4, 3));
        yield return Resize("one pixel out, antialiased", CaseSize.Small, new(1, 6, 5, 3, 1, 1, Antialias: true));
        yield return Resize("same size", CaseSize.Small, new(1, 4, 5, 3, 4, 5, Antialias: true));
        yield return Resize("a video frame to 256, antialiased", CaseSize.Real, new(1, 360, 640, 3, 256, 256, Antialias: true));
        yield return Resize("a heat map to its frame", CaseSize.Real, new(2, 16, 16, 1, 256, 256));
        yield return Resize("a feature map, corners aligned", CaseSize.Real, new(1, 31, 16, 67, 62, 33, AlignCorners: true));
        yield return Normalize("-1 to 1", CaseSize.Small, PixelNormalization.MinusOneToOne, 7);
        yield return Normalize("BGR minus mean", CaseSize.Small, PixelNormalization.CaffeBgrMean, 7);
        yield return Normalize("torchvision", CaseSize.Small, PixelNormalization.Torchvision, 5);
        yield return Normalize("BGR minus mean, four frames", CaseSize.Real, PixelNormalization.CaffeBgrMean, 4 * 256 * 256);
        yield return Normalize("torchvision, four frames", CaseSize.Real, PixelNormalization.Torchvision, 4 * 256 * 256);
    }

    private static OpCase Resize(string name, CaseSize size, ResizeShape shape) => new("Resize", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.LengthX, 0f, 255f)],
        Forward = x => [ResizeReference.Forward(shape, x[0])],
        RunForward = (device, x, y) => device.ResizeForward(shape, x[0], y[0]),
        // Weights and pixels are positive, so rounding is all there is.
        Tolerance = 5e-7,
    };

    private static OpCase Normalize(string name, CaseSize size, PixelNormalization normalization, int pixels) => new("NormalizePixels", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, 3 * pixels, 0f, 255f)],
        Forward = x => [ResizeReference.Normalize(normalization, x[0])],
        RunForward = (device, x, y) => device.NormalizePixels(normalization, x[0], y[0]),
        Tolerance = 5e-7,
    };
}
