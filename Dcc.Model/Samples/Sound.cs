// What the model hears: a mono recording. Read next: UnitBatch.cs.
namespace Dcc.Model;

/// <summary>Mono samples, nominally in [-1, 1], at a rate in hertz.</summary>
public sealed class Sound
{
    public Sound(float[] samples, int sampleRate)
    {
        if (samples.Length == 0) throw new ArgumentException("A sound needs at least one sample.");
        if (sampleRate < 1) throw new ArgumentException($"A sample rate must be positive, got {sampleRate}.");
        Samples = samples;
        SampleRate = sampleRate;
    }

    public float[] Samples { get; }
    public int SampleRate { get; }
    public double Seconds => (double)Samples.Length / SampleRate;
}
