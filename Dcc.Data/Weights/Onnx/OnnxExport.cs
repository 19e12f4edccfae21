// A model, or one of its networks, as an ONNX file that other runtimes take. Read next: OnnxNetwork.cs.
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Data;

/// <summary>What an ONNX file is to hold.</summary>
public enum OnnxPart
{
    /// <summary>Pixels to map and embedding.</summary>
    Visual,
    /// <summary>Waveform to log-mel, map and embedding.</summary>
    Audio,
    /// <summary>Both, with centres, assignments and similarities.</summary>
    Model,
}

public static class OnnxExport
{
    /// <summary>
    /// Writes operator set 17, batch sizes free. Inputs: pixels [pictures, size, size, 3], red green blue, 0..255, and waveform [sounds, samples] at the model's rate. Embeddings and maps
    /// have channels last. Batch normalisation is folded into the convolutions. Throws <see cref="DataException"/> for a model that is too large.
    /// </summary>
    public static void Write(DccModel model, OnnxPart part, string path)
    {
        DccOptions options = model.Options;
        // A protocol buffer ends at 2 GiB.
        if (model.ParameterCount > 400_000_000) throw new DataException($"The model has {model.ParameterCount:N0} values, an ONNX file holds at most 2 GiB: export --what visual and --what audio.");
        IReadOnlyDictionary<string, (TensorShape Shape, float[] Values)> weights = model.CopyWeights();
        OnnxGraph graph = new();
        OnnxNetwork network = new(graph, options, weights);
        string? picture = part == OnnxPart.Audio ? null : network.Visual(), sound = part == OnnxPart.Visual ? null : network.Audio();
        if (part == OnnxPart.Model)
        {
            IOnnxClustering clustering = options.Profile == ClusteringProfile.Projected ? new OnnxClustering(graph, options, weights) : new OnnxEuclidean(graph, options, weights);
            (int height, int width) = network.MapSize(visual: true);
            (int time, int mel) = network.MapSize(visual: false);
            string pictures = clustering.Cluster("visual", options.FramesPerUnit == 1 ? "pictures" : "units", picture!, options.FramesPerUnit * height * width);
            clustering.Compare(clustering.Cluster("audio", "sounds", sound!, time * mel), pictures);
        }
        if (picture is not null) graph.Note("pixels", $"red green blue, 0..255; inside, {WeightConversion.PicturesText(options.PictureScale)}");
        if (sound is not null) graph.Note("waveform", $"mono samples, nominally -1..1, at {options.LogMel.SampleRate} Hz; inside, {WeightConversion.Describe(options.LogMel)}");
        AtomicFile.Write(path, graph.Write);
    }
}
