// Cases of the squash. Read next: SoftAssignCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class SquashCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Squash("one row", CaseSize.Small, new SquashShape(1, 5));
        // Short: of one long channel the squash is a sign, whose gradient is all rounding.
        yield return Squash("one channel", CaseSize.Small, new SquashShape(3, 1), 0.1f);
        yield return Squash("short vectors", CaseSize.Small, new SquashShape(4, 3), 0.02f);
        yield return Squash("nearly zero vectors", CaseSize.Small, new SquashShape(3, 4), 1e-4f) with { GradientStep = 1e-8, GradientTolerance = 1e-5 };
        yield return Squash("long vectors", CaseSize.Small, new SquashShape(2, 37), 40f);
        yield return Squash("output centres", CaseSize.Real, new SquashShape(64 * 10, 16));
        yield return Squash("features of a frame", CaseSize.Real, new SquashShape(256, 512));
        yield return Squash("features of 5 s of sound", CaseSize.Real, new SquashShape(496, 512));
    }

    private static OpCase Squash(string name, CaseSize size, SquashShape shape, float scale = 1f) => new("Squash", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.Length, -scale, scale)],
        Forward = x => [SquashReference.Forward(shape, x[0])],
        Backward = (x, gradY) => [SquashReference.Backward(shape, x[0], gradY[0])],
        RunForward = (device, x, y) => device.SquashForward(shape, x[0], y[0]),
        RunBackward = (device, x, _, gradY, gradX) => device.SquashBackward(shape, x[0], gradY[0], gradX[0]!),
    };
}
