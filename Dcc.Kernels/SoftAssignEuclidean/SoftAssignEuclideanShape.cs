// All sizes of the Euclidean soft assignment. Read next: SoftAssignEuclidean.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// Features u [batch, positions, channels]; centres [batch, clusters, channels]; assignments [batch, clusters, positions].
/// </summary>
public readonly record struct SoftAssignEuclideanShape(int Batch, int Positions, int Channels, int Clusters, int Rounds = 4)
{
    /// <summary>The first centre k is the feature at position k * SeedStep.</summary>
    public int SeedStep => Positions / Clusters;

    /// <summary>Floats of one sample's centres.</summary>
    public int Width => Clusters * Channels;

    /// <summary>Floats of one sample's features.</summary>
    public int SampleLength => Positions * Channels;

    /// <summary>Floats of one sample's assignments.</summary>
    public int MapLength => Clusters * Positions;

    public int LengthU => checked(Batch * Positions * Channels);

    public int LengthCentres => checked(Batch * Clusters * Channels);

    public int LengthAssignments => checked(Batch * Clusters * Positions);

    /// <summary>The centres [clusters, channels] that enter each round, per sample: those of round 0 are the seeds.</summary>
    public int LengthSaved => checked(Batch * Rounds * Clusters * Channels);

    /// <summary>Forward: a distance and a weighted sum a round.</summary>
    public double Flops => 5.0 * Batch * Rounds * Positions * Width;

    public void Validate()
    {
        if (Batch < 0 || Positions < 1 || Channels < 1 || Clusters < 1 || Rounds < 1)
            throw new ArgumentException($"SoftAssignEuclidean: {this} needs at least one position, channel, cluster and round.");
        if (Clusters > Positions)
            throw new ArgumentException($"SoftAssignEuclidean: {this} asks for more clusters than there are positions to seed them. Use at most {Positions} clusters.");
    }

    public override string ToString() => $"[batch {Batch}, positions {Positions}, channels {Channels}, clusters {Clusters}, rounds {Rounds}]";
}
