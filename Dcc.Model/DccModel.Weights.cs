// Weights in and out by name, for files of other programs. Read next: DccModel.Files.cs.
using Dcc.Tensors;

namespace Dcc.Model;

public sealed partial class DccModel
{
    /// <summary>Every parameter by name, learnt ones and running statistics: a copy of its values, row-major. Kernels are [3, 3, in, out].</summary>
    public IReadOnlyDictionary<string, (TensorShape Shape, float[] Values)> CopyWeights()
    {
        using (Device.Exclusive()) return Parameters.All.ToDictionary(parameter => parameter.Name, parameter => (parameter.Shape, parameter.Value.ToArray()));
    }

    /// <summary>
    /// Overwrites the parameters that are named and leaves the others. Throws <see cref="ArgumentException"/>, and changes nothing, if a name is unknown, a shape is another or a
    /// value is not finite.
    /// </summary>
    public void SetWeights(IReadOnlyDictionary<string, (TensorShape Shape, float[] Values)> weights)
    {
        Dictionary<string, Parameter> known = Parameters.All.ToDictionary(parameter => parameter.Name);
        foreach ((string name, (TensorShape shape, float[] values)) in weights)
        {
            if (!known.TryGetValue(name, out Parameter? parameter)) throw new ArgumentException($"The model has no parameter {name}.");
            if (!shape.Equals(parameter.Shape) || values.Length != shape.Count) throw new ArgumentException($"Parameter {name} is {parameter.Shape}; {shape} with {values.Length} values was given.");
            if (!AllFinite(values)) throw new ArgumentException($"The values for {name} hold NaN or infinity.");
        }
        using (Device.Exclusive())
            foreach ((string name, (_, float[] values)) in weights) known[name].Set(values);
    }

    /// <summary>The options in a model file's metadata, or null if the text is none.</summary>
    public static DccOptions? TryReadOptions(string text)
    {
        try { return DccOptionsJson.Read(text); }
        catch (Exception failure) when (failure is System.Text.Json.JsonException or ArgumentException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
        {
            return null;
        }
    }
}
