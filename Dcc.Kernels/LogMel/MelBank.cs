// Window, mel scale and triangles, in double. Read next: LogMel.Reference.cs.
namespace Dcc.Kernels;

/// <summary>The host-side tables of a front end; formulas in README.md.</summary>
public static class MelBank
{
    /// <summary>Periodic Hann: 0.5 - 0.5 cos(2 pi i / length).</summary>
    public static double[] Hann(int length)
    {
        double[] window = new double[length];
        for (int i = 0; i < length; i++) window[i] = 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / length);
        return window;
    }

    public static double ToMel(MelScale scale, double hertz) => scale == MelScale.Htk
        ? 1127 * Math.Log(1 + hertz / 700)
        : hertz < 1000 ? 3 * hertz / 200 : 15 + 27 * Math.Log(hertz / 1000) / Math.Log(6.4);

    public static double ToHertz(MelScale scale, double mel) => scale == MelScale.Htk
        ? 700 * (Math.Exp(mel / 1127) - 1)
        : mel < 15 ? 200 * mel / 3 : 1000 * Math.Exp((mel - 15) * Math.Log(6.4) / 27);

    /// <summary>The bands + 2 corners of the triangles, in hertz.</summary>
    public static double[] EdgesInHertz(LogMelOptions options)
    {
        double low = ToMel(options.Scale, options.MinHz), high = ToMel(options.Scale, options.MaxHz);
        double[] edges = new double[options.Bands + 2];
        for (int i = 0; i < edges.Length; i++) edges[i] = ToHertz(options.Scale, low + (high - low) * i / (options.Bands + 1));
        return edges;
    }

    /// <summary>Weight of every bin in every band: [bands, bins].</summary>
    public static double[,] Weights(LogMelOptions options)
    {
        double[] edges = EdgesInHertz(options);
        double[,] weights = new double[options.Bands, options.Bins];
        for (int band = 0; band < options.Bands; band++)
        for (int bin = options.ZeroDcBin ? 1 : 0; bin < options.Bins; bin++)
        {
            double hertz = (double)bin * options.SampleRate / options.FftLength, left = edges[band], middle = edges[band + 1], right = edges[band + 2];
            double norm = options.AreaNormalized ? 2 / (right - left) : 1;
            if (!options.LinearInHertz)
                (hertz, left, middle, right) = (ToMel(options.Scale, hertz), ToMel(options.Scale, left), ToMel(options.Scale, middle), ToMel(options.Scale, right));
            weights[band, bin] = norm * Math.Max(0, Math.Min((hertz - left) / (middle - left), (right - hertz) / (right - middle)));
        }
        return weights;
    }
}
