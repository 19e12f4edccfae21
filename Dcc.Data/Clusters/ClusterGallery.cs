// The units that stand for each cluster, found in one pass. Read next: MemberList.cs, ../../Dcc.Model/Evaluation/ClusterRanking.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>A unit that stands for a cluster. Score is what its list is ordered by.</summary>
public sealed record ClusterMember(string Source, MediaUnit Unit, UnitAnalysis Analysis, RankedCluster Ranked, double Score);

/// <summary>
/// A cluster by its best members: <paramref name="Together"/> by the cosine of its two centres, <paramref name="Seen"/> by its mean share of the frame, <paramref name="Heard"/> by its mean share of the sound.
/// The uses are these shares' means over all units, <paramref name="MeanCosine"/> that of the cosines.
/// </summary>
public sealed record ClusterPortrait(int Cluster, double PictureUse, double SoundUse, double MeanCosine, IReadOnlyList<ClusterMember> Together, IReadOnlyList<ClusterMember> Seen, IReadOnlyList<ClusterMember> Heard);

/// <summary>What was seen on the way. Silent units, below -60 dB of full scale, stand for nothing and are counted alone. <paramref name="Stopped"/>: the work was cancelled, and this is what there was.</summary>
public sealed record ClusterPortraits(IReadOnlyList<ClusterPortrait> Clusters, int Units, int SilentUnits, IReadOnlyList<SkippedSample> Skipped, bool Stopped);

public static class ClusterGallery
{
    private const int Batch = 8;

    /// <summary>In memory are the members so far and a batch, whatever the number of units.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sources">Videos or pairs; a bad one is skipped, with what it gave before that kept.</param>
    /// <param name="members">Members of a list. A recording gives a list no more than its even part, one at least.</param>
    /// <param name="progress">Share of sources done.</param>
    /// <param name="cancel">Stops between batches, with what there is.</param>
    /// <exception cref="DataException">No unit can be used.</exception>
    public static ClusterPortraits Collect(DccModel model, IReadOnlyList<PairedSource> sources, int members, IProgress<double>? progress, CancellationToken cancel)
    {
        int recordings = Math.Max(1, sources.Sum(source => source.Recordings)), perSource = (members + recordings - 1) / recordings, units = 0, silent = 0, clusters = model.Options.Clusters;
        MemberList[][] lists = [.. Enumerable.Range(0, clusters).Select(_ => Enumerable.Range(0, 3).Select(_ => new MemberList(members, perSource)).ToArray())];
        double[,] sums = new double[clusters, 3];
        List<SkippedSample> skipped = [];
        bool stopped = false;
        try
        {
            for (int s = 0; s < sources.Count; s++)
            {
                PairedSource source = sources[s];
                int number = s;
                if (Usable.Try(() => Look(source, share => progress?.Report((number + share) / sources.Count)), out int _) is { } reason) skipped.Add(new SkippedSample(source.Name, reason));
                progress?.Report((s + 1.0) / sources.Count);
            }
        }
        catch (OperationCanceledException) when (units > 0) { stopped = true; }
        if (units == 0)
            throw new DataException($"Of {sources.Count} videos or pairs none gives a unit that sounds{(skipped.Count > 0 ? $"; {skipped.Count} cannot be used, the first: {skipped[0].Reason}" : ": name others.")}");
        return new ClusterPortraits([.. Enumerable.Range(0, clusters).Select(k =>
            new ClusterPortrait(k, sums[k, 1] / units, sums[k, 2] / units, sums[k, 0] / units, lists[k][0].Members, lists[k][1].Members, lists[k][2].Members))], units, silent, skipped, stopped);

        int Look(PairedSource source, Action<double> told)
        {
            int seen = 0;
            foreach (MediaUnit[] batch in source.Read(cancel).Chunk(Batch))
            {
                cancel.ThrowIfCancellationRequested();
                MediaUnit[] sounding = [.. batch.Where(unit => Loudness.Decibels(unit.Waveform) >= Loudness.Silent)];
                silent += batch.Length - sounding.Length;
                seen += batch.Length;
                if (source.Units > 0) told(Math.Min(1, (double)seen / source.Units));
                if (sounding.Length == 0) continue;
                IReadOnlyList<UnitAnalysis> all = model.Analyze(model.BatchOf([.. sounding.Select(unit => (unit.Frame!, new Sound(unit.Waveform!, model.Options.LogMel.SampleRate)))]));
                for (int u = 0; u < all.Count; u++) Add(sounding[u].Source ?? source.Name, sounding[u] with { Frame = Thumbnail.Of(sounding[u].Frame!) }, all[u]);
                units += all.Count;
            }
            return 0;
        }

        void Add(string name, MediaUnit unit, UnitAnalysis analysis)
        {
            foreach (RankedCluster ranked in ClusterRanking.Rank(analysis))
            {
                double[] scores = [ranked.Cosine, ClusterRanking.InPicture(analysis.Assignments, ranked.Cluster).Values.Average(), ClusterRanking.InSound(analysis.Assignments, ranked.AudioCluster).Values.Average()];
                for (int list = 0; list < scores.Length; list++)
                {
                    sums[ranked.Cluster, list] += scores[list];
                    lists[ranked.Cluster][list].Offer(new ClusterMember(name, unit, analysis, ranked, scores[list]));
                }
            }
        }
    }
}
