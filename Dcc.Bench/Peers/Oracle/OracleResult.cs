// One parity check: the oracle in float64, LibTorch in float32 and this engine, tensor by tensor. Read next: OraclePage.cs.
using System.Globalization;
using Dcc.Bench.Parity;

namespace Dcc.Bench.Peers.Oracle;

/// <summary>Relative L2 distances to the oracle over the whole tensor, and the same measure at the golden file's places as the tests take it.</summary>
internal sealed record TensorResult(string Name, int[] Shape, double Ours, double Single, double OursAtPlaces, double SingleAtPlaces, Digest Oracle)
{
    /// <summary>
    /// 1e-4 where LibTorch's own float32 stays below half of it; elsewhere ten times what it differs by, in one digit: two float32 programs cross kinks at different places, and how
    /// much that changes varies as much.
    /// </summary>
    public double Bound => Math.Max(Single, SingleAtPlaces) < 5e-5 ? 1e-4 : double.Parse((10 * Math.Max(Single, SingleAtPlaces)).ToString("0e0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public bool Holds => OursAtPlaces <= Bound;
}

/// <param name="Title">Heading of its tables.</param>
/// <param name="Golden">Name of its golden file.</param>
/// <param name="Tensors">In the oracle's order.</param>
/// <param name="Losses">Before each step: float64 (NaN beyond the steps that it took), float32, ours.</param>
/// <param name="Distances">The smallest absolute input of a ReLU, by layer.</param>
internal sealed record OracleResult(string Title, string Golden, IReadOnlyList<TensorResult> Tensors, (double Oracle, double Single, double Ours)[] Losses, IReadOnlyDictionary<string, double> Distances)
{
    public double LossError => Losses.Max(loss => Math.Abs(loss.Ours - Expected(loss)) / Math.Abs(Expected(loss)));

    /// <summary>In float64 as far as that went, then LibTorch's in float32.</summary>
    public static double Expected((double Oracle, double Single, double Ours) loss) => double.IsNaN(loss.Oracle) ? loss.Single : loss.Oracle;

    /// <summary>
    /// Steps that the tests compare. Adam divides each gradient by its own size, so its first steps go by signs, and a gradient that is almost zero goes either way by a rounding: float32
    /// programs part from each other after some steps of this rate, on weights that are made for one gradient and not for training.
    /// </summary>
    private const int TestedSteps = 4;

    public GoldenFile ToGolden() => new("dotnet Dcc.Bench.dll oracle --write", 1e-4, [.. Losses.Take(TestedSteps).Select(loss => GoldenFile.Short(Expected(loss)))],
        [.. Tensors.Select(t => new GoldenTensor(t.Name, t.Shape, t.Bound, GoldenFile.Short(t.Oracle.Norm), GoldenFile.Short(t.Oracle.Mean), [.. t.Oracle.Values.Select(GoldenFile.Short)]))]);
}
