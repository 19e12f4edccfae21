// What an app calls: embeddings, similarity, heat maps, assignments. Read next: Tasks/UnitAnalysis.cs.
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Model;

public sealed partial class DccModel
{
    /// <summary>The global average of the audio net's last map: [channels]. The sound is resampled and cut or zero-padded to one unit.</summary>
    public float[] EmbedAudio(Sound sound) => InScope(() =>
    {
        Tensor map = AudioMap(Spectrogram(Tensor.From(Device, new TensorShape(1, Options.SamplesPerUnit), OneUnit(sound))));
        return Op.GlobalAveragePool(map).ToArray();
    });

    /// <summary>The global average of the visual net's last map: [channels]. The picture is resized to the model's square frame.</summary>
    public float[] EmbedImage(Picture picture) => InScope(() => Op.GlobalAveragePool(VisualMap(FrameOf(picture), training: false)).ToArray());

    /// <summary>S of a sound and a picture: the sum over clusters of the cosine of their centres, in [-K, K]. For the Euclidean profile minus the pair distance.</summary>
    public float Similarity(Picture picture, Sound sound) => AnalyzeOne(picture, sound).Similarity;

    /// <summary>Where the sound comes from. The map has the size of the conv map: <see cref="HeatMap.Resize"/> brings it to the picture's.</summary>
    public HeatMap Localize(Picture picture, Sound sound, HeatMapKind kind = HeatMapKind.AgainstMean) => AnalyzeOne(picture, sound).Map(kind);

    /// <summary>The soft segmentations of frame and spectrogram.</summary>
    public UnitAssignments Assignments(Picture picture, Sound sound) => AnalyzeOne(picture, sound).Assignments;

    /// <summary>Everything at once, for one picture and one sound. With several frames to a unit, all show the picture.</summary>
    public UnitAnalysis AnalyzeOne(Picture picture, Sound sound) => Analyze(BatchOf([(picture, sound)]))[0];

    /// <summary>Analyses every unit of a batch, in inference mode.</summary>
    public IReadOnlyList<UnitAnalysis> Analyze(UnitBatch batch) => InScope(() =>
    {
        RequireFits(batch);
        int units = batch.Units, k = Options.Clusters, audioK = Options.AudioClusterCount, dims = Options.CentreDims;
        bool euclidean = Options.Profile == ClusteringProfile.Euclidean;
        Tensor frames = Tensor.From(Device, new TensorShape(units * batch.FramesPerUnit, batch.Height, batch.Width, 3), batch.Frames);
        Tensor spectrogram = Spectrogram(Tensor.From(Device, new TensorShape(units, batch.Samples), batch.Waveforms));
        Clustered seen = See(frames, units, training: false), heard = Hear(spectrogram, training: false);
        (int mapHeight, int mapWidth) = Options.Visual.MapSize(batch.Height, batch.Width);
        (int audioHeight, int audioWidth) = Options.Audio.MapSize(spectrogram.Shape[1], spectrogram.Shape[2]);

        float[] visualCentres = seen.Centres.ToArray(), audioCentres = heard.Centres.ToArray(), logMels = spectrogram.ToArray();
        float[] vectors = clustering.Vectors(seen).ToArray(), visualShares = seen.Assignments.ToArray(), audioShares = heard.Assignments.ToArray(), mean = MeanAudioCentre.ToArray();
        ToCompare(visualCentres);
        ToCompare(audioCentres);
        UnitAnalysis[] results = new UnitAnalysis[units];
        for (int u = 0; u < units; u++)
        {
            float[] sound = Part(audioCentres, u, units), picture = Part(visualCentres, u, units);
            (float[] cosines, float similarity) = Agreement(sound, picture);
            UnitAssignments assignments = new(k, batch.FramesPerUnit, mapHeight, mapWidth, Part(visualShares, u, units), audioK, audioHeight, audioWidth, Part(audioShares, u, units), cosines);
            results[u] = new UnitAnalysis(assignments, sound, picture, similarity, Part(logMels, u, units), Part(vectors, u, units), mean, dims, euclidean);
        }
        return (IReadOnlyList<UnitAnalysis>)results;
    });

    /// <summary>Centres as they are compared: at unit length, but for the Euclidean profile.</summary>
    private void ToCompare(float[] centres)
    {
        if (Options.Profile == ClusteringProfile.Projected) Normalize(centres, Options.CentreDims);
    }

    /// <summary>What each visual cluster has in common with the sound, and the similarity of one unit's centres.</summary>
    private (float[], float) Agreement(float[] sound, float[] picture) => Options.Profile == ClusteringProfile.Euclidean
        ? NearestDistances(sound, picture, Options.AudioClusterCount, Options.Clusters, Options.CentreDims)
        : Cosines(sound, picture, Options.Clusters, Options.CentreDims);

    private static (float[], float) Cosines(float[] sound, float[] picture, int clusters, int dims)
    {
        float[] cosines = new float[clusters];
        for (int i = 0; i < sound.Length; i++) cosines[i / dims] += sound[i] * picture[i];
        return (cosines, cosines.Sum());
    }

    /// <summary>Per visual centre minus its distance to the nearest audio centre; and minus the pair distance sqrt(sum_j min_i |v_i - a_j|^2).</summary>
    private static (float[], float) NearestDistances(float[] sound, float[] picture, int audioClusters, int clusters, int dims)
    {
        float[] nearest = new float[clusters];
        Array.Fill(nearest, float.MaxValue);
        float sum = 0;
        for (int j = 0; j < audioClusters; j++)
        {
            float least = float.MaxValue;
            for (int i = 0; i < clusters; i++)
            {
                float distance = 0;
                for (int c = 0; c < dims; c++) distance += (picture[i * dims + c] - sound[j * dims + c]) * (picture[i * dims + c] - sound[j * dims + c]);
                least = Math.Min(least, distance);
                nearest[i] = Math.Min(nearest[i], distance);
            }
            sum += Math.Max(least, 1e-10f);
        }
        return (Array.ConvertAll(nearest, distance => -MathF.Sqrt(distance)), -MathF.Sqrt(sum));
    }

    internal static void Normalize(float[] centres, int dims)
    {
        for (int start = 0; start < centres.Length; start += dims)
        {
            Span<float> centre = centres.AsSpan(start, dims);
            float sum = 0;
            foreach (float value in centre) sum += value * value;
            float scale = 1f / MathF.Sqrt(Math.Max(sum, 1e-12f));
            foreach (ref float value in centre) value *= scale;
        }
    }

    private static float[] Part(float[] all, int index, int count) => all.AsSpan(index * (all.Length / count), all.Length / count).ToArray();

    private void RequireFits(UnitBatch batch)
    {
        if (batch.FramesPerUnit != Options.FramesPerUnit || batch.Height != Options.FrameSize || batch.Width != Options.FrameSize || batch.Samples != Options.SamplesPerUnit)
            throw new ArgumentException($"The model takes units of {Options.FramesPerUnit} frame(s) {Options.FrameSize}x{Options.FrameSize} and {Options.SamplesPerUnit} samples; "
                + $"the batch has {batch.FramesPerUnit} of {batch.Height}x{batch.Width} and {batch.Samples}.");
    }

    private T InScope<T>(Func<T> compute)
    {
        using (Device.Exclusive())
        using (Device.BeginScope()) return compute();
    }
}
