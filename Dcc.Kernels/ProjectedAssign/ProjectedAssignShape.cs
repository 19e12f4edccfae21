// All sizes of the projected assignment. Read next: ProjectedAssign.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// Features u [batch, positions, channels]; weight [channels, clusters * dims], the projections W_1..W_K side by side; centres [batch, clusters, dims];
/// assignments [batch, clusters, positions].
/// </summary>
public readonly record struct ProjectedAssignShape(int Batch, int Positions, int Channels, int Clusters, int Dims, int Rounds)
{
    /// <summary>The soft assignment of the projections.</summary>
    public SoftAssignShape Projected => new(Batch, Positions, Clusters, Dims, Rounds);

    /// <summary>The product that makes the projections.</summary>
    public MatMulShape Projection => new(Batch * Positions, Clusters * Dims, Channels);

    public int LengthU => checked(Batch * Positions * Channels);

    public int LengthWeight => checked(Channels * Clusters * Dims);

    public int LengthCentres => Projected.LengthCentres;

    public int LengthAssignments => Projected.LengthAssignments;

    /// <summary>
    /// For the backward pass: what the soft assignment saves; weighted sums of features [batch, rounds, clusters, channels]; assignments
    /// [batch, rounds - 1, clusters, positions] of all rounds but the first.
    /// </summary>
    public int LengthSaved => checked(Projected.LengthSaved + LengthSums + LengthMaps);

    public int LengthSums => checked(Batch * Rounds * Clusters * Channels);

    public int LengthMaps => checked(Batch * (Rounds - 1) * Clusters * Positions);

    /// <summary>
    /// Whether clustering the features themselves, two products with K vectors a round but the first, costs less than projecting all of them on K * d columns.
    /// </summary>
    public bool Pays => 2 * (Rounds - 1) < Dims;

    /// <summary>Forward, as defined: a product and the soft assignment.</summary>
    public double Flops => Projection.Flops + Projected.Flops;

    public void Validate()
    {
        Projected.Validate();
        if (Channels < 1) throw new ArgumentException($"ProjectedAssign: {this} needs at least one channel.");
    }

    public override string ToString() => $"[batch {Batch}, positions {Positions}, channels {Channels}, clusters {Clusters}, dims {Dims}, rounds {Rounds}]";
}
