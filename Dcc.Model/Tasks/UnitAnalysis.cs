// Everything the model has to say about one unit, on the host. Read next: ../DccModel.Inference.cs.
namespace Dcc.Model;

/// <summary>
/// Soft assignments of one unit: for each position of each map, the share of each cluster (shares of a position sum to 1).
/// <paramref name="Visual"/> [clusters, frames, mapHeight, mapWidth]; <paramref name="Audio"/> [audio clusters, time, mel];
/// <paramref name="Cosines"/> [clusters]: agreement of cluster k's two centres (for the Euclidean profile, minus the distance from visual centre k to its nearest audio centre).
/// </summary>
public sealed record UnitAssignments(
    int Clusters, int Frames, int MapHeight, int MapWidth, float[] Visual, int AudioClusters, int AudioHeight, int AudioWidth, float[] Audio, float[] Cosines);

/// <summary>The analysis of one unit. S of any sound i and picture j (projected profile) is the dot product of i's AudioCentres and j's VisualCentres.</summary>
public sealed class UnitAnalysis
{
    private readonly float[] visualVectors, meanAudioCentre;
    private readonly int dims;
    private readonly bool euclidean;

    internal UnitAnalysis(UnitAssignments assignments, float[] audioCentres, float[] visualCentres, float similarity, float[] logMel, float[] visualVectors, float[] meanAudioCentre, int dims, bool euclidean)
    {
        Assignments = assignments;
        AudioCentres = audioCentres;
        VisualCentres = visualCentres;
        Similarity = similarity;
        LogMel = logMel;
        this.visualVectors = visualVectors;
        this.meanAudioCentre = meanAudioCentre;
        this.dims = dims;
        this.euclidean = euclidean;
    }

    public UnitAssignments Assignments { get; }

    /// <summary>[audio clusters * dims], each cluster's centre at unit length (as they are for the Euclidean profile).</summary>
    public float[] AudioCentres { get; }

    /// <summary>[clusters * dims], each cluster's centre at unit length (as they are for the Euclidean profile).</summary>
    public float[] VisualCentres { get; }

    /// <summary>S of the unit's own sound and picture, in [-K, K]; for the Euclidean profile minus the pair distance.</summary>
    public float Similarity { get; }

    /// <summary>[spectrogram frames, bands], standardised as the network sees it.</summary>
    public float[] LogMel { get; }

    /// <summary>The heat map over one frame, at the size of the conv map.</summary>
    public HeatMap Map(HeatMapKind kind = HeatMapKind.AgainstMean, int frame = 0)
    {
        int positions = Assignments.MapHeight * Assignments.MapWidth, clusters = Assignments.Clusters, all = Assignments.Frames * positions;
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Assignments.Frames);
        float[] values = new float[positions];
        // With the Euclidean profile a position's agreement with a sound is decided by its cluster: only the assignment map exists.
        bool byCluster = kind == HeatMapKind.Paper || euclidean;
        int best = Array.IndexOf(Assignments.Cosines, Assignments.Cosines.Max());
        for (int n = 0; n < positions; n++)
        {
            int position = frame * positions + n;
            if (byCluster)
            {
                values[n] = Assignments.Visual[best * all + position];
                continue;
            }
            float sum = 0;
            for (int k = 0; k < clusters; k++)
            {
                float dot = 0;
                for (int c = 0; c < dims; c++)
                {
                    float centre = AudioCentres[k * dims + c] - (kind == HeatMapKind.AgainstMean ? meanAudioCentre[k * dims + c] : 0f);
                    dot += visualVectors[(position * clusters + k) * dims + c] * centre;
                }
                sum += kind == HeatMapKind.AgainstMean ? Assignments.Visual[k * all + position] * dot : dot;
            }
            values[n] = sum;
        }
        return new HeatMap(Assignments.MapWidth, Assignments.MapHeight, values);
    }
}
