// Cases of the distance between sets of centres. Read next: MaxMarginCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class CentreDistanceCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Distance("one pair", CaseSize.Small, new(1, 1, 1, 1, 3));
        yield return Distance("more objects than sounds", CaseSize.Small, new(3, 2, 1, 3, 5));
        yield return Distance("more sounds than objects", CaseSize.Small, new(2, 3, 3, 2, 4));
        yield return Distance("solo, a batch of 32", CaseSize.Real, new(32, 32, 1, 2, 512));
        yield return Distance("duet, a batch of 16", CaseSize.Real, new(16, 16, 2, 3, 512));
    }

    private static OpCase Distance(string name, CaseSize size, CentreDistanceShape shape) => new("CentreDistance", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.LengthA), OpCase.Uniform(random, shape.LengthV)],
        Forward = x =>
        {
            (double[] distance, _, double[] squares) = CentreDistanceReference.Forward(shape, x[0], x[1]);
            return size == CaseSize.Small ? [distance] : [distance, squares];
        },
        Backward = (x, gradY) =>
        {
            (double[] gradA, double[] gradV) = CentreDistanceReference.Backward(shape, x[0], x[1], gradY[0]);
            return [gradA, gradV];
        },
        RunForward = (device, x, y) =>
        {
            using DeviceBuffer<int> nearest = device.Rent<int>(shape.LengthNearest);
            using DeviceBuffer<float> squares = device.Rent<float>(shape.LengthNearest);
            device.CentreDistanceForward(shape, x[0], x[1], y[0], nearest, y.Length > 1 ? y[1] : squares);
        },
        RunBackward = (device, x, _, gradY, gradX) =>
        {
            using DeviceBuffer<int> nearest = device.Rent<int>(shape.LengthNearest);
            using DeviceBuffer<float> distance = device.Rent<float>(shape.LengthDistance), squares = device.Rent<float>(shape.LengthNearest);
            device.CentreDistanceForward(shape, x[0], x[1], distance, nearest, squares);
            device.CentreDistanceBackward(shape, x[0], x[1], nearest, squares, gradY[0], gradX[0]!, gradX[1]!);
        },
    };
}
