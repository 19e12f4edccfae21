// The clustering of one unit after some of its rounds: how it comes to its result. Read next: ../DccModel.Rounds.cs.
namespace Dcc.Model;

/// <summary>
/// The state of a unit's clustering after round <paramref name="Round"/>. Before the first round (0) nothing is decided: every share is 1 / clusters, and there are no centres, so that cosines and
/// similarity are 0. In the projected profile the first round sums with equal shares: its shares are still even, its centres are the plain sums.
/// </summary>
/// <param name="Round">0 to as many as were asked for.</param>
/// <param name="Visual">[clusters, frames, mapHeight, mapWidth], shares of a position sum to 1.</param>
/// <param name="Audio">[audio clusters, time, mel].</param>
/// <param name="Cosines">[clusters]: as <see cref="UnitAssignments.Cosines"/>, of the centres after this round.</param>
/// <param name="Similarity">S of the centres after this round.</param>
public sealed record ClusteringRound(int Round, float[] Visual, float[] Audio, float[] Cosines, float Similarity)
{
    /// <summary>The mean over positions of the part of a position's shares that lies elsewhere than in <paramref name="before"/>, 0 (none) to 1 (all); of picture and sound.</summary>
    public (double Visual, double Audio) ChangeFrom(ClusteringRound before, int clusters, int audioClusters) =>
        (Moved(before.Visual, Visual, clusters), Moved(before.Audio, Audio, audioClusters));

    private static double Moved(float[] from, float[] to, int clusters)
    {
        double sum = 0;
        for (int i = 0; i < to.Length; i++) sum += Math.Abs((double)to[i] - from[i]);
        return 0.5 * sum / (to.Length / clusters);
    }
}
