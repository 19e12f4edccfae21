// What resampling keeps and what it removes, for the rates that recordings have. Read next: ../Dcc.Kernels/Resample/README.md.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class ResampleTests
{
    private const int Target = 16000;

    [Theory, InlineData(5000), InlineData(8000), InlineData(11025), InlineData(11127), InlineData(22050), InlineData(22254), InlineData(44100), InlineData(48000)]
    public void A_sine_below_both_Nyquist_frequencies_stays_itself(int rate)
    {
        // 0.8 of the lower Nyquist frequency, half a second; the filter's reach is left out at both ends.
        double hertz = 0.8 * Math.Min(rate, Target) / 2;
        float[] y = Run(rate, Sine(rate, hertz, rate / 2));
        Assert.Equal((int)(((long)(rate / 2) * Target + rate - 1) / rate), y.Length);
        int margin = Target / 50;
        for (int m = margin; m < y.Length - margin; m++) Assert.Equal(Math.Sin(2 * Math.PI * hertz * m / Target), y[m], 1e-3);
    }

    [Theory, InlineData(44100, 10000), InlineData(44100, 8050), InlineData(48000, 9000), InlineData(22050, 8500), InlineData(22254, 10500)]
    public void A_sine_above_the_new_Nyquist_frequency_is_gone(int rate, double hertz)
    {
        float[] y = Run(rate, Sine(rate, hertz, rate / 2));
        Assert.All(y[320..^320], value => Assert.InRange(value, -3.16e-4f, 3.16e-4f));
    }

    [Theory, InlineData(8000, 3000), InlineData(11127, 4400)]
    public void A_higher_rate_adds_no_images(int rate, double hertz)
    {
        float[] y = Run(rate, Sine(rate, hertz, rate));
        // The image of f lies at rate - f: its Fourier component under a Hann window, half a second of it.
        double re = 0, im = 0, weight = 0;
        for (int m = 0; m < Target / 2; m++)
        {
            double window = 0.5 - 0.5 * Math.Cos(4 * Math.PI * m / Target), angle = 2 * Math.PI * (rate - hertz) * m / Target;
            re += window * y[m + Target / 4] * Math.Cos(angle);
            im += window * y[m + Target / 4] * Math.Sin(angle);
            weight += window;
        }
        Assert.InRange(2 * Math.Sqrt(re * re + im * im) / weight, 0, 3.16e-4);
    }

    [Fact]
    public void Rates_with_too_large_a_filter_are_refused_in_a_sentence()
    {
        NotSupportedException thrown = Assert.Throws<NotSupportedException>(() => new ResamplePlan(TestDevices.Cpu, 191_999, Target));
        Assert.Contains("191999 Hz to 16000 Hz", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ResamplePlan(TestDevices.Cpu, 0, Target));
    }

    [Fact]
    public void Long_recordings_keep_their_time()
    {
        // Output 250000 lies at input time 250000 * 11127 / 16000, a product beyond 2^31.
        float[] x = new float[180_000];
        int m = 250_000, at = (int)((long)m * 11127 / Target);
        x[at] = 1f;
        float[] y = Run(11127, x);
        Assert.InRange(Array.IndexOf(y, y.Max()), m - 1, m + 1);
    }

    private static float[] Sine(int rate, double hertz, int samples) => [.. Enumerable.Range(0, samples).Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / rate))];

    private static float[] Run(int rate, float[] values)
    {
        using ResamplePlan plan = new(TestDevices.Cpu, rate, Target);
        using DeviceBuffer<float> x = TestDevices.Cpu.Upload<float>(values), y = TestDevices.Cpu.Rent<float>(plan.OutputLength(values.Length));
        TestDevices.Cpu.Resample(plan, 1, values.Length, x, y);
        return y.ToArray();
    }
}
