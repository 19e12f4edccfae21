// Training batches from a list of pictures and sounds. Read next: PairLibrary.cs, which holds them in memory.
using System.Runtime.Intrinsics;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// Each unit is a random part of a picture, perhaps mirrored and changed in colour, and a random window of its sound at a random loudness. What a step
/// holds depends on the seed and the step alone. No sound comes twice in a batch as long as there are enough: its second picture would be no mismatch.
/// </summary>
public sealed class ManifestSource : IUnitSource
{
    private const float SmallestCrop = 0.7f;                       // of each side
    private const float QuietestGain = -8, LoudestGain = 6;        // decibels
    private readonly PairLibrary library;
    private readonly ulong seed;
    private readonly int[] order;
    private readonly Lock gate = new();   // a cancelled trainer may ask while its loader thread is still filling

    public ManifestSource(PairLibrary library, ulong seed)
    {
        this.library = library;
        this.seed = seed;
        order = new int[library.Sounds.Count];
    }

    /// <inheritdoc/>
    public void Fill(int step, UnitBatch batch)
    {
        using Lock.Scope alone = gate.EnterScope();
        Philox draw = SceneStream.Of(seed, StreamPurpose.Batch, step, 1);
        for (int i = 0; i < order.Length; i++) order[i] = i;
        int pixels = batch.Height * batch.Width * 3;
        for (int unit = 0; unit < batch.Units; unit++)
        {
            int place = unit % order.Length, pick = place + draw.NextInt(order.Length - place);   // a shuffle, drawn as it is used
            (order[place], order[pick]) = (order[pick], order[place]);
            LibrarySound sound = library.Sounds[order[place]];
            Philox random = SceneStream.Of(seed, StreamPurpose.TrainingScene, step, unit);
            Pyramid picture = sound.Pictures[random.NextInt(sound.Pictures.Count)];
            for (int frame = 0; frame < batch.FramesPerUnit; frame++)
                See(ref random, picture, batch.Height, batch.Width, batch.Frames.AsSpan((unit * batch.FramesPerUnit + frame) * pixels, pixels));
            Hear(ref random, sound.Samples, batch.Waveforms.AsSpan(unit * batch.Samples, batch.Samples));
        }
    }

    private static void See(ref Philox random, Pyramid picture, int height, int width, Span<float> rgb)
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

    /// <summary>A sound shorter than a unit is put at a random place and silence around it.</summary>
    private static void Hear(ref Philox random, float[] samples, Span<float> waveform)
    {
        float gain = MathF.Pow(10, random.NextFloat(QuietestGain, LoudestGain) / 20);
        waveform.Clear();
        int length = Math.Min(samples.Length, waveform.Length);
        int from = random.NextInt(samples.Length - length + 1), to = random.NextInt(waveform.Length - length + 1);
        for (int i = 0; i < length; i++) waveform[to + i] = gain * samples[from + i];
    }
}
