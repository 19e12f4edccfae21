// Labelled sounds become feature rows: read one by one, cut into units, embedded in batches. Read next: FeatureSet.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// A sound that could be read: Features [models][segments][numbers], the log-mel statistics of each unit that the networks hear, [segments][numbers], and of the whole clip as it is, without the
/// silence that fills up a unit.
/// </summary>
internal sealed record ReadSound(LabelledSound Sound, float[][][] Features, float[][] UnitLogMel, float[] ClipLogMel);

internal sealed class SoundReader(DccModel front, IReadOnlyList<DccModel> models, SoundFeatureOptions options)
{
    private const int UnitsAtOnce = 16;
    private const ulong SegmentStream = 0x73656773UL << 32;   // "segs", then the number of the clip

    public List<SkippedSample> Skipped { get; } = [];

    /// <summary>All sounds that can be read, in their order.</summary>
    public ReadSound[] ReadAll(IReadOnlyList<LabelledSound> sounds, IProgress<double>? progress, CancellationToken cancel)
    {
        List<ReadSound> read = [];
        List<(ReadSound Owner, int Segment, float[] Samples, int Sounding)> waiting = [];
        for (int i = 0; i < sounds.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Sound sound;
            try { sound = SoundFile.Read(sounds[i].Path, cancel); }
            catch (Exception failure) when (failure is DataException or IOException or UnauthorizedAccessException)
            {
                Skipped.Add(new SkippedSample(sounds[i].Id, failure.Message));
                continue;
            }
            float[] samples = front.AtModelRate(sound);
            int[] offsets = Offsets(i, samples.Length);
            ReadSound owner = new(sounds[i], [.. models.Select(_ => new float[offsets.Length][])], new float[offsets.Length][], front.LogMelStatistics(new Sound(samples, front.Options.LogMel.SampleRate)));
            read.Add(owner);
            for (int s = 0; s < offsets.Length; s++)
            {
                float[] unit = new float[front.Options.SamplesPerUnit];
                int sounding = Math.Min(unit.Length, samples.Length - offsets[s]);
                samples.AsSpan(offsets[s], sounding).CopyTo(unit);
                owner.UnitLogMel[s] = front.LogMelStatistics(new Sound(unit, front.Options.LogMel.SampleRate));
                waiting.Add((owner, s, unit, sounding));
                if (waiting.Count == UnitsAtOnce) Embed();
            }
            progress?.Report((i + 1.0) / sounds.Count);
        }
        Embed();
        return [.. read];

        void Embed()
        {
            if (waiting.Count == 0) return;
            float[] waveforms = [.. waiting.SelectMany(each => each.Samples)];
            int[]? lengths = options.SoundingPart ? [.. waiting.Select(each => each.Sounding)] : null;
            for (int m = 0; m < models.Count; m++)
            {
                float[][] rows = models[m].EmbedUnits(waveforms, options.Pooling, lengths);
                for (int w = 0; w < rows.Length; w++) waiting[w].Owner.Features[m][waiting[w].Segment] = rows[w];
            }
            waiting.Clear();
        }
    }

    /// <summary>Where the segments of clip <paramref name="clip"/> begin: at 0, or at random places that depend on seed and clip alone. A clip no longer than a unit has one.</summary>
    internal int[] Offsets(int clip, int length)
    {
        int unit = front.Options.SamplesPerUnit, count = options.Segments ?? (length > SoundFeatureOptions.LongClip * (long)unit ? SoundFeatureOptions.ManySegments : 1);
        if (count == 1 || length <= unit) return [0];
        Philox random = new(options.Seed, SegmentStream + (ulong)clip);
        int[] offsets = new int[count];
        for (int s = 0; s < count; s++) offsets[s] = random.NextInt(length - unit + 1);
        return offsets;
    }
}
