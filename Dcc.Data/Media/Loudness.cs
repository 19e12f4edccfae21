// How loud a piece of sound is. Read next: ../HeatVideos/HeatTrackReader.cs.
namespace Dcc.Data;

public static class Loudness
{
    /// <summary>What is quieter counts as silence where nothing else is said: decibels of full scale.</summary>
    public const double Silent = -60;

    /// <summary>The root mean square in decibels of full scale: 0 for a square wave that fills it, negative infinity for digital silence and for no samples.</summary>
    public static double Decibels(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples) sum += (double)sample * sample;
        return samples.Length == 0 ? double.NegativeInfinity : 10 * Math.Log10(sum / samples.Length);
    }
}
