// Which known network a file holds, and which tensor is which layer's. Read next: KnownWeights.cs, WeightConversion.cs.
using System.Text.RegularExpressions;

namespace Dcc.Data;

/// <summary>A file and the known network whose names it uses.</summary>
internal sealed class Recognition
{
    private readonly Dictionary<string, NamedTensor> found = [];
    private readonly List<string> problems = [];

    private Recognition(WeightFile file, KnownWeights known)
    {
        File = file;
        Known = known;
        foreach (KnownLayer layer in known.Layers)
        {
            Find(layer.Weight, required: true);
            // torch leaves the bias out of convolutions that a normalisation follows in some networks.
            if (layer.Bias is not null) Find(layer.Bias, required: layer.Norm is null);
            if (layer.Norm is null) continue;
            foreach (string part in NormParts) Find(layer.Norm + part + "$", required: true);
        }
        HashSet<NamedTensor> used = [.. found.Values];
        foreach (NamedTensor tensor in file.Tensors.Where(tensor => !used.Contains(tensor) && !known.Ignores(tensor.Name) && !IsCounter(tensor)))
            problems.Add($"it has a tensor {tensor.Name} {tensor.Shape} that this network has not");
    }

    public static string[] NormParts { get; } = ["weight", "bias", "running_mean", "running_var"];

    public WeightFile File { get; }

    public KnownWeights Known { get; }

    /// <summary>What is missing, superfluous or there twice, a clause each; empty if the file can be converted as far as names go.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The known network most of whose layers the file names, or null if it names less than half of any.</summary>
    public static Recognition? Of(WeightFile file)
    {
        KnownWeights? best = null;
        double most = 0.5;
        foreach (KnownWeights known in KnownWeights.All)
        {
            IEnumerable<string> patterns = known.Layers.SelectMany(layer => layer.Norm is null ? new[] { layer.Weight } : [layer.Weight, layer.Norm + "running_mean$"]);
            double share = patterns.Average(pattern => file.Tensors.Any(tensor => Regex.IsMatch(tensor.Name, pattern)) ? 1.0 : 0);
            if (share < most || (share == most && best is not null)) continue;
            (best, most) = (known, share);
        }
        return best is null ? null : new Recognition(file, best);
    }

    /// <summary>The tensor that a pattern names, or null.</summary>
    public NamedTensor? this[string? pattern] => pattern is null ? null : found.GetValueOrDefault(pattern);

    private void Find(string pattern, bool required)
    {
        NamedTensor[] matching = [.. File.Tensors.Where(tensor => Regex.IsMatch(tensor.Name, pattern) && !tensor.Name.StartsWith("optimizer", StringComparison.Ordinal))];
        if (matching.Length > 1) problems.Add($"tensors {matching[0].Name} and {matching[1].Name} could both be the same layer's");
        else if (matching.Length == 1) found[pattern] = matching[0];
        else if (required) problems.Add($"it has no tensor {Readable(pattern)}");
    }

    /// <summary>Shapes and steps that exporters keep among the weights.</summary>
    private static bool IsCounter(NamedTensor tensor) => tensor.Type.StartsWith('I') || tensor.Type.StartsWith('U') || tensor.Type.Contains("int", StringComparison.Ordinal);

    /// <summary>A pattern without its optional parts, as a person would write the name.</summary>
    private static string Readable(string pattern) => Regex.Replace(pattern, @"\(\?:\(\?:[^()]*\)[^()]*\)\*|\(\?:[^()]*?\)[*?]|[\^$\\]", "").Replace("(?:", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal);
}
