// Cases of the projected assignment. Read next: SoftAssignCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class ProjectedAssignCases
{
    public static IEnumerable<OpCase> All()
    {
        (string Name, CaseSize Size, ProjectedAssignShape Shape, float Sharpness)[] cases =
        [
            ("one of everything", CaseSize.Small, new(1, 1, 1, 1, 1, 1), 1f),
            ("one round", CaseSize.Small, new(2, 5, 3, 3, 2, 1), 1f),
            ("two rounds of an odd size", CaseSize.Small, new(2, 7, 6, 3, 5, 2), 1f),
            ("more rounds than dims", CaseSize.Small, new(1, 6, 4, 4, 3, 5), 6f),
            ("one sample, shared between threads", CaseSize.Real, new(1, 300, 96, 5, 16, 3), 1f),
            ("odd sizes, several chunks", CaseSize.Real, new(3, 150, 77, 7, 19, 4), 2f),
            ("paper, visual", CaseSize.Real, new(2, 256, 512, 10, 16, 3), 1f),
            ("demo, sharp", CaseSize.Real, new(4, 96, 128, 6, 32, 3), 6f),
        ];
        foreach ((string name, CaseSize size, ProjectedAssignShape shape, float sharpness) in cases)
        {
            yield return new OpCase("ProjectedAssign", name, size)
            {
                Inputs = random => Inputs(random, shape),
                Forward = x => [ProjectedAssignReference.Forward(shape, sharpness, x[0], x[1]).Centres],
                Backward = (x, gradY) =>
                {
                    (double[] gradU, double[] gradWeight) = ProjectedAssignReference.Backward(shape, sharpness, x[0], x[1], gradY[0]);
                    return [gradU, gradWeight];
                },
                RunForward = (device, x, y) => Run(device, shape, sharpness, x, centres: y[0], assignments: null, gradCentres: null, gradX: null),
                RunBackward = (device, x, _, gradY, gradX) => Run(device, shape, sharpness, x, centres: null, assignments: null, gradY[0], gradX),
                Tolerance = 1e-5,
                Flops = shape.Flops,
            };
            yield return new OpCase("ProjectedAssign map", name, size)
            {
                Inputs = random => Inputs(random, shape),
                Forward = x => [ProjectedAssignReference.Forward(shape, sharpness, x[0], x[1]).Assignments],
                RunForward = (device, x, y) => Run(device, shape, sharpness, x, centres: null, assignments: y[0], gradCentres: null, gradX: null),
                Tolerance = 1e-5,
            };
        }
    }

    private static float[][] Inputs(Random random, ProjectedAssignShape shape) =>
        [OpCase.Uniform(random, shape.LengthU), OpCase.Uniform(random, shape.LengthWeight, -1f / MathF.Sqrt(shape.Channels), 1f / MathF.Sqrt(shape.Channels))];

    private static void Run(Device device, ProjectedAssignShape shape, float sharpness, DeviceBuffer<float>[] x, DeviceBuffer<float>? centres, DeviceBuffer<float>? assignments,
        DeviceBuffer<float>? gradCentres, DeviceBuffer<float>?[]? gradX)
    {
        using DeviceBuffer<float> ownCentres = device.Rent<float>(shape.LengthCentres), ownAssignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved);
        device.ProjectedAssignForward(shape, sharpness, x[0], x[1], centres ?? ownCentres, assignments ?? ownAssignments, saved);
        if (gradX is not null) device.ProjectedAssignBackward(shape, sharpness, x[0], x[1], saved, gradCentres!, gradX[0]!, gradX[1]!);
    }
}
