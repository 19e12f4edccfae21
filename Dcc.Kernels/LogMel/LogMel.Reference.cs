// The definition of the log-mel spectrogram: a direct Fourier sum per frame, in double. Read next: LogMelPlan.cs.
namespace Dcc.Kernels;

public static class LogMelReference
{
    /// <summary>x [batch, samples] -> [batch, frames, bands].</summary>
    public static double[] Forward(LogMelOptions o, int batch, int samples, double[] x)
    {
        int frames = o.Frames(samples);
        double[] y = new double[batch * frames * o.Bands], window = MelBank.Hann(o.Window);
        double[,] weights = MelBank.Weights(o);
        for (int clip = 0; clip < batch; clip++)
        {
            for (int frame = 0; frame < frames; frame++)
            {
                double[] spectrum = Spectrum(o, window, index => Sample(o, x, clip * samples, samples, index), frame);
                for (int band = 0; band < o.Bands; band++)
                {
                    double sum = 0;
                    for (int bin = 0; bin < o.Bins; bin++) sum += weights[band, bin] * spectrum[bin];
                    y[(clip * frames + frame) * o.Bands + band] = o.Log switch
                    {
                        MelLog.Natural => Math.Log(sum + o.LogOffset),
                        MelLog.Decibel => 10 * Math.Log10(Math.Max(sum, o.DecibelFloor)),
                        _ => sum,
                    };
                }
            }
            if (o.Log != MelLog.Decibel) continue;
            Span<double> own = y.AsSpan(clip * frames * o.Bands, frames * o.Bands);
            double floor = double.NegativeInfinity;
            foreach (double value in own) floor = Math.Max(floor, value - o.TopDb);
            foreach (ref double value in own) value = Math.Max(value, floor);
        }
        return y;
    }

    private static double[] Spectrum(LogMelOptions o, double[] window, Func<int, double> sample, int frame)
    {
        double[] spectrum = new double[o.Bins];
        for (int bin = 0; bin < o.Bins; bin++)
        {
            double re = 0, im = 0;
            for (int i = 0; i < o.Window; i++)
            {
                double value = window[i] * sample(frame * o.Hop - o.Padding + o.WindowStart + i);
                double angle = -2 * Math.PI * ((long)bin * i % o.FftLength) / o.FftLength;
                re += value * Math.Cos(angle);
                im += value * Math.Sin(angle);
            }
            double power = re * re + im * im;
            spectrum[bin] = o.Power ? power : Math.Sqrt(power);
        }
        return spectrum;
    }

    private static double Sample(LogMelOptions o, double[] x, int start, int samples, int index)
    {
        if (o.Centring == FrameCentring.Reflect) index = Reflect(index, samples);
        return index < 0 || index >= samples ? 0 : x[start + index];
    }

    /// <summary>Mirrors an index at both ends without repeating the edge, as often as needed.</summary>
    internal static int Reflect(int index, int samples)
    {
        if (samples == 1) return 0;
        int period = 2 * (samples - 1);
        index = (index % period + period) % period;
        return index < samples ? index : period - index;
    }
}
