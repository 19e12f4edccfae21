// Golden files of the parity check: written by the oracle, read by the tests. Read next: ../Peers/Oracle/OracleCommand.cs.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dcc.Tensors;

namespace Dcc.Bench.Parity;

/// <summary>One tensor of the oracle. <paramref name="Bound"/>: the largest <see cref="Digest.ErrorOf"/> that passes.</summary>
internal sealed record GoldenTensor(string Name, int[] Shape, double Bound, double Norm, double Mean, double[] Values)
{
    public double ErrorOf(float[] tensor) => new Digest(Norm, Mean, Values).ErrorOf(Digest.Of(Name, tensor), tensor.Length);
}

/// <summary>Outputs and gradients (their names begin with "gradient ") of one step, and the loss before each of several steps of Adam.</summary>
internal sealed record GoldenFile(string Made, double LossBound, double[] Losses, GoldenTensor[] Tensors)
{
    public static GoldenFile Load(string path) => JsonSerializer.Deserialize(File.ReadAllBytes(path), GoldenJson.Default.GoldenFile) ?? throw new InvalidDataException($"{path}: is empty.");

    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, GoldenJson.Default.GoldenFile));

    /// <summary>Nine digits: a float has no more.</summary>
    public static double Short(double value) => double.Parse(value.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}

[JsonSerializable(typeof(GoldenFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class GoldenJson : JsonSerializerContext;
