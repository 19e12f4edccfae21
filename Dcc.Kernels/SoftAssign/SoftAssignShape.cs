// All sizes of the soft assignment. Read next: SoftAssign.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// Projections h [batch, positions, clusters, dims], exactly what features [batch * positions, channels] times W [channels, clusters * dims] yields;
/// centres [batch, clusters, dims]; assignments [batch, clusters, positions]. A sample's positions are one set: those of one
/// frame, of several frames, or of a stretch of sound.
/// </summary>
public readonly record struct SoftAssignShape(int Batch, int Positions, int Clusters, int Dims, int Rounds)
{
    /// <summary>Floats of one position, and of one sample's centres.</summary>
    public int Width => Clusters * Dims;

    public int LengthH => checked(Batch * Positions * Width);

    public int LengthCentres => checked(Batch * Width);

    public int LengthAssignments => checked(Batch * Clusters * Positions);

    /// <summary>What the forward pass leaves for the backward pass: per sample and per round but the last, the unit centres [clusters, dims], then their norms [clusters].</summary>
    public int LengthSaved => checked(Batch * (Rounds - 1) * SavedPerRound);

    public int SavedPerRound => Clusters * (Dims + 1);

    /// <summary>Forward: one weighted sum a round and one inner product a round but the first.</summary>
    public double Flops => 2.0 * LengthH * (2 * Rounds - 1);

    public void Validate()
    {
        if (Batch < 0 || Positions < 1 || Clusters < 1 || Dims < 1 || Rounds < 1)
            throw new ArgumentException($"SoftAssign: {this} needs at least one position, cluster, dimension and round.");
    }

    public override string ToString() => $"[batch {Batch}, positions {Positions}, clusters {Clusters}, dims {Dims}, rounds {Rounds}]";
}
