// What training does to a picture and a sound, so that no unit comes twice alike. Read next: ManifestSource.cs, ../Shards/ShardSource.cs.
using System.Runtime.Intrinsics;
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>Everything is drawn from the generator that is given, so that the same one gives the same bits.</summary>
internal static class Augmentation
{
    private const float SmallestCrop = 0.7f;                       // of each side
    private const float QuietestGain = -8, LoudestGain = 6;        // decibels
    private const float LargestShift = 0.125f;                     // of a unit
    private const float NoisyShare = 0.5f, LeastNoise = -40, MostNoise = -15;   // of units; decibels against the sound

    /// <summary>A random part of the picture at the batch's size, perhaps mirrored, changed in brightness, tint and saturation: [height, width, 3], 0..255.</summary>
    public static void See(ref Philox random, Pyramid picture, int height, int width, Span<float> rgb)
    {
        float cropWidth = picture.Width * random.NextFloat(SmallestCrop, 1), cropHeight = picture.Height * random.NextFloat(SmallestCrop, 1);
        float left = random.NextFloat(0, picture.Width - cropWidth), top = random.NextFloat(0, picture.Height - cropHeight);
        bool mirrored = random.NextFloat() < 0.5f;
        ColourShift colour = ColourShift.Random(ref random, 0.25f, 0.3f, 0.08f);
        float stepX = cropWidth / width, stepY = cropHeight / height;
        Pyramid.Level level = picture.For(MathF.Sqrt(stepX * stepY));
        float scaleX = (float)level.Width / picture.Width, scaleY = (float)level.Height / picture.Height;
        if (mirrored) (left, stepX) = (left + cropWidth, -stepX);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                Vector128<float> value = colour.Apply(level.Sample((left + (x + 0.5f) * stepX) * scaleX, (top + (y + 0.5f) * stepY) * scaleY));
                for (int c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = Math.Clamp(value.GetElement(c), 0f, 255f);
            }
    }

    /// <summary>A random window of a sound at a random loudness. A sound shorter than a unit is put at a random place and silence around it.</summary>
    public static void Hear(ref Philox random, ReadOnlySpan<float> samples, Span<float> waveform)
    {
        float gain = MathF.Pow(10, random.NextFloat(QuietestGain, LoudestGain) / 20);
        waveform.Clear();
        int length = Math.Min(samples.Length, waveform.Length);
        int from = random.NextInt(samples.Length - length + 1), to = random.NextInt(waveform.Length - length + 1);
        for (int i = 0; i < length; i++) waveform[to + i] = gain * samples[from + i];
    }

    /// <summary>Moves a unit's sound by at most an eighth of its length, silence where nothing comes after it, and adds white noise to every other one.</summary>
    public static void Disturb(ref Philox random, Span<float> waveform)
    {
        int most = (int)(LargestShift * waveform.Length), shift = random.NextInt(2 * most + 1) - most;
        if (shift > 0)
        {
            waveform[..^shift].CopyTo(waveform[shift..]);
            waveform[..shift].Clear();
        }
        else if (shift < 0)
        {
            waveform[-shift..].CopyTo(waveform);
            waveform[^-shift..].Clear();
        }
        bool noisy = random.NextFloat() < NoisyShare;
        float level = MathF.Pow(10, random.NextFloat(LeastNoise, MostNoise) / 20);
        if (!noisy) return;
        double sum = 0;
        foreach (float sample in waveform) sum += (double)sample * sample;
        // Uniform noise of this reach has that root of the mean square.
        float reach = level * (float)Math.Sqrt(3 * sum / waveform.Length);
        if (reach == 0) return;
        for (int i = 0; i < waveform.Length; i++) waveform[i] += random.NextFloat(-reach, reach);
    }
}
