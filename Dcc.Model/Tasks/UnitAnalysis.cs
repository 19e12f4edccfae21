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

    /// <summary>Whether centres are compared by distance, each with the nearest, and not by number and cosine.</summary>
    internal bool IsEuclidean => euclidean;

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
        // With the Euclidean profile a position's agreement with a sound is decided by its cluster: only the assignment map exists.
        if (euclidean) kind = HeatMapKind.Paper;
        int best = Array.IndexOf(Assignments.Cosines, Assignments.Cosines.Max());
        float[] values = new float[positions];
        for (int n = 0; n < positions; n++)
        {
            int position = frame * positions + n;
            values[n] = kind switch
            {
                HeatMapKind.Paper => Share(best),
                HeatMapKind.Weighted => Sum(k => Math.Max(0f, Assignments.Cosines[k]) * Share(k)),
                HeatMapKind.AudioConditioned => Enumerable.Range(0, clusters).Max(k => Dot(position, k, minusMean: false) / VectorLength(position, k)),
                HeatMapKind.AgainstMean => Sum(k => Share(k) * Dot(position, k, minusMean: true)),
                _ => Sum(k => Dot(position, k, minusMean: false)),
            };

            float Share(int k) => Assignments.Visual[k * all + position];
        }
        return new HeatMap(Assignments.MapWidth, Assignments.MapHeight, values);

        float Sum(Func<int, float> term)
        {
            float sum = 0;
            for (int k = 0; k < clusters; k++) sum += term(k);
            return sum;
        }
    }

    /// <summary>&lt;h_kn, a_k&gt; or &lt;h_kn, a_k - mean a_k&gt;.</summary>
    private float Dot(int position, int k, bool minusMean)
    {
        float dot = 0;
        for (int c = 0; c < dims; c++)
            dot += visualVectors[(position * Assignments.Clusters + k) * dims + c] * (AudioCentres[k * dims + c] - (minusMean ? meanAudioCentre[k * dims + c] : 0f));
        return dot;
    }

    /// <summary>|h_kn|; a vector of zeros has no direction and counts as long, so that its cosine is 0.</summary>
    private float VectorLength(int position, int k)
    {
        float sum = 0;
        foreach (float value in visualVectors.AsSpan((position * Assignments.Clusters + k) * dims, dims)) sum += value * value;
        return MathF.Sqrt(Math.Max(sum, 1e-12f));
    }
}
