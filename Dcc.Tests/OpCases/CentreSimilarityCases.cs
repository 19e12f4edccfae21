// Cases of the similarity of centres. Read next: CentreDistanceCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class CentreSimilarityCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return AllPairs("one pair", CaseSize.Small, new(1, 1, 1, 3));
        yield return AllPairs("more sounds than pictures", CaseSize.Small, new(5, 3, 2, 3));
        yield return AllPairs("past a tile", CaseSize.Small, new(6, 9, 3, 5));
        yield return AllPairs("a batch of 64", CaseSize.Real, new(64, 64, 10, 16));
        yield return AllPairs("retrieval among 100", CaseSize.Real, new(100, 333, 10, 16));
        yield return Pairs("one", CaseSize.Small, new(1, 1, 1, 4));
        yield return Pairs("three", CaseSize.Small, new(3, 3, 2, 5));
        yield return Pairs("a batch of 64", CaseSize.Real, new(64, 64, 10, 16));
    }

    private static OpCase AllPairs(string name, CaseSize size, CentreSimilarityShape shape) => new("CentreSimilarity", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.LengthA), OpCase.Uniform(random, shape.LengthV)],
        Forward = x => [CentreSimilarityReference.Forward(shape, x[0], x[1])],
        Backward = (x, gradY) =>
        {
            (double[] gradA, double[] gradV) = CentreSimilarityReference.Backward(shape, x[0], x[1], gradY[0]);
            return [gradA, gradV];
        },
        RunForward = (device, x, y) => device.CentreSimilarityForward(shape, x[0], x[1], y[0]),
        RunBackward = (device, x, _, gradY, gradX) => device.CentreSimilarityBackward(shape, x[0], x[1], gradY[0], gradX[0]!, gradX[1]!),
        Flops = 2.0 * shape.LengthSimilarity * shape.Width,
    };

    private static OpCase Pairs(string name, CaseSize size, CentreSimilarityShape shape) => new("PairCosines", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, shape.LengthA), OpCase.Uniform(random, shape.LengthV)],
        Forward = x => [CentreSimilarityReference.PairCosines(shape, x[0], x[1])],
        Backward = (x, gradY) =>
        {
            (double[] gradA, double[] gradV) = CentreSimilarityReference.PairCosinesBackward(shape, x[0], x[1], gradY[0]);
            return [gradA, gradV];
        },
        RunForward = (device, x, y) => device.PairCosinesForward(shape, x[0], x[1], y[0]),
        RunBackward = (device, x, _, gradY, gradX) => device.PairCosinesBackward(shape, x[0], x[1], gradY[0], gradX[0]!, gradX[1]!),
    };
}
