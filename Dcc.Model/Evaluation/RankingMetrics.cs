// Average precision and the area under the ROC curve, ties counted fairly. Read next: RankedPrecision.cs, MultiSourceMetrics.cs.
namespace Dcc.Model;

/// <summary>How well scores put what is wanted first.</summary>
public static class RankingMetrics
{
    /// <summary>
    /// Average precision: sum over thresholds of (recall - recall before) * precision, from the highest score down; equal scores share one threshold, so a constant score gets the share of relevant ones.
    /// NaN if nothing is relevant.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN and has no rank.</exception>
    public static double AveragePrecision(IReadOnlyList<double> scores, IReadOnlyList<bool> relevant) => new RankedPrecision(scores, relevant).Average();

    /// <summary>Probability that a relevant one scores higher than another, ties by halves (Mann-Whitney). NaN without both kinds.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN and has no rank.</exception>
    public static double RocArea(IReadOnlyList<double> scores, IReadOnlyList<bool> relevant)
    {
        Check(scores, relevant);
        double won = 0;
        int wanted = relevant.Count(one => one), others = relevant.Count - wanted;
        for (int i = 0; i < scores.Count; i++)
            for (int j = 0; j < scores.Count; j++)
                if (relevant[i] && !relevant[j]) won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        return wanted == 0 || others == 0 ? double.NaN : won / ((double)wanted * others);
    }

    internal static void Check(IReadOnlyList<double> scores, IReadOnlyList<bool> relevant)
    {
        if (scores.Count != relevant.Count) throw new ArgumentException($"{scores.Count} scores, {relevant.Count} answers: each score needs one.");
        if (scores.Any(double.IsNaN)) throw new ArgumentException("A score is NaN, which has no rank.");
    }
}
