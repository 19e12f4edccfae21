// Golden values of five front ends, computed independently in double, and facts about their mel banks. Read next: ../Dcc.Kernels/LogMel/README.md.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class LogMelTests
{
    private static readonly int[] Listed = [0, 7, 15, 31, 47, 63];

    // x[n] = 0.4 sin(2 pi 523.25 t) + 0.2 cos(2 pi 2637.02 t) + 0.1 sin(pi 7000 t^2), one second at 16 kHz.
    private static readonly double[] Signal = [.. Enumerable.Range(0, 16000).Select(n => n / 16000.0).Select(t =>
        0.4 * Math.Sin(2 * Math.PI * 523.25 * t) + 0.2 * Math.Cos(2 * Math.PI * 2637.02 * t) + 0.1 * Math.Sin(Math.PI * 7000 * t * t))];

    public static TheoryData<string, int, double[]> Golden => new()
    {
        { "Vggish", 0, [0.99569, -1.55798, -2.25401, -4.48534, -4.51811, -4.60259, -2.89285] },
        { "Vggish", 50, [-4.00613, -1.56514, -2.25915, -4.51100, 0.10427, -4.60078, -2.71178] },
        { "Dmc", 0, [3.06726, 3.40619, -3.36343, -4.53465, -4.57304, -4.60456, -2.39798] },
        { "Dmc", 10, [-4.24540, -1.97415, -3.25084, -4.54957, 5.13365, -4.60341, -2.62791] },
        { "SimplifiedDmc", 0, [-85.5798, -12.8319, -21.8748, -26.3779, -25.3307, -31.0006, -24.3635] },
        { "SimplifiedDmc", 100, [-85.5798, -13.6115, -27.8379, -43.8880, -15.7521, -66.3380, -38.0745] },
        { "TorchAudio", 0, [10.4579, 24.7716, 394.011, 0.413423, 0.0362324, 0.013913, 2965.97 / 64] },
        { "TorchAudio", 50, [2.72239e-6, 1.21796e-4, 80.2648, 2.43552e-8, 0.0128467, 6.7678e-11, 3150.00 / 64] },
        { "Librosa", 0, [0.517415, 0.597238, 0.113306, 0.0019391, 0.00289587, 2.04568e-4] },
        { "Librosa", 50, [4.37721e-7, 6.05406e-4, 4.47331e-5, 1.87401e-9, 1.01024, 3.60232e-13] },
    };

    private static LogMelOptions Preset(string name) => (LogMelOptions)typeof(LogMelOptions).GetProperty(name)!.GetValue(null)!;

    [Theory, MemberData(nameof(Golden))]
    public void Reference_gives_the_golden_values(string preset, int frame, double[] expected) => Check(preset, frame, expected, ReferenceFrames(preset), single: false);

    [Theory, MemberData(nameof(Golden))]
    public void Cpu_gives_the_golden_values(string preset, int frame, double[] expected) => Check(preset, frame, expected, Compute(TestDevices.Cpu, preset), single: false);

    [OpenClTheory, MemberData(nameof(Golden))]
    public void OpenCl_gives_the_golden_values(string preset, int frame, double[] expected) => Check(preset, frame, expected, Compute(TestDevices.OpenCl, preset), single: true);

    [Fact]
    public void A_unit_sine_gives_the_published_values()
    {
        // TensorFlow's VGGish smoke test, 1 kHz; the published run resampled from 44.1 kHz.
        double[] sine = [.. Enumerable.Range(0, 400).Select(n => Math.Sin(2 * Math.PI * 1000 * n / 16000.0))];
        double[] y = LogMelReference.Forward(LogMelOptions.Vggish, 1, 400, sine);
        Assert.Equal(-4.4831, y[0], 1e-3);
        Assert.Equal(-4.2708, y[1], 1e-3);
        Assert.Equal(-4.1706, y[2], 1e-3);
    }

    [Fact]
    public void Mel_banks_have_the_documented_edges_and_empty_bands()
    {
        double[] edges = MelBank.EdgesInHertz(LogMelOptions.Vggish);
        Assert.Equal([125.000, 154.669, 185.405, 217.246], edges[..4], (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal([6940.572, 7215.345, 7500.000], edges[^3..], (a, b) => Math.Abs(a - b) < 1e-3);
        edges = MelBank.EdgesInHertz(LogMelOptions.SimplifiedDmc);
        Assert.Equal([0, 46.406, 92.812, 139.217], edges[..4], (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal([7269.788, 7626.159, 8000], edges[^3..], (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Empty(EmptyBands(LogMelOptions.Vggish));
        Assert.Equal([0, 13], EmptyBands(LogMelOptions.SimplifiedDmc));
        Assert.Equal(4, EmptyBands(LogMelOptions.TorchAudio with { Bands = 128 }).Length);
    }

    [Fact]
    public void Sample_counts_give_the_documented_frames()
    {
        Assert.Equal([498, 998], [LogMelOptions.Vggish.Frames(80_000), LogMelOptions.Vggish.Frames(160_000)]);
        Assert.Equal([99, 199], [LogMelOptions.Dmc.Frames(80_000), LogMelOptions.Dmc.Frames(160_000)]);
        Assert.Equal(201, LogMelOptions.SimplifiedDmc.Frames(16_000));
        Assert.Equal(0, LogMelOptions.Vggish.Frames(399));
    }

    [Fact]
    public void Options_that_cannot_work_are_all_reported_at_once()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => new LogMelOptions { Hop = 0, Bands = 0, MaxHz = 9000 }.Validate());
        Assert.Contains("Hop", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Bands", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("MaxHz", thrown.Message, StringComparison.Ordinal);
    }

    private static int[] EmptyBands(LogMelOptions options)
    {
        double[,] weights = MelBank.Weights(options);
        return [.. Enumerable.Range(0, options.Bands).Where(band => Enumerable.Range(0, options.Bins).All(bin => weights[band, bin] == 0))];
    }

    private static double[] ReferenceFrames(string preset)
    {
        // The direct sum is slow: decibels need the whole clip for their maximum, everything else only the frames up to the last listed one.
        LogMelOptions o = Preset(preset);
        int samples = o.Log == MelLog.Decibel || o.Centring != FrameCentring.None ? 16000 : o.Window + 50 * o.Hop;
        samples = Math.Min(samples, 16000);
        return LogMelReference.Forward(o, 1, samples, Signal[..samples]);
    }

    private static double[] Compute(Device device, string preset)
    {
        LogMelOptions o = Preset(preset);
        using LogMelPlan plan = new(device, o);
        using DeviceBuffer<float> x = device.Upload<float>(Array.ConvertAll(Signal, v => (float)v)), y = device.Rent<float>(o.Frames(16000) * o.Bands);
        device.LogMel(plan, 1, 16000, x, y);
        return Array.ConvertAll(y.ToArray(), v => (double)v);
    }

    private static void Check(string preset, int frame, double[] expected, double[] all, bool single)
    {
        LogMelOptions o = Preset(preset);
        double[] actual = all[(frame * o.Bands)..((frame + 1) * o.Bands)];
        double most = actual.Max(), floor = all.Max() - 80;
        for (int i = 0; i < Listed.Length; i++)
        {
            double a = actual[Listed[i]], e = expected[i];
            // A transform in float puts about 4e-7 into each of the 70 bins of a wide band: bands within 0.06 of the silence ln(0.01), and those 40 dB below the loudest, are
            // known less exactly on a GPU. (Rounding the waveform to float alone moves the quietest by 1.6e-4.)
            if (o.Log == MelLog.Natural) Assert.Equal(e, a, !single || e > -4.55 ? 2e-4 : 2e-3);
            else if (o.Log == MelLog.Decibel) Assert.Equal(e, a, !single || e > all.Max() - 40 ? 2e-3 : e > floor + 1 ? 0.05 : 1);
            else if (e > 1e-6 * most) Assert.InRange(a, e - 1e-4 * Math.Abs(e), e + 1e-4 * Math.Abs(e));
        }
        if (expected.Length > Listed.Length) Assert.Equal(expected[^1], actual.Average(), o.Log == MelLog.Decibel ? 0.02 : Math.Max(2e-4, 1e-4 * Math.Abs(expected[^1])));
    }
}
