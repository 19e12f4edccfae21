// Long sounds in which two things start and end at known times. Read next: EventJudge.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>One source of a clip: samples Start &lt;= i &lt; End.</summary>
internal sealed record SoundEvent(string Label, int Start, int End);

/// <summary>A composed sound of several units and what is heard in it when.</summary>
internal sealed record EventClip(IReadOnlyList<SoundEvent> Events, float[] Waveform)
{
    public const int Units = 4;

    private const int Fade = 80;   // samples: 5 ms at 16 kHz, so that nothing clicks

    /// <summary>
    /// Clip <paramref name="index"/> of <paramref name="units"/> units' length: the first thing starts in the first quarter and ends in the third, the second, of another class, starts in the second and
    /// ends in the last; in between both sound. Each is brought to RMS 0.1 over its time, short recordings repeat.
    /// </summary>
    public static EventClip Compose(SampleSet samples, SceneSplit split, ulong seed, int index, int unitSamples, int units = Units)
    {
        Philox random = new(seed, (split == SceneSplit.Test ? 0x65766e74_00000000UL : 0x65766d61_00000000UL) + (ulong)index);
        Thing first = samples.Things[random.NextInt(samples.Things.Count)];
        Thing[] others = [.. samples.Things.Where(thing => thing.Coarse != first.Coarse)];
        if (others.Length == 0) throw new DataException("Events told apart need things of at least two classes (column coarse); the sample set has one.");
        Thing second = others[random.NextInt(others.Length)];
        float[] waveform = new float[checked(unitSamples * units)];
        int quarter = waveform.Length / 4;
        SoundEvent[] events =
        [
            new(first.Coarse, random.NextInt(quarter), 2 * quarter + random.NextInt(quarter)),
            new(second.Coarse, quarter + random.NextInt(quarter), 3 * quarter + random.NextInt(quarter)),
        ];
        Play(ref random, first.Sound(split), waveform.AsSpan(events[0].Start..events[0].End));
        Play(ref random, second.Sound(split), waveform.AsSpan(events[1].Start..events[1].End));
        return new EventClip(events, waveform);
    }

    private static void Play(ref Philox random, Recording.Part sound, Span<float> destination)
    {
        float[] voice = new float[destination.Length];
        int spare = sound.Samples.Length - voice.Length;
        sound.CopyTo(random.NextInt(spare > 0 ? spare + 1 : sound.Samples.Length), voice);
        float scale = SceneMixer.Loudness / Math.Max(1e-5f, SceneMixer.RootMeanSquare(voice));
        for (int i = 0; i < voice.Length; i++) destination[i] += voice[i] * scale * Math.Min(1f, Math.Min(i + 1, voice.Length - i) / (float)Fade);
    }

    /// <summary>The units of the clip one after the other, with black frames: only what is heard is asked about.</summary>
    public UnitBatch Batch(DccModel model)
    {
        UnitBatch batch = model.NewBatch(Waveform.Length / model.Options.SamplesPerUnit);
        Waveform.AsSpan(0, batch.Waveforms.Length).CopyTo(batch.Waveforms);
        return batch;
    }

    /// <summary>Whether an event of the label sounds at each of <paramref name="moments"/> moments a unit: at the sample in the middle of what the moment covers.</summary>
    public bool[] Sounds(string label, DccOptions options, int moments)
    {
        int units = Waveform.Length / options.SamplesPerUnit;
        return [.. Enumerable.Range(0, units * moments).Select(i =>
        {
            int middle = MiddleOf(i, options, moments);
            return Events.Any(one => one.Label == label && middle >= one.Start && middle < one.End);
        })];
    }

    /// <summary>The middle sample of moment i: moments divide a unit's spectrogram frames evenly.</summary>
    public static int MiddleOf(int i, DccOptions options, int moments) =>
        i / moments * options.SamplesPerUnit + (int)((i % moments + 0.5) * options.SpectrogramFrames / moments * options.LogMel.Hop) + options.LogMel.Window / 2;
}
