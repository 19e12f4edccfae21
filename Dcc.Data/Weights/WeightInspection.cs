// What a file of weights holds, for a person who looks. Read next: Recognition.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>A file's tensors and what they are recognised as.</summary>
/// <param name="File">The file.</param>
/// <param name="Network">The known network or model, or null.</param>
/// <param name="Preprocessing">How its inputs are made, or null if nobody knows.</param>
/// <param name="Problems">Why it could not be converted, a clause each.</param>
public sealed record WeightInspection(WeightFile File, string? Network, string? Preprocessing, IReadOnlyList<string> Problems)
{
    /// <summary>Looks into a file without reading its numbers. Throws as <see cref="WeightFile.Open"/>.</summary>
    public static WeightInspection Of(string path)
    {
        WeightFile file = WeightFile.Open(path);
        if (file.Metadata.TryGetValue("options", out string? text) && file.Metadata.GetValueOrDefault("format") is { } format && DccModel.TryReadOptions(text) is { } options)
            return new WeightInspection(file, $"a model of dcc ({format})", $"{WeightConversion.PicturesText(options.PictureScale)}; {WeightConversion.Describe(options.LogMel)}", []);
        if (Recognition.Of(file) is not { } found) return new WeightInspection(file, null, null, []);
        return new WeightInspection(file, found.Known.Title,
            found.Known.Pictures is { } scale ? WeightConversion.PicturesText(scale) : WeightConversion.Describe(found.Known.Sounds!), found.Problems);
    }
}
