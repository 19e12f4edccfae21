// A model as one safetensors file, its options in the metadata. Read next: ../Dcc.Tensors/Files/Safetensors.cs.
using System.Text.Json;
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Model;

public sealed partial class DccModel
{
    private const string Format = "dcc-model-1";

    internal const string MeanAudioCentreName = "audio.mean_centre";

    /// <summary>Writes weights, state and options; the file appears only when it is complete.</summary>
    public void Save(string path)
    {
        Safetensors file = new();
        file.Metadata["format"] = Format;
        file.Metadata["options"] = DccOptionsJson.Write(Options);
        using (Device.Exclusive())
            foreach (Parameter parameter in Parameters.All) file.Tensors.Add(parameter.Name, (parameter.Shape, parameter.Value.ToArray()));
        file.Save(path);
    }

    /// <summary>Reads a model written by <see cref="Save"/>. Throws <see cref="ModelFileException"/> with one sentence if the file cannot be used.</summary>
    public static DccModel Load(Device device, string path)
    {
        Safetensors file = Safetensors.Load(path);
        if (file.Metadata.GetValueOrDefault("format") != Format || !file.Metadata.TryGetValue("options", out string? text))
            throw new ModelFileException($"{path}: a safetensors file, but not one of a DCC model (its metadata has no format {Format}). Train one with `dcc demo` or `dcc train`.");
        DccOptions options;
        try
        {
            options = DccOptionsJson.Read(text);
            options.Validate();
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw new ModelFileException($"{path}: its options cannot be used ({failure.Message.Split('\n')[0]}). Train the model again.", failure);
        }
        DccModel model = new(device, options, seed: 0, initialize: false);
        try
        {
            model.LoadValues(path, file);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Copies values of the same names and shapes; anything missing, superfluous or of another shape is an error, and nothing is changed then.</summary>
    internal void LoadValues(string path, Safetensors file)
    {
        foreach (Parameter parameter in Parameters.All)
        {
            if (!file.Tensors.TryGetValue(parameter.Name, out var found))
                throw new ModelFileException($"{path}: has no tensor {parameter.Name}, which this model needs. It is a checkpoint of another model; use the options it was trained with.");
            if (!found.Shape.Equals(parameter.Shape))
                throw new ModelFileException($"{path}: tensor {parameter.Name} is {found.Shape}, this model needs {parameter.Shape}. It is a checkpoint of another shape; use the options it was trained with.");
            if (!AllFinite(found.Values))
                throw new ModelFileException($"{path}: tensor {parameter.Name} holds NaN or infinity. Take an earlier checkpoint.");
        }
        foreach (Parameter parameter in Parameters.All) parameter.Set(file.Tensors[parameter.Name].Values);
    }

    internal static bool AllFinite(float[] values)
    {
        foreach (float value in values)
            if (!float.IsFinite(value)) return false;
        return true;
    }
}
