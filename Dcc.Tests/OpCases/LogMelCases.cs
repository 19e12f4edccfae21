// Cases of the log-mel front end: every convention, every radix. Read next: ../LogMelTests.cs for the golden values.
using System.Runtime.CompilerServices;
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class LogMelCases
{
    public static IEnumerable<OpCase> All()
    {
        LogMelOptions tiny = new() { SampleRate = 1000, Window = 12, Hop = 6, FftLength = 16, Bands = 4, MinHz = 50, MaxHz = 450 };
        yield return Case("radix 2", CaseSize.Small, tiny, 2, 30);
        yield return Case("radix 2, 3 and 5, reflected, power", CaseSize.Small, tiny with { FftLength = 30, Window = 30, Centring = FrameCentring.Reflect, Power = true, Log = MelLog.None, LinearInHertz = true }, 1, 25);
        yield return Case("radix 7, decibel, area", CaseSize.Small, tiny with { FftLength = 14, Centring = FrameCentring.Zeros, Scale = MelScale.Slaney, LinearInHertz = true, AreaNormalized = true, Log = MelLog.Decibel, TopDb = 10 }, 2, 40);
        yield return Case("VGGish, a second", CaseSize.Real, LogMelOptions.Vggish, 2, 15600);
        yield return Case("DMC, a second", CaseSize.Real, LogMelOptions.Dmc, 1, 16000);
        yield return Case("SDMC, a fifth of a second", CaseSize.Real, LogMelOptions.SimplifiedDmc, 2, 3200);
        yield return Case("torchaudio, half a second", CaseSize.Real, LogMelOptions.TorchAudio, 1, 8000);
        yield return Case("librosa, half a second", CaseSize.Real, LogMelOptions.Librosa, 1, 8000);
    }

    private static OpCase Case(string name, CaseSize size, LogMelOptions options, int batch, int samples) => new("LogMel", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, batch * samples)],
        Forward = x => [LogMelReference.Forward(options, batch, samples, x[0])],
        RunForward = (device, x, y) => device.LogMel(Plan(device, options), batch, samples, x[0], y[0]),
        Tolerance = 2e-6,
        // A real Fourier transform of N points, the magnitudes, and two triangles a bin.
        Flops = batch * options.Frames(samples) * (2.5 * options.FftLength * Math.Log2(options.FftLength) + 7.0 * options.Bins),
    };

    /// <summary>One plan for a device, as a model has: a benchmark must not time its tables.</summary>
    private static LogMelPlan Plan(Device device, LogMelOptions options)
    {
        Dictionary<LogMelOptions, LogMelPlan> plans = devicePlans.GetOrCreateValue(device);
        lock (plans)
        {
            if (!plans.TryGetValue(options, out LogMelPlan? plan)) plans.Add(options, plan = new LogMelPlan(device, options));
            return plan;
        }
    }

    private static readonly ConditionalWeakTable<Device, Dictionary<LogMelOptions, LogMelPlan>> devicePlans = [];
}
