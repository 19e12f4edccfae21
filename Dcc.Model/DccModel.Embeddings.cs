// Embeddings of many pictures or sounds at once, with their centres if wanted. Read next: DccModel.Inference.cs.
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>
/// One unit of one modality. <paramref name="Vector"/> [channels] is the global average of the network's last map; <paramref name="Centres"/> [clusters * dims] are the unit's centres, each at unit length
/// (as they are for the Euclidean profile), empty if they were not asked for.
/// </summary>
public sealed record UnitEmbedding(float[] Vector, float[] Centres);

public sealed partial class DccModel
{
    /// <summary>Numbers in <see cref="UnitEmbedding.Vector"/>: the channels in which both networks end.</summary>
    public int EmbeddingWidth => Options.Visual.OutChannels;

    /// <summary>Numbers in the centres of one unit of the projected profile, of sound or of a picture.</summary>
    public int CentresWidth => Options.Clusters * Options.Dims;

    /// <summary>Sounds in the order given. <paramref name="waveforms"/> [units, <see cref="DccOptions.SamplesPerUnit"/>] at the model's rate.</summary>
    public IReadOnlyList<UnitEmbedding> EmbedSounds(float[] waveforms, bool centres)
    {
        int units = waveforms.Length / Options.SamplesPerUnit;
        if (units == 0 || units * Options.SamplesPerUnit != waveforms.Length) throw new ArgumentException($"The model takes units of {Options.SamplesPerUnit} samples, got {waveforms.Length} samples.");
        return InScope(() => Embedded(AudioMap(Spectrogram(Tensor.From(Device, new TensorShape(units, Options.SamplesPerUnit), waveforms))), centres, isAudio: true));
    }

    /// <summary>Pictures of any size in the order given, each a unit of one frame.</summary>
    public IReadOnlyList<UnitEmbedding> EmbedFrames(IReadOnlyList<Picture> pictures, bool centres)
    {
        if (pictures.Count == 0) return [];
        int size = Options.FrameSize * Options.FrameSize * 3;
        float[] frames = new float[pictures.Count * size];
        return InScope(() =>
        {
            for (int i = 0; i < pictures.Count; i++)
                using (Device.BeginScope()) FrameOf(pictures[i]).ToArray().CopyTo(frames, i * size);
            return Embedded(VisualMap(Tensor.From(Device, new TensorShape(pictures.Count, Options.FrameSize, Options.FrameSize, 3), frames), training: false), centres, isAudio: false);
        });
    }

    /// <summary>Map [units, height, width, channels] -> an embedding per unit.</summary>
    private UnitEmbedding[] Embedded(Tensor map, bool withCentres, bool isAudio)
    {
        int units = map.Shape[0];
        float[] vectors = Op.GlobalAveragePool(map).ToArray(), centres = [];
        if (withCentres)
        {
            centres = clustering.Cluster(map, units, isAudio).Centres.ToArray();
            ToCompare(centres);
        }
        return [.. Enumerable.Range(0, units).Select(u => new UnitEmbedding(Part(vectors, u, units), withCentres ? Part(centres, u, units) : []))];
    }
}
