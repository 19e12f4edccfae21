// The assignment problem beside trying every answer. Read next: ../../Dcc.Model/Evaluation/ClusterMatching.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Tests.Evaluation;

public sealed class ClusterMatchingTests
{
    [Fact]
    public void The_best_sum_is_found_for_every_small_shape_ties_and_negative_weights_included()
    {
        Philox random = new(11);
        for (int rows = 1; rows <= 5; rows++)
            for (int columns = 1; columns <= 6; columns++)
                for (int trial = 0; trial < 12; trial++)
                {
                    double[,] weights = new double[rows, columns];
                    bool coarse = trial % 2 == 0;   // few different values: many ties
                    for (int r = 0; r < rows; r++)
                        for (int c = 0; c < columns; c++) weights[r, c] = coarse ? random.NextInt(3) - 1 : random.NextNormal();
                    int[] found = ClusterMatching.Best(weights);
                    int[] used = [.. found.Where(c => c >= 0)];
                    Assert.Equal(Math.Min(rows, columns), used.Length);
                    Assert.Equal(used.Length, used.Distinct().Count());
                    Assert.Equal(BruteForce(weights, 0, 0, 0), found.Select((c, r) => c < 0 ? 0 : weights[r, c]).Sum(), 1e-9);
                }
    }

    /// <summary>The largest sum over rows from <paramref name="row"/> on; as many rows as can be are matched.</summary>
    private static double BruteForce(double[,] weights, int row, int taken, int skipped)
    {
        int rows = weights.GetLength(0), columns = weights.GetLength(1);
        if (row == rows) return 0;
        double best = skipped < rows - columns ? BruteForce(weights, row + 1, taken, skipped + 1) : double.NegativeInfinity;
        for (int c = 0; c < columns; c++)
            if ((taken >> c & 1) == 0) best = Math.Max(best, weights[row, c] + BruteForce(weights, row + 1, taken | 1 << c, skipped));
        return best;
    }

    [Fact]
    public void A_greedy_answer_would_be_worse()
    {
        Assert.Equal([1, 0], ClusterMatching.Best(new double[,] { { 10, 9 }, { 9, 1 } }));
        Assert.Equal([-1, 0], ClusterMatching.Best(new double[,] { { 1 }, { 2 } }));
        Assert.Empty(ClusterMatching.Best(new double[0, 3]));
        Assert.Equal([-1, -1], ClusterMatching.Best(new double[2, 0]));
        Assert.Throws<ArgumentException>(() => ClusterMatching.Best(new[,] { { double.NaN } }));
    }
}
