// The filter of one pair of rates as a table on one device, made once. Read next: Device.Resample.cs.
namespace Dcc.Kernels;

/// <summary>
/// With the rates' common factor removed, output m lies at input time m down / up, so that its filter is one of <c>up</c> phases, (m down) mod up. The table holds them all, computed
/// in double and rounded once.
/// </summary>
public sealed class ResamplePlan : IDisposable
{
    /// <summary>32 MiB: rates without a common factor make a phase for every hertz of the target rate.</summary>
    private const long MaxTable = 8 << 20;

    public ResamplePlan(Device device, int fromRate, int toRate)
    {
        if (fromRate < 1 || toRate < 1) throw new ArgumentException($"Resample: rates must be at least 1 Hz, got {fromRate} and {toRate}.");
        int common = Gcd(fromRate, toRate);
        FromRate = fromRate;
        ToRate = toRate;
        Up = toRate / common;
        Down = fromRate / common;
        ResampleFilter filter = new(fromRate, toRate);
        // Equal rates: one phase of one tap, a copy.
        int half = Up == Down ? 0 : (int)Math.Ceiling(Math.Min(filter.Reach, MaxTable));
        Before = Math.Max(0, half - 1);
        Taps = Math.Max(1, 2 * half);
        if ((long)Up * Taps > MaxTable)
            throw new NotSupportedException($"Resample: {fromRate} Hz to {toRate} Hz needs a filter of {Up} phases of {Taps} taps, {(long)Up * Taps * 4 >> 20} MiB; the most is {MaxTable * 4 >> 20}. "
                + "Convert the recording to a usual rate (16000, 44100, 48000 Hz) first.");
        float[] weights = new float[Up * Taps];
        int taps = Taps, before = Before, up = Up;
        if (half == 0) weights[0] = 1f;
        else
            Parallel.For(0, up, phase =>
            {
                double fraction = (double)phase / up;
                for (int tap = 0; tap < taps; tap++) weights[phase * taps + tap] = (float)filter.At(fraction + before - tap);
            });
        Weights = device.Upload<float>(weights);
    }

    public int FromRate { get; }

    public int ToRate { get; }

    /// <summary>The target rate without the common factor; the number of phases.</summary>
    internal int Up { get; }

    /// <summary>The source rate without the common factor.</summary>
    internal int Down { get; }

    /// <summary>Input samples that an output sample takes.</summary>
    internal int Taps { get; }

    /// <summary>The taps of output m begin this many samples before sample floor(m down / up).</summary>
    internal int Before { get; }

    /// <summary>[phases, taps].</summary>
    internal DeviceBuffer<float> Weights { get; }

    /// <summary>ceil(samples * up / down): every output whose time lies before the end of the input.</summary>
    public int OutputLength(int samples) => checked((int)(((long)samples * Up + Down - 1) / Down));

    public void Dispose() => Weights.Dispose();

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
