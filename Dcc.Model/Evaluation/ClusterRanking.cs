// Which clusters a unit's picture and sound agree in most, and where those clusters lie in frame and spectrogram. Read next: SilenceConfidence.cs.
namespace Dcc.Model;

/// <summary>
/// A cluster of a unit. <paramref name="Cluster"/> is its number in the picture, <paramref name="AudioCluster"/> in the sound: the same number in the projected profile, the nearest audio centre
/// in the Euclidean one. <paramref name="Cosine"/> is that of the two centres, -1..1, and 0 where a centre has no length.
/// </summary>
public sealed record RankedCluster(int Cluster, int AudioCluster, double Cosine);

/// <summary>The clusters of one unit by agreement of their centres, the paper's way to show what it makes of a complex scene.</summary>
public static class ClusterRanking
{
    private const double NoLength = 1e-6;

    /// <summary>All visual clusters, the one whose two centres agree best first; equals in the order of their numbers.</summary>
    /// <exception cref="InvalidOperationException">A centre is not finite: the network's weights are broken.</exception>
    public static IReadOnlyList<RankedCluster> Rank(UnitAnalysis unit)
    {
        UnitAssignments a = unit.Assignments;
        int dims = unit.VisualCentres.Length / a.Clusters;
        RankedCluster[] all = new RankedCluster[a.Clusters];
        for (int k = 0; k < all.Length; k++)
        {
            ReadOnlySpan<float> seen = unit.VisualCentres.AsSpan(k * dims, dims);
            int partner = unit.IsEuclidean ? Nearest(unit.AudioCentres, seen) : k;
            all[k] = new RankedCluster(k, partner, Cosine(seen, unit.AudioCentres.AsSpan(partner * dims, dims)));
            if (!double.IsFinite(all[k].Cosine)) throw new InvalidOperationException($"The centres of cluster {k + 1} are not finite, so nothing can be said about the unit.");
        }
        return [.. all.OrderByDescending(each => each.Cosine)];   // a stable sort
    }

    /// <summary>Shares of a cluster over one frame, at the size of the conv map.</summary>
    public static HeatMap InPicture(UnitAssignments a, int cluster, int frame = 0)
    {
        int positions = a.MapHeight * a.MapWidth;
        return new HeatMap(a.MapWidth, a.MapHeight, a.Visual.AsSpan((cluster * a.Frames + frame) * positions, positions).ToArray());
    }

    /// <summary>Shares of an audio cluster over the spectrogram's conv map as one looks at it: time to the right, low pitches at the bottom.</summary>
    public static HeatMap InSound(UnitAssignments a, int audioCluster)
    {
        float[] values = new float[a.AudioHeight * a.AudioWidth];   // [mel, time]
        for (int time = 0; time < a.AudioHeight; time++)
            for (int mel = 0; mel < a.AudioWidth; mel++)
                values[(a.AudioWidth - 1 - mel) * a.AudioHeight + time] = a.Audio[(audioCluster * a.AudioHeight + time) * a.AudioWidth + mel];
        return new HeatMap(a.AudioHeight, a.AudioWidth, values);
    }

    /// <summary>For each position of a map [clusters, positions] the cluster with the largest share, the first of equals.</summary>
    public static int[] Winners(ReadOnlySpan<float> shares, int clusters)
    {
        int[] best = new int[shares.Length / clusters];
        for (int n = 0; n < best.Length; n++)
            for (int k = 1; k < clusters; k++)
                if (shares[k * best.Length + n] > shares[best[n] * best.Length + n]) best[n] = k;
        return best;
    }

    private static int Nearest(float[] centres, ReadOnlySpan<float> wanted)
    {
        (int best, double least) = (0, double.MaxValue);
        for (int j = 0; j < centres.Length / wanted.Length; j++)
        {
            double distance = 0;
            for (int c = 0; c < wanted.Length; c++) distance += Math.Pow(centres[j * wanted.Length + c] - wanted[c], 2);
            if (distance < least) (best, least) = (j, distance);
        }
        return best;
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, lengthA = 0, lengthB = 0;
        for (int c = 0; c < a.Length; c++) (dot, lengthA, lengthB) = (dot + (double)a[c] * b[c], lengthA + (double)a[c] * a[c], lengthB + (double)b[c] * b[c]);
        double lengths = Math.Sqrt(lengthA) * Math.Sqrt(lengthB);
        return lengths < NoLength ? 0 : Math.Clamp(dot / lengths, -1, 1);
    }
}
