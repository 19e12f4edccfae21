// The tables of one front end on one device, made once. Read next: Device.LogMel.cs.
namespace Dcc.Kernels;

/// <summary>Window, twiddle factors and the non-zero part of each triangle, computed in double and rounded once.</summary>
public sealed class LogMelPlan : IDisposable
{
    public LogMelPlan(Device device, LogMelOptions options)
    {
        options.Validate();
        Options = options;
        Factors = Factorize(options.FftLength);
        double[,] weights = MelBank.Weights(options);
        int[] firstBin = new int[options.Bands], start = new int[options.Bands + 1];
        List<double> nonZero = [];
        for (int band = 0; band < options.Bands; band++)
        {
            int first = 0, end = 0;
            for (int bin = 0; bin < options.Bins; bin++)
            {
                if (weights[band, bin] == 0) continue;
                if (end == 0) first = bin;
                end = bin + 1;
            }
            firstBin[band] = first;
            for (int bin = first; bin < end; bin++) nonZero.Add(weights[band, bin]);
            start[band + 1] = nonZero.Count;
        }
        if (nonZero.Count == 0) nonZero.Add(0);
        double[] twiddles = new double[2 * options.FftLength];
        for (int i = 0; i < options.FftLength; i++)
        {
            twiddles[2 * i] = Math.Cos(-2 * Math.PI * i / options.FftLength);
            twiddles[2 * i + 1] = Math.Sin(-2 * Math.PI * i / options.FftLength);
        }
        WindowTable = MelBank.Hann(options.Window);
        double[] weightTable = [.. nonZero];
        Window = device.Upload<float>(Rounded(WindowTable));
        Twiddles = device.Upload<float>(Rounded(twiddles));
        FirstBin = device.Upload<int>(firstBin);
        Start = device.Upload<int>(start);
        Weights = device.Upload<float>(Rounded(weightTable));
        FactorTable = device.Upload<int>(Factors);

        Transform = new RealTransform(options.FftLength);
        double scale = options.Power ? 0.25 : 0.5;
        ScaledWeights = Rounded(Array.ConvertAll(weightTable, weight => scale * weight));
        EndBin = 0;
        StartBin = options.Bins;
        for (int band = 0; band < options.Bands; band++)
        {
            int count = start[band + 1] - start[band];
            if (count == 0) continue;
            StartBin = Math.Min(StartBin, firstBin[band]);
            EndBin = Math.Max(EndBin, firstBin[band] + count);
        }
    }

    public LogMelOptions Options { get; }

    /// <summary>Radices of the FFT, in the order of its stages.</summary>
    internal int[] Factors { get; }

    /// <summary>The window as it was computed, for a device that works in double.</summary>
    internal double[] WindowTable { get; }

    /// <summary>The transform of the CPU.</summary>
    internal RealTransform Transform { get; }

    /// <summary>The weights times 1/2, or 1/4 for power: the CPU's transform gives 2 |X| or 4 |X|^2.</summary>
    internal float[] ScaledWeights { get; }

    /// <summary>The bins from StartBin to EndBin - 1 are all that the bands see.</summary>
    internal int StartBin { get; }

    internal int EndBin { get; }

    internal DeviceBuffer<float> Window { get; }

    /// <summary>exp(-2 pi i n / length) as pairs of real and imaginary part.</summary>
    internal DeviceBuffer<float> Twiddles { get; }

    /// <summary>First bin of each band's triangle.</summary>
    internal DeviceBuffer<int> FirstBin { get; }

    /// <summary>Where each band's weights begin, and the end: [bands + 1].</summary>
    internal DeviceBuffer<int> Start { get; }

    internal DeviceBuffer<float> Weights { get; }

    internal DeviceBuffer<int> FactorTable { get; }

    public void Dispose()
    {
        Window.Dispose();
        Twiddles.Dispose();
        FirstBin.Dispose();
        Start.Dispose();
        Weights.Dispose();
        FactorTable.Dispose();
    }

    private static float[] Rounded(double[] values) => Array.ConvertAll(values, value => (float)value);

    private static int[] Factorize(int length)
    {
        List<int> factors = [];
        for (int factor = 2; length > 1; factor++)
            while (length % factor == 0)
            {
                factors.Add(factor);
                length /= factor;
            }
        return [.. factors];
    }
}
