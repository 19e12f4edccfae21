// Cases of audio resampling: up, down, coprime rates, clips shorter than the filter. Read next: ../ResampleTests.cs for its quality.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class ResampleCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Case("2 to 3, shorter than the filter", CaseSize.Small, 2, 3, 2, 9);
        yield return Case("3 to 1", CaseSize.Small, 3, 1, 1, 50);
        yield return Case("7 to 5", CaseSize.Small, 7, 5, 2, 30);
        yield return Case("one sample", CaseSize.Small, 4, 3, 1, 1);
        yield return Case("equal rates", CaseSize.Small, 16000, 16000, 2, 12);
        yield return Case("44100 to 16000, half a second", CaseSize.Real, 44100, 16000, 2, 22050);
        yield return Case("11127 to 16000, half a second", CaseSize.Real, 11127, 16000, 1, 5563);
        yield return Case("8000 to 16000, a second", CaseSize.Real, 8000, 16000, 1, 8000);
    }

    private static OpCase Case(string name, CaseSize size, int fromRate, int toRate, int batch, int samples) => new("Resample", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, batch * samples)],
        Forward = x => [ResampleReference.Forward(fromRate, toRate, batch, samples, x[0])],
        RunForward = (device, x, y) =>
        {
            using ResamplePlan plan = new(device, fromRate, toRate);
            device.Resample(plan, batch, samples, x[0], y[0]);
        },
        // Up to three hundred products of both signs.
        Tolerance = 1e-6,
    };
}
