// From a conv map to K centres, for both profiles; the heart of DCC, explained in docs/dcc.md.
// Read next: ../DccModel.cs, then ../../Dcc.Kernels/ProjectedAssign/README.md.
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>
/// What clustering makes of one modality. <paramref name="Features"/> are what was clustered, [units, positions, channels]; in the projected profile each cluster sees
/// them through its own projection. <paramref name="Centres"/> [units, clusters, dims or channels];
/// <paramref name="Assignments"/> [units, clusters, positions], each position's shares summing to 1.
/// </summary>
internal sealed record Clustered(Tensor Features, Tensor Centres, DeviceBuffer<float> Assignments);

internal sealed class Clustering
{
    private readonly DccOptions options;
    private readonly Parameter? visualProjection, audioProjection;
    private readonly Parameter? visualWeight, visualBias, audioWeight, audioBias;

    public Clustering(ParameterSet parameters, Initializers initializers, DccOptions options)
    {
        this.options = options;
        int channels = options.Visual.OutChannels;
        if (options.Profile == ClusteringProfile.Projected)
        {
            // W_1..W_K side by side, shared by both modalities: a W_k is an audiovisual correspondence. Unshared, an ablation, only the loss brings the two together.
            visualProjection = Projection(options.SharedProjections ? "projection" : "visual.projection");
            audioProjection = options.SharedProjections ? visualProjection : Projection("audio.projection");
            return;
        }
        (visualWeight, visualBias) = Linear("visual.linear");
        (audioWeight, audioBias) = Linear("audio.linear");

        Parameter Projection(string name)
        {
            int columns = options.Clusters * options.Dims;
            return parameters.Add($"{name}.weight", new TensorShape(channels, columns), initializers.GlorotUniform($"{name}.weight", channels, columns));
        }

        (Parameter, Parameter) Linear(string name) => (
            parameters.Add($"{name}.weight", new TensorShape(channels, channels), initializers.LinearUniform($"{name}.weight", channels)),
            parameters.Add($"{name}.bias", new TensorShape(channels), initializers.LinearUniform($"{name}.bias", channels)));
    }

    /// <summary>Clusters all positions of all frames of a unit as one set of vectors. <paramref name="map"/> [units * frames, height, width, channels]; <paramref name="rounds"/> is T if null.</summary>
    public Clustered Cluster(Tensor map, int units, bool audio, int? rounds = null)
    {
        int channels = map.Shape[3], positions = map.Shape.Count / units / channels;
        Tensor features = Op.Reshape(map, units, positions, channels);
        if (options.Profile == ClusteringProfile.Projected)
        {
            Tensor u = options.SquashFeatures ? Op.Squash(features) : features;                    // u_n = q(x_n)
            // soft k-means of the h_kn = W_k^T u_n
            (Tensor centres, DeviceBuffer<float> shares) = Op.ProjectedAssign(u, (audio ? audioProjection : visualProjection)!.Value, options.Clusters, rounds ?? options.Rounds, options.Sharpness);
            return new Clustered(u, centres, shares);
        }
        Tensor vectors = Op.MatMul(features, (audio ? audioWeight : visualWeight)!.Value, (audio ? audioBias : visualBias)!.Value);
        (Tensor means, DeviceBuffer<float> assignments) = Op.SoftAssignEuclidean(vectors, audio ? options.AudioClusters : options.Clusters, rounds ?? options.Rounds, options.Sharpness);
        return new Clustered(vectors, means, assignments);
    }

    /// <summary>Whether a parameter of this name is one of the clustering's, in any of its forms.</summary>
    public static bool Owns(string name) => name.Contains("projection.", StringComparison.Ordinal) || name.Contains(".linear.", StringComparison.Ordinal);

    /// <summary>The visual vectors that were compared with the centres: [units, positions, clusters * dims] (projected) or [units, positions, channels] (Euclidean).</summary>
    public Tensor Vectors(Clustered seen) => visualProjection is null ? seen.Features : Op.MatMul(seen.Features, visualProjection.Value);

    /// <summary>[units, units]: how well sound i (row) fits image j (column). A similarity for the projected profile, a squared distance for the other.</summary>
    public Tensor Compare(Clustered audio, Clustered visual) => options.Profile == ClusteringProfile.Projected
        ? Op.CentreSimilarity(audio.Centres, visual.Centres)                                       // S = sum_k cos(c^a_k, c^v_k)
        : Op.CentreDistance(audio.Centres, visual.Centres);                                        // E^2 = sum_j min_i |v_i - a_j|^2
}
