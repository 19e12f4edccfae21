// The low-pass filter of a change of sample rate, as a function of time. Read next: Resample.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// h(t) = c sinc(c t) w(t / reach), t in input samples: an ideal low-pass at c times the input's Nyquist frequency, cut off by a Kaiser window w. What the lower of the two rates
/// cannot carry is 80 dB down; what lies below 0.89 of its Nyquist frequency passes.
/// </summary>
public readonly record struct ResampleFilter
{
    /// <summary>Zero crossings of the sinc on each side: the transition band is 5.0 / 48 of the Nyquist frequency wide.</summary>
    private const int Crossings = 48;

    /// <summary>The middle of the transition band, whose upper end is then the Nyquist frequency.</summary>
    private const double RollOff = 0.945;

    /// <summary>Kaiser's beta for 80 dB: 0.1102 (80 - 8.7).</summary>
    private const double Beta = 7.857;

    /// <summary>Coefficients of I0(z) = sum of (z^2 / 4)^k / (k!)^2; for z up to beta the rest is below 1e-16.</summary>
    private static readonly double[] besselSeries = Series(26);

    public ResampleFilter(int fromRate, int toRate)
    {
        Cutoff = RollOff * Math.Min(1, (double)toRate / fromRate);
        Reach = Crossings / Cutoff;
    }

    /// <summary>As a share of the input's Nyquist frequency.</summary>
    public double Cutoff { get; }

    /// <summary>Input samples on each side of an output sample that count.</summary>
    public double Reach { get; }

    public double At(double t)
    {
        double inside = 1 - t * t / (Reach * Reach);
        if (inside <= 0) return 0;
        double angle = Math.PI * Cutoff * t, sinc = Math.Abs(angle) < 1e-9 ? 1 : Math.Sin(angle) / angle;
        return Cutoff * sinc * Bessel(Beta * Math.Sqrt(inside)) / Bessel(Beta);
    }

    private static double Bessel(double z)
    {
        double square = z * z / 4, sum = 0;
        for (int k = besselSeries.Length - 1; k >= 0; k--) sum = sum * square + besselSeries[k];
        return sum;
    }

    private static double[] Series(int terms)
    {
        double[] series = new double[terms];
        series[0] = 1;
        for (int k = 1; k < terms; k++) series[k] = series[k - 1] / ((double)k * k);
        return series;
    }
}
