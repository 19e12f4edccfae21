// One number of an evaluation with its bootstrap interval. Read next: EvaluationReport.cs.
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>A statistic over samples and its 95 % bootstrap interval.</summary>
/// <param name="Name">The field's name for it, such as "cIoU@0.5" or "accuracy".</param>
/// <param name="Value">The statistic over all samples.</param>
/// <param name="Low">2.5 % quantile over resamples.</param>
/// <param name="High">97.5 % quantile.</param>
public sealed record Score(string Name, double Value, double Low, double High)
{
    private const int Resamples = 1000;

    /// <summary>The mean of one value a sample.</summary>
    public static Score Mean(string name, IReadOnlyList<double> values, ulong seed) => Of(name, values.Count, picks => picks.Average(i => values[i]), seed);

    /// <summary>
    /// Any statistic of samples 0..count-1, some of which a resample holds several times and others not at all. Same seed, same interval. Samples with the same number in
    /// <paramref name="clusters"/> are drawn together because they depend on each other (fragments of one recording); null draws each alone.
    /// </summary>
    public static Score Of(string name, int count, Func<IReadOnlyList<int>, double> statistic, ulong seed, IReadOnlyList<int>? clusters = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        int[][] groups = [.. Enumerable.Range(0, count).GroupBy(i => clusters?[i] ?? i).Select(group => group.ToArray())];
        double value = statistic([.. Enumerable.Range(0, count)]);
        Philox random = new(seed, 0x626f6f74); // "boot"
        List<double> drawn = [];
        List<int> picks = [];
        for (int r = 0; r < Resamples; r++)
        {
            cancel.ThrowIfCancellationRequested(); // a ranking of all samples, a thousand times, takes seconds
            picks.Clear();
            for (int i = 0; i < groups.Length; i++) picks.AddRange(groups[random.NextInt(groups.Length)]);
            double one = statistic(picks);
            if (!double.IsNaN(one)) drawn.Add(one);
        }
        if (drawn.Count == 0) return new Score(name, value, double.NaN, double.NaN);
        drawn.Sort();
        return new Score(name, value, drawn[(int)(0.025 * (drawn.Count - 1))], drawn[(int)Math.Ceiling(0.975 * (drawn.Count - 1))]);
    }
}
