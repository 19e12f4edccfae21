// Which cluster sounds when, against known times. Read next: MultiSourceTask.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// For each clip a track per cluster: the share of the sound's positions at each moment, mean over pitch, that the cluster holds. Clusters are matched to classes one to one on other clips.
/// </summary>
internal sealed class EventJudge
{
    /// <param name="classes">Names.</param>
    /// <param name="matchClips">Clips of training material, with their tracks [clusters][moments].</param>
    /// <param name="clips">Clips that are scored.</param>
    /// <param name="options">Sizes of the model.</param>
    public EventJudge(IReadOnlyList<string> classes, IReadOnlyList<(EventClip Clip, double[][] Tracks)> matchClips, IReadOnlyList<(EventClip Clip, double[][] Tracks)> clips, DccOptions options)
    {
        int clusters = matchClips[0].Tracks.Length;
        double[,] weights = new double[classes.Count, clusters];
        for (int c = 0; c < classes.Count; c++)
            for (int k = 0; k < clusters; k++)
            {
                (double With, double Without) sums = default;
                (int With, int Without) counts = default;
                foreach ((EventClip clip, double[][] tracks) in matchClips)
                {
                    bool[] sounds = clip.Sounds(classes[c], options, tracks[k].Length / EventClip.Units);
                    for (int i = 0; i < sounds.Length; i++)
                    {
                        if (sounds[i]) (sums.With, counts.With) = (sums.With + tracks[k][i], counts.With + 1);
                        else (sums.Without, counts.Without) = (sums.Without + tracks[k][i], counts.Without + 1);
                    }
                }
                if (counts is { With: > 0, Without: > 0 }) weights[c, k] = sums.With / counts.With - sums.Without / counts.Without;
            }
        int[] cluster = ClusterMatching.Best(weights);
        Precisions = [.. clips.Select(clip => Precision(clip.Clip, clip.Tracks))];
        ToldApart = [.. clips.Select(clip => Apart(clip.Clip, clip.Tracks))];

        double[] Track(double[][] tracks, string label)
        {
            int c = classes.TakeWhile(name => name != label).Count();
            return c < classes.Count && cluster[c] >= 0 ? tracks[cluster[c]] : new double[tracks[0].Length];
        }

        // Does the event's cluster hold more of the sound while it sounds?
        double Precision(EventClip clip, double[][] tracks) =>
            clip.Events.Average(one => RankingMetrics.AveragePrecision(Track(tracks, one.Label), clip.Sounds(one.Label, options, tracks[0].Length / EventClip.Units)));

        // Over moments where one of the two sounds alone: does the difference of their tracks say which?
        double Apart(EventClip clip, double[][] tracks)
        {
            double[] a = Track(tracks, clip.Events[0].Label), b = Track(tracks, clip.Events[1].Label);
            bool[] first = clip.Sounds(clip.Events[0].Label, options, a.Length / EventClip.Units), second = clip.Sounds(clip.Events[1].Label, options, a.Length / EventClip.Units);
            int[] alone = [.. Enumerable.Range(0, a.Length).Where(i => first[i] != second[i])];
            return RankingMetrics.RocArea([.. alone.Select(i => a[i] - b[i])], [.. alone.Select(i => first[i])]);
        }
    }

    /// <summary>Average precision over a clip's moments, mean of its events. A track that never changes scores the share of moments with the event.</summary>
    public IReadOnlyList<double> Precisions { get; }

    /// <summary>Area under the ROC curve; 0.5 for a track that never changes. NaN if the two never sound alone.</summary>
    public IReadOnlyList<double> ToldApart { get; }

    public IReadOnlyList<Score> Scores(ulong seed)
    {
        double[] apart = [.. ToldApart.Where(double.IsFinite)];
        List<Score> scores = [Score.Mean("event AP", Precisions, seed)];
        if (apart.Length > 0) scores.Add(Score.Mean("told apart", apart, seed));
        return scores;
    }

    /// <summary>[audio clusters][units * moments] of a clip's units.</summary>
    public static double[][] Tracks(IReadOnlyList<UnitAnalysis> units)
    {
        UnitAssignments first = units[0].Assignments;
        int moments = first.AudioHeight, bands = first.AudioWidth;
        return [.. Enumerable.Range(0, first.AudioClusters).Select(k => Enumerable.Range(0, units.Count * moments)
            .Select(i => Enumerable.Range(0, bands).Average(f => (double)units[i / moments].Assignments.Audio[(k * moments + i % moments) * bands + f])).ToArray())];
    }

    /// <summary>Uniform random tracks.</summary>
    public static double[][] RandomTracks(ulong seed, int index, int clusters, int moments)
    {
        Philox random = new(seed, 0x7472636b_00000000 + (ulong)index);   // "trck"
        double[][] tracks = new double[clusters][];
        for (int k = 0; k < clusters; k++)
        {
            tracks[k] = new double[moments];
            foreach (ref double value in tracks[k].AsSpan()) value = random.NextFloat();
        }
        return tracks;
    }

    /// <summary>The same for every class: how loud the sound is around each moment (root mean square). It knows when something sounds, not what.</summary>
    public static double[][] LoudnessTracks(EventClip clip, DccOptions options, int classes, int moments)
    {
        int half = options.SamplesPerUnit / moments / 2;
        double[] loudness = [.. Enumerable.Range(0, EventClip.Units * moments).Select(i =>
        {
            int middle = EventClip.MiddleOf(i, options, moments), from = Math.Max(0, middle - half);
            return (double)SceneMixer.RootMeanSquare(clip.Waveform.AsSpan(from, Math.Min(clip.Waveform.Length, middle + half + 1) - from));
        })];
        return [.. Enumerable.Repeat(loudness, classes)];
    }
}
