// Retrieval: at which rank a query finds its partner. Read next: ../DccModel.Inference.cs.
namespace Dcc.Model;

/// <summary>
/// Where the best of the right candidates stands for one query: <paramref name="Better"/> wrong ones score higher, <paramref name="Ties"/> wrong ones the same. Ties are shared, as if broken by chance.
/// </summary>
public readonly record struct RetrievalRank(int Better, int Ties)
{
    /// <summary>The mean rank over all orders of the tied ones, from 1.</summary>
    public double Rank => 1 + Better + 0.5 * Ties;

    /// <summary>The chance that the right one is among the first <paramref name="k"/>: 0 or 1 without ties.</summary>
    public double Recall(int k) => Math.Clamp((double)(k - Better) / (Ties + 1), 0, 1);

    /// <summary>The rank of each query.</summary>
    /// <param name="similarity">[queries, candidates], higher is more similar; a score that is no number counts as lowest.</param>
    /// <param name="candidates">Candidates of a query.</param>
    /// <param name="right">Per query the right candidates, at least one.</param>
    public static RetrievalRank[] Of(ReadOnlySpan<float> similarity, int candidates, IReadOnlyList<IReadOnlyCollection<int>> right)
    {
        if (similarity.Length != (long)right.Count * candidates) throw new ArgumentException($"{right.Count} queries among {candidates} candidates need {(long)right.Count * candidates} similarities, got {similarity.Length}.");
        RetrievalRank[] ranks = new RetrievalRank[right.Count];
        for (int q = 0; q < ranks.Length; q++)
        {
            if (right[q].Count == 0) throw new ArgumentException($"Query {q} has no right candidate.");
            ReadOnlySpan<float> row = similarity.Slice(q * candidates, candidates);
            float best = float.NegativeInfinity;
            foreach (int c in right[q]) best = Math.Max(best, Finite(row[c]));
            int better = 0, ties = 0;
            for (int c = 0; c < candidates; c++)
            {
                if (right[q].Contains(c)) continue;
                if (Finite(row[c]) > best) better++;
                else if (Finite(row[c]) == best) ties++;
            }
            ranks[q] = new RetrievalRank(better, ties);
        }
        return ranks;

        static float Finite(float value) => float.IsNaN(value) ? float.NegativeInfinity : value;
    }

    /// <summary>The median of the ranks.</summary>
    public static double Median(IEnumerable<RetrievalRank> ranks)
    {
        double[] sorted = [.. ranks.Select(rank => rank.Rank).Order()];
        return sorted.Length == 0 ? double.NaN : 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }
}
