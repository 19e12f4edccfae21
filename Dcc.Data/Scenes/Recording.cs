// A recording, its training and its test part, and the loudness of any stretch of them. Read next: SampleSet.cs.
namespace Dcc.Data;

/// <summary>
/// One mono recording. Longer than two seconds: the first 60 % is for training, the rest for test. Shorter ones are heard whole in both, because
/// halves of them would not hold the sound; measures on held-out sound leave these out.
/// </summary>
internal sealed class Recording
{
    private const double ShortestSplit = 2.0, TrainingShare = 0.6;

    public Recording(string name, float[] samples, int sampleRate)
    {
        Name = name;
        IsSplit = samples.Length > ShortestSplit * sampleRate;
        int cut = IsSplit ? (int)(TrainingShare * samples.Length) : samples.Length;
        Training = new Part(samples[..cut], 0);
        Test = IsSplit ? new Part(samples[cut..], cut) : Training;
    }

    public string Name { get; }

    /// <summary>Whether test scenes hear a part that training never hears.</summary>
    public bool IsSplit { get; }

    public Part Training { get; }
    public Part Test { get; }

    /// <summary>A stretch of a recording that scenes take their windows from. A window that reaches its end goes on at its beginning.</summary>
    internal sealed class Part
    {
        private readonly double[] energy;   // energy[i]: sum of squares of the first i samples

        public Part(float[] samples, int start)
        {
            double mean = samples.Average(x => (double)x);
            Samples = [.. samples.Select(x => (float)(x - mean))];   // some recordings carry a constant offset
            Start = start;
            energy = new double[samples.Length + 1];
            for (int i = 0; i < samples.Length; i++) energy[i + 1] = energy[i] + (double)Samples[i] * Samples[i];
        }

        public float[] Samples { get; }

        /// <summary>Where in the recording this part begins.</summary>
        public int Start { get; }

        public double Loudness => Math.Sqrt(energy[^1] / Samples.Length);

        /// <summary>Root mean square of <paramref name="length"/> samples from <paramref name="offset"/> on, going round at the end.</summary>
        public double LoudnessOf(int offset, int length)
        {
            int end = (int)(((long)offset + length) % Samples.Length);
            long rounds = ((long)offset + length) / Samples.Length;
            return Math.Sqrt(Math.Max(0, rounds * energy[^1] + energy[end] - energy[offset]) / length);
        }

        /// <summary>Copies samples from <paramref name="offset"/> on, going round at the end.</summary>
        public void CopyTo(int offset, Span<float> destination)
        {
            while (destination.Length > 0)
            {
                int run = Math.Min(destination.Length, Samples.Length - offset);
                Samples.AsSpan(offset, run).CopyTo(destination);
                destination = destination[run..];
                offset = 0;
            }
        }
    }
}
