// How often cluster k met class c, and what that says about how well clusters and classes agree. Read next: ClusterRanking.cs, ../../docs/understanding.md.
namespace Dcc.Model;

/// <summary>Counts [clusters, classes]. Any number of items: labelled positions of conv maps, or whole units.</summary>
public sealed class ContingencyTable
{
    private readonly long[] counts;

    /// <summary>A table of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one cluster or one class.</exception>
    public ContingencyTable(int clusters, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Clusters = clusters;
        Classes = classes;
        counts = new long[checked(clusters * classes)];
    }

    public int Clusters { get; }

    public int Classes { get; }

    /// <summary>Items counted.</summary>
    public long Total { get; private set; }

    /// <summary>Items of class <paramref name="label"/> that cluster <paramref name="cluster"/> won.</summary>
    public long this[int cluster, int label] => counts[Place(cluster, label)];

    /// <summary>Counts items.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such cluster or class, or a negative count.</exception>
    public void Add(int cluster, int label, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        counts[Place(cluster, label)] += count;
        Total += count;
    }

    /// <summary>
    /// The share of items whose class is the most frequent one of their cluster: sum_k max_c n_kc / n, from the share of the largest class to 1. It rises with the number of clusters
    /// by itself, so it needs a random assignment beside it. NaN of an empty table.
    /// </summary>
    public double Purity()
    {
        long most = 0;
        for (int k = 0; k < Clusters; k++)
        {
            long best = 0;
            for (int c = 0; c < Classes; c++) best = Math.Max(best, this[k, c]);
            most += best;
        }
        return Total == 0 ? double.NaN : (double)most / Total;
    }

    /// <summary>
    /// Normalised mutual information I(K;C) / ((H(K) + H(C)) / 2), 0 (independent) to 1 (the same partition); the arithmetic mean is scikit-learn's default. Where only one of the two is a single
    /// group it is 0: there is nothing to tell. Where both are, it is 1, as there. NaN of an empty table.
    /// </summary>
    public double NormalizedMutualInformation()
    {
        if (Total == 0) return double.NaN;
        double[] ofCluster = new double[Clusters], ofClass = new double[Classes];
        for (int k = 0; k < Clusters; k++)
            for (int c = 0; c < Classes; c++)
            {
                ofCluster[k] += (double)this[k, c] / Total;
                ofClass[c] += (double)this[k, c] / Total;
            }
        double mean = (Entropy(ofCluster) + Entropy(ofClass)) / 2, information = 0;
        if (mean == 0) return 1;
        for (int k = 0; k < Clusters; k++)
            for (int c = 0; c < Classes; c++)
                if (this[k, c] is > 0 and long count) information += (double)count / Total * Math.Log((double)count / Total / (ofCluster[k] * ofClass[c]));
        return Math.Clamp(information / mean, 0, 1);
    }

    private static double Entropy(double[] shares)
    {
        double sum = 0;
        foreach (double share in shares)
            if (share > 0 && share < 1) sum -= share * Math.Log(share);
        return sum;
    }

    private int Place(int cluster, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cluster);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cluster, Clusters);
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Classes);
        return cluster * Classes + label;
    }
}
