// One parity check: the oracle in float64, LibTorch in float32 and this engine, tensor by tensor. Read next: OraclePage.cs.
using Dcc.Bench.Parity;

namespace Dcc.Bench.Peers.Oracle;

/// <summary>Relative L2 distances to the oracle over the whole tensor, and the same measure at the golden file's places as the tests take it; what the tests allow, and why if it is more than 1e-4.</summary>
internal sealed record TensorResult(string Name, int[] Shape, double Ours, double Single, double OursAtPlaces, Digest Oracle, double Bound, string? Reason)
{
    public bool Holds => OursAtPlaces <= Bound;
}

/// <param name="Title">Heading of its tables.</param>
/// <param name="Golden">Name of its golden file.</param>
/// <param name="Tensors">In the oracle's order.</param>
/// <param name="Losses">Before each step: float64 (NaN beyond the steps that it took), float32, ours.</param>
/// <param name="Distances">The smallest absolute input of a ReLU, by layer.</param>
internal sealed record OracleResult(string Title, string Golden, IReadOnlyList<TensorResult> Tensors, (double Oracle, double Single, double Ours)[] Losses, IReadOnlyDictionary<string, double> Distances)
{
    /// <summary>Over the steps that the oracle took.</summary>
    public double LossError => Losses.Where(loss => !double.IsNaN(loss.Oracle)).Max(loss => Math.Abs(loss.Ours - loss.Oracle) / Math.Abs(loss.Oracle));

    public GoldenFile ToGolden() => new("dotnet Dcc.Bench.dll oracle --write", ParityBounds.Usual, [.. Losses.Select(loss => GoldenFile.Short(loss.Oracle))],
        [.. Tensors.Select(t => new GoldenTensor(t.Name, t.Shape, t.Bound, GoldenFile.Short(t.Oracle.Norm), GoldenFile.Short(t.Oracle.Mean), [.. t.Oracle.Values.Select(GoldenFile.Short)]))]);
}
