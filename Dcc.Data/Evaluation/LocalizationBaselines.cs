// Maps that know nothing of what they are shown. Read next: UntrainedBaseline.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

internal static class LocalizationBaselines
{
    private const int RandomSide = 8;

    /// <summary>Uniform random values on 8 x 8 positions.</summary>
    public static HeatMap Random(ulong seed, int index)
    {
        Philox random = new(seed, 0x6d617000_00000000 + (ulong)index);   // "map"
        float[] values = new float[RandomSide * RandomSide];
        foreach (ref float value in values.AsSpan()) value = random.NextFloat();
        return new HeatMap(RandomSide, RandomSide, values);
    }

    /// <summary>Hottest in the middle, colder with the distance from it.</summary>
    public static HeatMap CentrePrior(int size)
    {
        double centre = (size - 1) / 2.0;
        return new HeatMap(size, size, [.. Enumerable.Range(0, size * size).Select(i => (float)-Math.Sqrt((i % size - centre) * (i % size - centre) + (i / size - centre) * (i / size - centre)))]);
    }
}
