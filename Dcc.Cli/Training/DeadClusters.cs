// Notices clusters that take no part for a while. Read next: ../Commands/TrainCommand.cs.
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>A cluster is dead when in each of the last reports it had less than a tenth of an even share.</summary>
internal sealed class DeadClusters
{
    /// <summary>Reports in a row: 200 steps with a report every ten.</summary>
    public const int Reports = 20;

    private const float Share = 0.1f;

    private int[] low = [];

    /// <summary>Numbers from 1 on.</summary>
    public IReadOnlyList<int> Now => [.. Enumerable.Range(0, low.Length).Where(k => low[k] >= Reports).Select(k => k + 1)];

    /// <summary>Takes a report; returns a sentence if a cluster has died by it.</summary>
    public string? Look(TrainingProgress now)
    {
        if (low.Length != now.ClusterUse.Length) low = new int[now.ClusterUse.Length];
        bool news = false;
        for (int k = 0; k < low.Length; k++)
        {
            low[k] = now.ClusterUse[k] < Share / low.Length ? low[k] + 1 : 0;
            news |= low[k] == Reports;
        }
        if (!news) return null;
        IReadOnlyList<int> dead = Now;
        return $"Cluster{(dead.Count == 1 ? "" : "s")} {string.Join(", ", dead)} of {low.Length} had less than {Share:P0} of an even share in the last {Reports} reports: dead, or not needed by this data. If most die, try another --seed, a lower --sharpness or fewer --clusters.";
    }
}
