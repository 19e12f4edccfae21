// All sizes of the distance between sets of centres. Read next: CentreDistance.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// Centres a [batchA, clustersA, dims] of sounds and v [batchV, clustersV, dims] of pictures; distance [batchA, batchV]; nearest and squares [batchA, batchV, clustersA].
/// </summary>
public readonly record struct CentreDistanceShape(int BatchA, int BatchV, int ClustersA, int ClustersV, int Dims)
{
    public int LengthA => checked(BatchA * ClustersA * Dims);

    public int LengthV => checked(BatchV * ClustersV * Dims);

    public int LengthDistance => checked(BatchA * BatchV);

    public int LengthNearest => checked(BatchA * BatchV * ClustersA);

    public void Validate()
    {
        if (BatchA < 0 || BatchV < 0 || ClustersA < 1 || ClustersV < 1 || Dims < 1)
            throw new ArgumentException($"CentreDistance: {this} needs at least one cluster on both sides and one dimension.");
    }

    public override string ToString() => $"[a {BatchA} x {ClustersA}, v {BatchV} x {ClustersV}, dims {Dims}]";
}
