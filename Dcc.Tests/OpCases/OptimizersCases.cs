// Cases of the optimiser steps and the norm. Read next: AllCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class OptimizersCases
{
    public static IEnumerable<OpCase> All()
    {
        foreach ((string name, CaseSize size, int length) in new[] { ("odd length", CaseSize.Small, 77), ("a small model", CaseSize.Real, 700_001) })
        {
            yield return Adam($"{name}, first step", size, length, new(1), new(1e-3f), averages: false);
            yield return Adam($"{name}, step 1000 with decay", size, length, new(1000), new(2e-3f, WeightDecay: 0.01f), averages: false);
            yield return Adam($"{name}, decoupled decay of a part and an average", size, length, new(3, Decayed: 2 * length / 3, AverageDecay: 0.9f), new(2e-2f, DecoupledDecay: 0.5f), averages: true);
            yield return Sgd(name, size, length);
            yield return Norm(name, size, length);
        }
    }

    private static OpCase Adam(string name, CaseSize size, int length, AdamStepOptions step, AdamOptions options, bool averages) => new("Adam", name, size)
    {
        Inputs = random =>
        [
            [0.5f], OpCase.Uniform(random, length), OpCase.Uniform(random, length), OpCase.Uniform(random, length, -0.1f, 0.1f), OpCase.Uniform(random, length, 0.01f, 0.1f), OpCase.Uniform(random, length),
        ],
        Forward = x =>
        {
            (double[] p, double[] m, double[] v, double[] average) = OptimizersReference.Adam(options, step, x[0][0], x[1], x[2], x[3], x[4], x[5]);
            return [p, m, v, averages ? average : x[5]];
        },
        RunForward = (device, x, y) =>
        {
            for (int i = 0; i < 4; i++) device.Axpby(1f, x[i == 0 ? 1 : i + 2], 0f, y[i]);
            device.AdamStep(options, step, x[0], y[0], x[2], y[1], y[2], averages ? y[3] : null);
        },
        Tolerance = 5e-6,
    };

    private static OpCase Sgd(string name, CaseSize size, int length) => new("Sgd", name, size)
    {
        Inputs = random => [[0.25f], OpCase.Uniform(random, length), OpCase.Uniform(random, length), OpCase.Uniform(random, length)],
        Forward = x =>
        {
            (double[] p, double[] v) = OptimizersReference.Sgd(new(0.1f, WeightDecay: 0.01f), x[0][0], x[1], x[2], x[3]);
            return [p, v];
        },
        RunForward = (device, x, y) =>
        {
            device.Axpby(1f, x[1], 0f, y[0]);
            device.Axpby(1f, x[3], 0f, y[1]);
            device.SgdStep(new(0.1f, WeightDecay: 0.01f), x[0], y[0], x[2], y[1]);
        },
    };

    private static OpCase Norm(string name, CaseSize size, int length) => new("L2Norm", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, length)],
        Forward = x =>
        {
            double norm = Math.Sqrt(x[0].Sum(value => value * value));
            return [[norm], [Math.Min(1, 2 / (norm + 1e-6))]];
        },
        RunForward = (device, x, y) =>
        {
            device.L2Norm(x[0], y[0]);
            device.ClipScale(y[0], 2f, y[1]);
        },
    };
}
