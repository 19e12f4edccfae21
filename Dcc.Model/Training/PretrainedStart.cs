// A pretrained start: the weights of one or both networks from a file, the rest as it was initialised. Read next: ../DccModel.Files.cs, Trainer.cs.
using System.Text.Json;
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>
/// A safetensors file with weights under this model's names: a model that `dcc train` wrote, or weights of others brought into that form. Both networks or one must be in it whole.
/// Clustering weights (projections, the linear layers, the mean audio centre) are taken where they fit and are left as initialised where they are missing or of another K, d or T.
/// </summary>
public sealed class PretrainedStart
{
    private readonly string path;
    private readonly Safetensors file;
    private readonly DccOptions? options;
    private readonly PictureScale? pictureScale;

    private PretrainedStart(string path, Safetensors file, DccOptions? options, PictureScale? pictureScale)
    {
        this.path = path;
        this.file = file;
        this.options = options;
        this.pictureScale = pictureScale;
    }

    /// <summary>Reads a file. Throws <see cref="ModelFileException"/> with one sentence if it holds no network.</summary>
    public static PretrainedStart Read(string path)
    {
        Safetensors file = Safetensors.Load(path);
        if (!file.Tensors.Keys.Any(IsNetwork))
            throw new ModelFileException($"{path}: holds no weights of a network under this program's names (such as visual.block1.conv1.weight or visual.layer1.0.conv1.weight). Give a model that `dcc train` wrote, or convert the file first.");
        try
        {
            DccOptions? options = file.Metadata.TryGetValue("options", out string? text) ? DccOptionsJson.Read(text) : null;
            PictureScale? scale = options?.PictureScale ?? (file.Metadata.TryGetValue("picture_scale", out string? name) ? Enum.Parse<PictureScale>(name) : null);
            return new PretrainedStart(path, file, options, scale);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new ModelFileException($"{path}: its metadata cannot be used ({failure.Message.Split('\n')[0]}). Write the file again.", failure);
        }
    }

    /// <summary>
    /// The options with the preprocessing that the weights were made with: the scale of pictures for a visual network; log-mel front end and standardisation for an audio one. What the
    /// file does not tell stays: of a model's file all is known, of another its metadata may have picture_scale, the name of a <see cref="PictureScale"/>.
    /// </summary>
    public DccOptions Fit(DccOptions wanted)
    {
        if (pictureScale is { } scale && Has("visual.")) wanted = wanted with { PictureScale = scale };
        if (options is { } made && Has("audio.")) wanted = wanted with { LogMel = made.LogMel, SpectrogramMean = made.SpectrogramMean, SpectrogramDeviation = made.SpectrogramDeviation };
        return wanted;
    }

    /// <summary>
    /// Copies the weights into a model and returns what was taken and what was left as initialised, by name. Throws <see cref="ModelFileException"/>, and changes nothing, if a network is
    /// in the file but not whole, of another shape, larger than the model's, or not finite.
    /// </summary>
    public (IReadOnlyList<string> Taken, IReadOnlyList<string> Initialized) Apply(DccModel model)
    {
        List<Parameter> taken = [];
        List<string> left = [];
        HashSet<string> known = [.. model.Parameters.All.Select(parameter => parameter.Name)];
        if (file.Tensors.Keys.FirstOrDefault(name => IsNetwork(name) && !known.Contains(name)) is { } more)
            throw new ModelFileException($"{path}: tensor {more} has no place in this model's networks. The file is of another network; take the preset that it was made for.");
        foreach (Parameter parameter in model.Parameters.All)
        {
            bool network = IsNetwork(parameter.Name), found = file.Tensors.TryGetValue(parameter.Name, out (TensorShape Shape, float[] Values) tensor);
            if (!found && network && Has(parameter.Name.StartsWith("visual.", StringComparison.Ordinal) ? "visual." : "audio."))
                throw new ModelFileException($"{path}: has a part of the network that {parameter.Name} belongs to, but not that tensor. A network is taken whole; take the preset that the file was made for.");
            if (found && network && !tensor.Shape.Equals(parameter.Shape))
                throw new ModelFileException($"{path}: tensor {parameter.Name} is {tensor.Shape}, this model needs {parameter.Shape}. The file is of another network; take the preset that it was made for.");
            if (!found || !tensor.Shape.Equals(parameter.Shape))
            {
                left.Add(parameter.Name);
                continue;
            }
            if (!DccModel.AllFinite(tensor.Values)) throw new ModelFileException($"{path}: tensor {parameter.Name} holds NaN or infinity. Take another file.");
            taken.Add(parameter);
        }
        foreach (Parameter parameter in taken) parameter.Set(file.Tensors[parameter.Name].Values);
        return ([.. taken.Select(parameter => parameter.Name)], left);
    }

    private bool Has(string network) => file.Tensors.Keys.Any(name => name.StartsWith(network, StringComparison.Ordinal) && IsNetwork(name));

    /// <summary>Whether a tensor belongs to one of the two networks, not to the clustering behind them.</summary>
    private static bool IsNetwork(string name) =>
        (name.StartsWith("visual.", StringComparison.Ordinal) || name.StartsWith("audio.", StringComparison.Ordinal)) && !Clustering.Owns(name) && name != DccModel.MeanAudioCentreName;
}
