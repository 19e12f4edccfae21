// The similarity of many sounds with many pictures at once. Read next: Evaluation/Retrieval.cs.
using Dcc.Tensors;

namespace Dcc.Model;

public sealed partial class DccModel
{
    /// <summary>Stacked centres of pictures or sounds: one matrix product compares all with all.</summary>
    /// <param name="sounds">[sounds][audio clusters * dims], from <see cref="UnitAnalysis.AudioCentres"/>.</param>
    /// <param name="pictures">[pictures][clusters * dims], from <see cref="UnitAnalysis.VisualCentres"/>.</param>
    /// <returns>S, [sounds, pictures]: the sum of the clusters' cosines. For the Euclidean profile minus the pair distance, pair by pair.</returns>
    public float[] Similarities(IReadOnlyList<float[]> sounds, IReadOnlyList<float[]> pictures)
    {
        if (sounds.Count == 0 || pictures.Count == 0) return [];
        if (Options.Profile == ClusteringProfile.Euclidean)
            return [.. sounds.SelectMany(sound => pictures.Select(picture => NearestDistances(sound, picture, Options.AudioClusterCount, Options.Clusters, Options.CentreDims).Item2))];
        int width = Options.Clusters * Options.CentreDims;
        float[] rows = [.. sounds.SelectMany(sound => sound)], columns = new float[width * pictures.Count];
        for (int p = 0; p < pictures.Count; p++)
            for (int c = 0; c < width; c++) columns[c * pictures.Count + p] = pictures[p][c];
        return InScope(() => Op.MatMul(Tensor.From(Device, new TensorShape(sounds.Count, width), rows), Tensor.From(Device, new TensorShape(width, pictures.Count), columns)).ToArray());
    }
}
