// Cases of the pools. Read next: BatchNormCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class PoolingCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Max("2x2", CaseSize.Small, new(2, 4, 6, 3));
        yield return Max("odd sides, floor", CaseSize.Small, new(1, 5, 7, 2));
        yield return Max("odd sides, ceil", CaseSize.Small, new(1, 5, 7, 2, Ceil: true));
        yield return Max("one pixel, ceil", CaseSize.Small, new(1, 1, 1, 3, Ceil: true));
        yield return Max("overlapping 3x3 stride 2", CaseSize.Small, new(1, 7, 6, 2, Window: 3));
        yield return Max("gaps: 2x2 stride 3", CaseSize.Small, new(1, 8, 7, 2, Stride: 3));
        yield return Max("padding 1, 3x3 stride 2, even and odd", CaseSize.Small, new(2, 6, 7, 2, Window: 3, Padding: 1));
        yield return Max("padding 1, ceil", CaseSize.Small, new(1, 6, 5, 2, Window: 3, Ceil: true, Padding: 1));
        yield return Max("padding 1 without overlap", CaseSize.Small, new(1, 5, 4, 3, Padding: 1));
        yield return Max("padding 2, steps of 1, wider than the picture", CaseSize.Small, new(1, 2, 3, 2, Window: 5, Stride: 1, Padding: 2));
        yield return Max("ResNet's pool", CaseSize.Real, new(2, 56, 51, 64, Window: 3, Padding: 1));
        yield return Max("first visual pool", CaseSize.Real, new(4, 64, 64, 16));
        yield return Max("audio pool, ceil, awkward channels", CaseSize.Real, new(3, 99, 63, 21, Ceil: true));
        foreach ((string name, CaseSize size, int batch, int positions, int channels) in new[] { ("small", CaseSize.Small, 2, 3, 5), ("a paper map", CaseSize.Real, 3, 256, 512) })
        {
            yield return new("GlobalAveragePool", name, size)
            {
                Inputs = random => [OpCase.Uniform(random, batch * positions * channels)],
                Forward = x => [PoolingReference.AverageForward(batch, positions, channels, x[0])],
                Backward = (_, gradY) => [PoolingReference.AverageBackward(batch, positions, channels, gradY[0])],
                RunForward = (device, x, y) => device.GlobalAveragePoolForward(batch, positions, channels, x[0], y[0]),
                RunBackward = (device, _, _, gradY, gradX) => device.GlobalAveragePoolBackward(batch, positions, channels, gradY[0], gradX[0]!),
            };
            yield return GlobalMax(name, size, batch, positions, channels);
        }
        yield return GlobalMax("one position", CaseSize.Small, 2, 1, 3);
        yield return GlobalMax("vectors and a rest", CaseSize.Small, 2, 5, 19);
    }

    private static OpCase GlobalMax(string name, CaseSize size, int batch, int positions, int channels) => new("GlobalMaxPool", name, size)
    {
        Inputs = random => [AllDifferent(random, batch * positions * channels)],
        Forward = x => [PoolingReference.GlobalMaxForward(batch, positions, channels, x[0])],
        Backward = (x, gradY) => [PoolingReference.GlobalMaxBackward(batch, positions, channels, x[0], gradY[0])],
        RunForward = (device, x, y) => device.GlobalMaxPoolForward(batch, positions, channels, x[0], y[0]),
        RunBackward = (device, x, y, gradY, gradX) => device.GlobalMaxPoolBackward(batch, positions, channels, x[0], y[0], gradY[0], gradX[0]!),
    };

    private static OpCase Max(string name, CaseSize size, PoolShape shape) => new("MaxPool", name, size)
    {
        Inputs = random => [AllDifferent(random, shape.LengthX)],
        Forward = x => [PoolingReference.MaxForward(shape, x[0])],
        Backward = (x, gradY) => [PoolingReference.MaxBackward(shape, x[0], gradY[0])],
        RunForward = (device, x, y) => device.MaxPoolForward(shape, x[0], y[0]),
        RunBackward = (device, x, _, gradY, gradX) => device.MaxPoolBackward(shape, x[0], gradY[0], gradX[0]!),
    };

    /// <summary>A tie would be a kink.</summary>
    private static float[] AllDifferent(Random random, int length)
    {
        float[] x = new float[length];
        for (int i = 0; i < x.Length; i++) x[i] = (i - x.Length) * 0.01f;   // below zero, where a padding of zeros would win
        random.Shuffle(x);
        return x;
    }
}
