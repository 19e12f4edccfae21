// Cases of the random fills; that the uniform one has the same bits everywhere is in ../PhiloxTests.cs. Read next: AllCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class RandomCases
{
    public static IEnumerable<OpCase> All()
    {
        foreach ((string name, CaseSize size, int length) in new[] { ("one", CaseSize.Small, 1), ("a block and a rest of 3", CaseSize.Small, 7), ("odd length", CaseSize.Small, 77), ("a layer's weights", CaseSize.Real, 700_001) })
        {
            yield return new("PhiloxUniform", name, size)
            {
                Inputs = _ => [],
                Forward = _ => [RandomReference.Uniform(length, 5, 1UL << 40 | 3, -0.3f, 0.7f)],
                RunForward = (device, _, y) => device.PhiloxUniform(y[0], 5, 1UL << 40 | 3, -0.3f, 0.7f),
                Tolerance = 0,
            };
            yield return new("PhiloxNormal", name, size)
            {
                Inputs = _ => [],
                Forward = _ => [RandomReference.Normal(length, 1UL << 63 | 9, 2, 0.5f, 2f)],
                RunForward = (device, _, y) => device.PhiloxNormal(y[0], 1UL << 63 | 9, 2, 0.5f, 2f),
                Tolerance = 1e-6,
            };
        }
    }
}
