// One unit on its way to a shard: frames with their times and the sound that goes with them. Read next: UnitCutter.cs, PartFile.cs.
namespace Dcc.Data;

/// <param name="Start">Second of the file's time line where the unit begins.</param>
/// <param name="Frames">In the order of their times.</param>
/// <param name="Samples">At the rate of the options.</param>
internal sealed record Unit(double Start, IReadOnlyList<TimedFrame> Frames, float[] Samples)
{
    /// <summary>Root of the mean square in decibels of full scale, to a tenth.</summary>
    public double Loudness
    {
        get
        {
            double sum = 0;
            foreach (float sample in Samples) sum += (double)sample * sample;
            return Math.Round(10 * Math.Log10(sum / Samples.Length + 1e-12), 1);
        }
    }

    /// <summary>Digital silence: no sample is more than one step of 16 bits.</summary>
    public static bool IsSilent(ReadOnlySpan<float> samples)
    {
        foreach (float sample in samples)
            if (MathF.Abs(sample) > 1.01f / 32768) return false;
        return true;
    }
}

/// <summary>Why an input gives no units.</summary>
internal sealed class NoUnitsException(InputState state, string message) : Exception(message)
{
    public InputState State { get; } = state;
}
