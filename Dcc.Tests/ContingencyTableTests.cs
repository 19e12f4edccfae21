// Purity and mutual information on tables whose values follow by hand. Read next: ../Dcc.Model/Evaluation/ContingencyTable.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class ContingencyTableTests
{
    [Fact]
    public void An_empty_table_says_nothing()
    {
        ContingencyTable table = new(3, 2);
        Assert.True(double.IsNaN(table.Purity()));
        Assert.True(double.IsNaN(table.NormalizedMutualInformation()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContingencyTable(0, 2));
    }

    [Fact]
    public void A_perfect_partition_scores_one_whatever_its_numbers() => Check(1, 1, [0, 5, 0], [0, 0, 3], [2, 0, 0]);

    [Fact]
    public void Several_clusters_to_a_class_are_pure_but_tell_more_than_the_classes() =>
        Check(1, 2.0 / 3, [2, 0], [2, 0], [0, 2], [0, 2]);   // I = ln 2, H(K) = 2 ln 2, H(C) = ln 2

    [Fact]
    public void One_cluster_is_as_pure_as_the_largest_class_and_tells_nothing() => Check(0.6, 0, [6, 4], [0, 0]);

    [Fact]
    public void One_class_is_pure_and_clusters_within_it_tell_nothing() => Check(1, 0, [3, 0], [5, 0]);

    [Fact]
    public void One_cluster_of_one_class_agrees() => Check(1, 1, [7, 0], [0, 0]);

    [Fact]
    public void Independent_clusters_tell_nothing() => Check(0.5, 0, [2, 2], [3, 3]);

    [Fact]
    public void A_table_by_hand()
    {
        // n = 8; H(K) = H(C) = ln 2; I = 2 (3/8 ln(3/8 / (1/4)) + 1/8 ln(1/8 / (1/4))) = 3/4 ln 1.5 - 1/4 ln 2.
        Check(6.0 / 8, (0.75 * Math.Log(1.5) - 0.25 * Math.Log(2)) / Math.Log(2), [3, 1], [1, 3]);
    }

    [Fact]
    public void A_random_assignment_scores_near_chance()
    {
        ContingencyTable table = new(4, 2);
        Philox random = new(1);
        for (int i = 0; i < 4000; i++) table.Add(random.NextInt(4), i % 2);
        Assert.InRange(table.Purity(), 0.5, 0.53);
        Assert.InRange(table.NormalizedMutualInformation(), 0, 0.003);
        Assert.Equal(4000, table.Total);
    }

    [Fact]
    public void What_is_not_in_the_table_is_refused()
    {
        ContingencyTable table = new(2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Add(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Add(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Add(0, 0, -1));
    }

    private static void Check(double purity, double information, params int[][] rows)
    {
        ContingencyTable table = new(rows.Length, rows[0].Length);
        for (int k = 0; k < rows.Length; k++)
            for (int c = 0; c < rows[k].Length; c++) table.Add(k, c, rows[k][c]);
        Assert.Equal(purity, table.Purity(), 1e-12);
        Assert.Equal(information, table.NormalizedMutualInformation(), 1e-12);
    }
}
