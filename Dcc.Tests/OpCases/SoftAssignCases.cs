// Cases of the soft assignment. Read next: SoftAssignEuclideanCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class SoftAssignCases
{
    public static IEnumerable<OpCase> All()
    {
        (string Name, CaseSize Size, SoftAssignShape Shape, float Sharpness)[] cases =
        [
            ("one of everything", CaseSize.Small, new(1, 1, 1, 1, 2), 1f),
            ("one round", CaseSize.Small, new(2, 5, 3, 2, 1), 1f),
            ("two rounds of an odd size", CaseSize.Small, new(2, 7, 3, 5, 2), 1f),
            ("three rounds", CaseSize.Small, new(1, 18, 2, 4, 3), 1f),
            ("five sharp rounds", CaseSize.Small, new(1, 6, 4, 3, 5), 6f),
            ("too long for a group's shared memory", CaseSize.Small, new(1, 2050, 2, 2, 2), 1f),
            ("paper, visual", CaseSize.Real, new(8, 256, 10, 16, 3), 1f),
            ("paper, audio", CaseSize.Real, new(8, 496, 10, 16, 3), 1f),
            ("small model, visual: fills a group's shared memory", CaseSize.Real, new(32, 64, 8, 16, 3), 0.7f),
            ("demo, sharp", CaseSize.Real, new(32, 96, 6, 32, 3), 6f),
        ];
        foreach ((string name, CaseSize size, SoftAssignShape shape, float sharpness) in cases)
        {
            yield return Centres(name, size, shape, sharpness);
            yield return Assignments(name, size, shape, sharpness);
        }
    }

    private static OpCase Centres(string name, CaseSize size, SoftAssignShape shape, float sharpness) => new("SoftAssign", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.LengthH)],
        Forward = x => [SoftAssignReference.Forward(shape, sharpness, x[0]).Centres],
        Backward = (x, gradY) => [SoftAssignReference.Backward(shape, sharpness, x[0], gradY[0])],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<float> assignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved);
            device.SoftAssignForward(shape, sharpness, x[0], y[0], assignments, saved);
        },
        RunBackward = (device, x, _, gradY, gradX) =>
        {
            using DeviceBuffer<float> centres = device.Rent<float>(shape.LengthCentres), assignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved);
            device.SoftAssignForward(shape, sharpness, x[0], centres, assignments, saved);
            device.SoftAssignBackward(shape, sharpness, x[0], saved, gradY[0], gradX[0]!);
        },
        // Random rows point everywhere, so a sum of N of them is shorter than its terms by sqrt(N), and each round passes its rounding errors on.
        Tolerance = 1e-5,
        Flops = shape.Flops,
        BackwardFlops = 3 * shape.Flops, // forward again, then two products for each of its own
    };

    private static OpCase Assignments(string name, CaseSize size, SoftAssignShape shape, float sharpness) => new("SoftAssign map", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.LengthH)],
        Forward = x => [SoftAssignReference.Forward(shape, sharpness, x[0]).Assignments],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<float> centres = device.Rent<float>(shape.LengthCentres), saved = device.Rent<float>(shape.LengthSaved);
            device.SoftAssignForward(shape, sharpness, x[0], centres, y[0], saved);
        },
        Tolerance = 1e-5,
    };
}
