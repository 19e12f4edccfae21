// Cases of the Euclidean soft assignment. Read next: CentreSimilarityCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class SoftAssignEuclideanCases
{
    public static IEnumerable<OpCase> All()
    {
        // Scales keep distances near 1 / sharpness apart, so that assignments are neither uniform nor hard.
        (string Name, CaseSize Size, SoftAssignEuclideanShape Shape, float Sharpness, float Scale)[] cases =
        [
            ("one cluster", CaseSize.Small, new(2, 5, 3, 1), 30f, 1f),
            ("as many clusters as positions", CaseSize.Small, new(1, 3, 2, 3, 2), 5f, 1f),
            ("four rounds of an odd size", CaseSize.Small, new(2, 7, 5, 3), 30f, 0.1f),
            ("one round", CaseSize.Small, new(1, 9, 4, 2, 1), 3f, 1f),
            ("too long for a group's shared memory", CaseSize.Small, new(1, 2050, 4, 2, 2), 5f, 0.2f),
            ("fills a group's shared memory", CaseSize.Real, new(4, 16, 512, 2), 30f, 0.05f),
            ("simplified code, visual", CaseSize.Real, new(4, 196, 512, 2), 30f, 0.05f),
            ("simplified code, audio", CaseSize.Real, new(4, 52, 512, 1), 30f, 0.05f),
            ("ten clusters", CaseSize.Real, new(2, 196, 512, 10), 30f, 0.02f),
        ];
        foreach ((string name, CaseSize size, SoftAssignEuclideanShape shape, float sharpness, float scale) in cases)
        {
            yield return Centres(name, size, shape, sharpness, scale);
            yield return Assignments(name, size, shape, sharpness, scale);
        }
        // Hard assignments leave cluster 1 with nothing: it keeps its centre, and its gradient goes past the round.
        yield return Centres("a cluster loses everything", CaseSize.Small, new(1, 6, 2, 3), 1000f, 1f) with { Inputs = _ => [[-9, 0, -1, 7, -9, 3, 1, 10, 6, 0, 0, 6]] };
    }

    private static OpCase Centres(string name, CaseSize size, SoftAssignEuclideanShape shape, float sharpness, float scale) => new("SoftAssignEuclidean", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.LengthU, -scale, scale)],
        Forward = x => [SoftAssignEuclideanReference.Forward(shape, sharpness, x[0]).Centres],
        Backward = (x, gradY) => [SoftAssignEuclideanReference.Backward(shape, sharpness, x[0], gradY[0])],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<float> assignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved);
            device.SoftAssignEuclideanForward(shape, sharpness, x[0], y[0], assignments, saved);
        },
        RunBackward = (device, x, _, gradY, gradX) =>
        {
            using DeviceBuffer<float> centres = device.Rent<float>(shape.LengthCentres), assignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved);
            device.SoftAssignEuclideanForward(shape, sharpness, x[0], centres, assignments, saved);
            device.SoftAssignEuclideanBackward(shape, sharpness, x[0], saved, centres, gradY[0], gradX[0]!);
        },
        // The sharpness multiplies rounding errors of the distances, once a round.
        Tolerance = 2e-5,
        // Assignments bend within 1 / sharpness: the step is small beside that.
        GradientStep = 1e-6,
        GradientTolerance = 1e-5,
        Flops = shape.Flops,
        BackwardFlops = 3 * shape.Flops, // forward again, then two products for each of its own
    };

    private static OpCase Assignments(string name, CaseSize size, SoftAssignEuclideanShape shape, float sharpness, float scale) => new("SoftAssignEuclidean map", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.LengthU, -scale, scale)],
        Forward = x => [SoftAssignEuclideanReference.Forward(shape, sharpness, x[0]).Assignments],
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<float> centres = device.Rent<float>(shape.LengthCentres), saved = device.Rent<float>(shape.LengthSaved);
            device.SoftAssignEuclideanForward(shape, sharpness, x[0], centres, y[0], saved);
        },
        Tolerance = 2e-5,
    };
}
