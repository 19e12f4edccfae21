// What the parity tests allow, tensor by tensor, and why. Read next: OracleResult.cs.
using System.Text.RegularExpressions;

namespace Dcc.Bench.Peers.Oracle;

/// <summary>
/// Fixed, and not taken from LibTorch's float32: how far that is from float64 changes from machine to machine. Almost everything is held to 1e-4; what is not has a reason.
/// </summary>
internal static class ParityBounds
{
    public const double Usual = 1e-4;

    private sealed record Wider(string Case, string Tensors, double Bound, string Reason);

    /// <summary>Bounds are at least three times what was measured, with AVX-512, AVX2 and 128-bit SIMD: which places tie depends on roundings.</summary>
    private static readonly Wider[] wider =
    [
        new("projected-robust", @"gradient (visual\.block[12]\.conv[12]\.bias|audio\.block1\.conv1\.(weight|bias)|audio\.block2\.conv1\.weight)", 2e-3,
            "the two best of a pool behind these layers tie within rounding, and the gradient goes to the one or the other input. A bias's gradient is a sum over all places whose terms mostly cancel, which one that has moved does not."),
        new("projected-he", @"gradient (visual\.block[1-4]\..*|audio\.block[123]\..*|audio\.block4\.conv1\..*)", 3e-3,
            "ReLUs whose inputs lie within rounding of zero, and pools whose two best tie, behind these layers: see the smallest inputs below."),
        new("simplified-robust", @"gradient visual\..*", 3e-4,
            "shares of the two visual clusters follow distances times 30, so roundings of the features come out larger in them (visual.assignments) and in every gradient that passes through them. The one cluster of the sound has no such shares."),
        new("simplified-he", @"visual\.assignments", 5e-4, "shares follow distances times 30, so roundings of the features come out larger in them."),
        new("simplified-he", @"gradient (visual\..*|audio\.(conv1|bn1|layer).*)", 2e-2,
            "ReLUs whose inputs lie within rounding of zero, see the smallest inputs below, and which of them go the other way changes with the width of SIMD (4.9e-3 with 128 bits); in the visual network roundings of the shares beside."),
    ];

    public static (double Bound, string? Reason) Of(string parity, string tensor) =>
        wider.FirstOrDefault(e => e.Case == parity && Regex.IsMatch(tensor, $"^({e.Tensors})$")) is { } found ? (found.Bound, found.Reason) : (Usual, null);
}
