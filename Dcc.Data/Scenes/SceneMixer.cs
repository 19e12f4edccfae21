// Makes the sound of a planned scene. Read next: SceneComposer.cs.
using System.Runtime.Intrinsics;
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>Every sounding object is brought to one loudness, then they are added. Allocates only when a scene is longer than any before. Not for two threads at once.</summary>
internal sealed class SceneMixer
{
    /// <summary>Root mean square of a scene before gain and noise.</summary>
    public const float Loudness = 0.1f;

    /// <summary>Start offsets in the noise table.</summary>
    public const int NoiseLength = 1 << 17;

    private const int Lanes = 8;
    private static readonly Lazy<float[]> NoiseTable = new(MakeNoise);
    private float[] source = [], voice = [];

    /// <summary>Samples of a recording that <paramref name="samples"/> of a scene need at this speed.</summary>
    public static int SourceSamples(int samples, float speed) => (int)MathF.Ceiling(samples * speed) + 2;

    public void Mix(ScenePlan plan, Span<float> waveform)
    {
        if (voice.Length < waveform.Length) voice = new float[waveform.Length];
        Span<float> mine = voice.AsSpan(0, waveform.Length);
        Play(plan.Objects[0], waveform);
        for (int i = 1; i < plan.Count; i++)
        {
            if (!plan.Sounds(i)) continue;
            Play(plan.Objects[i], mine);
            Add(mine, 1, waveform);
        }
        Scale(waveform, Loudness * plan.Gain / Math.Max(1e-5f, RootMeanSquare(waveform)));
        if (plan.Noise > 0) AddNoise(plan, waveform);
    }

    /// <summary>Fills <paramref name="waveform"/> with the object's window at the standard loudness.</summary>
    private void Play(ObjectPlan plan, Span<float> waveform)
    {
        if (plan.Speed == 1) plan.Sound.CopyTo(plan.SoundOffset, waveform);
        else
        {
            int length = SourceSamples(waveform.Length, plan.Speed);
            if (source.Length < length) source = new float[length + length / 4];
            plan.Sound.CopyTo(plan.SoundOffset, source.AsSpan(0, length));
            // Position in 32.32 fixed point: exact steps, no drift, and the whole part is a shift away.
            ulong step = (ulong)((double)plan.Speed * 4294967296.0), position = 0;
            ReadOnlySpan<float> from = source.AsSpan(0, length);
            for (int i = 0; i < waveform.Length; i++, position += step)
            {
                int whole = (int)(position >> 32);
                float low = from[whole];
                waveform[i] = low + (from[whole + 1] - low) * ((uint)position * (1f / 4294967296f));
            }
        }
        Scale(waveform, Loudness / Math.Max(1e-5f, RootMeanSquare(waveform)));
    }

    private static void AddNoise(ScenePlan plan, Span<float> waveform)
    {
        ReadOnlySpan<float> table = NoiseTable.Value;
        int offset = plan.NoiseOffset;
        for (int done = 0; done < waveform.Length;)
        {
            int run = Math.Min(waveform.Length - done, table.Length - offset);
            Add(table.Slice(offset, run), plan.Noise, waveform.Slice(done, run));
            done += run;
            offset = 0;
        }
    }

    // Eight lanes whatever the processor: the order of additions, and so every bit, is the same everywhere.
    internal static float RootMeanSquare(ReadOnlySpan<float> x)
    {
        Vector256<float> sums = Vector256<float>.Zero;
        int i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Vector256<float> v = Vector256.Create(x[i..]);
            sums += v * v;
        }
        double sum = 0;
        for (int lane = 0; lane < Lanes; lane++) sum += sums[lane];
        for (; i < x.Length; i++) sum += (double)x[i] * x[i];
        return (float)Math.Sqrt(sum / x.Length);
    }

    private static void Scale(Span<float> x, float factor)
    {
        int i = 0;
        for (; i <= x.Length - Lanes; i += Lanes) (Vector256.Create<float>(x[i..]) * factor).CopyTo(x[i..]);
        for (; i < x.Length; i++) x[i] *= factor;
    }

    private static void Add(ReadOnlySpan<float> x, float factor, Span<float> sum)
    {
        int i = 0;
        for (; i <= sum.Length - Lanes; i += Lanes) (Vector256.Create<float>(sum[i..]) + Vector256.Create(x[i..]) * factor).CopyTo(sum[i..]);
        for (; i < sum.Length; i++) sum[i] += x[i] * factor;
    }

    // A table read from a random place costs a hundredth of drawing fresh normal numbers, and a network that hears each place once cannot tell.
    private static float[] MakeNoise()
    {
        Philox random = SceneStream.Of(0, StreamPurpose.Noise, 0, 0);
        float[] noise = new float[NoiseLength];
        for (int i = 0; i < noise.Length; i++) noise[i] = random.NextNormal();
        return noise;
    }
}
