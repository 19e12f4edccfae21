// All sizes of the similarity of centres. Read next: CentreSimilarity.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// Centres a [batchA, clusters, dims] and v [batchV, clusters, dims]; similarity [batchA, batchV]. Cosines of pairs need batchA = batchV and are [batchA, clusters].
/// </summary>
public readonly record struct CentreSimilarityShape(int BatchA, int BatchV, int Clusters, int Dims)
{
    /// <summary>Floats of one stack of centres.</summary>
    public int Width => Clusters * Dims;

    public int LengthA => checked(BatchA * Clusters * Dims);

    public int LengthV => checked(BatchV * Clusters * Dims);

    public int LengthSimilarity => checked(BatchA * BatchV);

    public int LengthCosines => checked(BatchA * Clusters);

    public void Validate()
    {
        if (BatchA < 0 || BatchV < 0 || Clusters < 1 || Dims < 1) throw new ArgumentException($"CentreSimilarity: {this} needs at least one cluster and dimension.");
    }

    public void ValidatePairs()
    {
        Validate();
        if (BatchA != BatchV)
            throw new ArgumentException($"PairCosines: a has {BatchA} samples, v has {BatchV}; {this}. Pairs need as many; CentreSimilarity compares all with all.");
    }

    public override string ToString() => $"[a {BatchA}, v {BatchV}, clusters {Clusters}, dims {Dims}]";
}
