// A model looks at a video and listens to it, once from end to end. Read next: HeatTrack.cs, ../Units/RollingSound.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Choices of an analysis. <paramref name="SilenceDecibels"/>: a window whose half second around the middle is quieter, root mean square under full scale, is silent.</summary>
public sealed record HeatTrackOptions(double HopSeconds = 0.25, HeatMapKind Map = HeatMapKind.AgainstMean, double SilenceDecibels = Loudness.Silent);

/// <summary>Memory: a few frames, a window of sound, and for each hour of video the windows' maps and the spectrogram, some 60 MB with the demo's model.</summary>
public static class HeatTrackReader
{
    private const int Batch = 8;
    private const double LevelSeconds = 0.5;

    /// <param name="model">The model.</param>
    /// <param name="media">A file with moving pictures and sound.</param>
    /// <param name="options">Choices.</param>
    /// <param name="progress">Seconds done.</param>
    /// <param name="cancel">Stops between windows.</param>
    /// <exception cref="DataException">The file lacks pictures or sound, or cannot be decoded.</exception>
    public static HeatTrack Read(DccModel model, MediaInfo media, HeatTrackOptions options, IProgress<double>? progress, CancellationToken cancel)
    {
        if (media.Video is null) throw new DataException($"{media.Path} holds no moving pictures, so no heat can be shown over them: name a video.");
        if (media.Audio is null) throw new DataException($"{media.Path} has no sound, so there is nothing to find in its pictures: name a video with sound.");
        int rate = model.Options.LogMel.SampleRate, unit = model.Options.SamplesPerUnit;
        if (options.HopSeconds > (double)unit / rate)
            throw new DataException(FormattableString.Invariant($"A hop of {options.HopSeconds} s leaves out parts of the sound: this model hears {(double)unit / rate:F2} s at a time. Choose a shorter one."));
        using RollingSound sound = RollingSound.Open(media.Path, media, rate, cancel);
        using NearestFrames frames = new(MediaFile.ReadFrames(media.Path, MediaUnits.FramesFor(model.Options, options.HopSeconds), cancel));
        SpectrogramStitch spectrogram = new(model.Options, options.HopSeconds);
        List<HeatWindow> windows = [];
        List<(double Second, Picture Frame, float[] Unit)> waiting = [];
        double second = 0;
        do
        {
            cancel.ThrowIfCancellationRequested();
            float[] samples = new float[unit];
            sound.Window((long)Math.Round(second * rate) - unit / 2, samples);
            waiting.Add((second, frames.At(second), samples));
            if (waiting.Count == Batch) Analyze();
            progress?.Report(second);
            second = (windows.Count + waiting.Count) * options.HopSeconds;
        }
        while (frames.Reaches(second) || sound.Reaches((long)(second * rate)));
        Analyze();
        double frame = media.Video.FramesPerSecond > 0 ? 1 / media.Video.FramesPerSecond : 0;
        double end = Math.Max(frames.LastSeconds + frame, (double)(sound.Length ?? 0) / rate);
        UnitAnalysis first = spectrogram.First!;
        return new HeatTrack(options.HopSeconds, windows, end, first.Assignments.Clusters, first.Assignments.AudioWidth, spectrogram.Columns(), model.Options.LogMel.Bands, spectrogram.ColumnSeconds);

        void Analyze()
        {
            if (waiting.Count == 0) return;
            IReadOnlyList<UnitAnalysis> all = model.Analyze(model.BatchOf([.. waiting.Select(each => (each.Frame, new Sound(each.Unit, rate)))]));
            for (int i = 0; i < all.Count; i++)
            {
                double level = Loudness.Decibels(Middle(waiting[i].Unit, rate));
                bool silent = level < options.SilenceDecibels;
                RankedCluster[] clusters = [.. ClusterRanking.Rank(all[i]).OrderBy(each => each.Cluster)];
                windows.Add(new HeatWindow(waiting[i].Second, all[i].Map(options.Map), silent ? 0 : SilenceConfidence.Of(all[i], ConfidenceKind.Positive), all[i].Similarity, level, silent,
                    [.. clusters.Select(each => (float)each.Cosine)], MiddleShares(all[i].Assignments, clusters, options.HopSeconds * rate / unit)));
                spectrogram.Add(all[i], waiting[i].Second);
            }
            waiting.Clear();
        }
    }

    /// <summary>Half a second around the middle of a unit, or all of a shorter one.</summary>
    private static ReadOnlySpan<float> Middle(float[] unit, int rate)
    {
        int length = Math.Min(unit.Length, (int)(LevelSeconds * rate));
        return unit.AsSpan((unit.Length - length) / 2, length);
    }

    /// <summary>[clusters, mel]: the mean over the rows of the map that lie within half a hop of the middle, at least one row.</summary>
    private static float[] MiddleShares(UnitAssignments a, RankedCluster[] clusters, double hopShare)
    {
        int rows = Math.Clamp((int)Math.Round(hopShare * a.AudioHeight), 1, a.AudioHeight), from = (a.AudioHeight - rows) / 2;
        float[] shares = new float[clusters.Length * a.AudioWidth];
        for (int k = 0; k < clusters.Length; k++)
            for (int row = from; row < from + rows; row++)
                for (int mel = 0; mel < a.AudioWidth; mel++) shares[k * a.AudioWidth + mel] += a.Audio[(clusters[k].AudioCluster * a.AudioHeight + row) * a.AudioWidth + mel] / rows;
        return shares;
    }
}

/// <summary>One spectrogram of the whole sound from the middles of the units' own: what is shown is what the network saw.</summary>
internal sealed class SpectrogramStitch(DccOptions options, double hopSeconds)
{
    private readonly List<Half> values = [];
    private readonly int hop = options.LogMel.Hop, bands = options.LogMel.Bands, rate = options.LogMel.SampleRate;

    public double ColumnSeconds => (double)hop / rate;

    public UnitAnalysis? First { get; private set; }

    /// <summary>The columns within half a hop of a unit's middle, of units in order.</summary>
    public void Add(UnitAnalysis unit, double middleSecond)
    {
        First ??= unit;
        int frames = unit.LogMel.Length / bands;
        long start = (long)Math.Round(middleSecond * rate) - options.SamplesPerUnit / 2, until = (long)Math.Round((middleSecond + hopSeconds / 2) * rate);
        long lead = options.LogMel.Centring == Kernels.FrameCentring.None ? options.LogMel.Window / 2 : 0;
        for (long column = values.Count / bands; column * hop < until; column++)
        {
            int frame = (int)Math.Clamp(Math.Round((double)(column * hop - start - lead) / hop), 0, frames - 1);
            for (int band = 0; band < bands; band++) values.Add((Half)unit.LogMel[frame * bands + band]);
        }
    }

    /// <summary>[columns, bands]</summary>
    public Half[] Columns() => [.. values];
}
