// docs/parity.md: what was compared and how far apart it was. Read next: OracleResult.cs.
using System.Globalization;
using System.Text;
using Dcc.Bench.Measuring;

namespace Dcc.Bench.Peers.Oracle;

internal static class OraclePage
{
    private const string Introduction = """
        # Parity with an independent implementation

        The same model, weights and inputs in LibTorch and here. The oracle (`Dcc.Bench/Peers/Oracle/`) is written from the paper and its released code, as intended, and runs in **float64**; it shares with the engine
        nothing but names of parameters and the generator of weights and inputs (`Dcc.Bench/Parity/ParityRecipe.cs`). Batch 2; Adam at 1e-4.

        "Ours" and "LibTorch float32" are relative L2 distances to the oracle over the whole tensor: the second says what float32 alone costs. "At places" is what the tests measure, against the golden files in
        `Dcc.Tests/Goldens/`: the largest of the root mean square distance of up to 64 values at fixed places and the mean's distance, by the tensor's RMS, and the norm's. "Bound" is what the tests allow: 1e-4, or, where LibTorch's own float32 is
        not safely below that, ten times its distance.

        A gradient is not continuous: a ReLU whose input lies within rounding of zero, or a pool whose two best do, sends it one way or another. With weights as models begin there are many such places among
        millions, so each float32 program has gradients some thousandths from the float64 ones. **Robust weights** (biases of +1 and -1 by channel, kernels whose sums stay below) keep every ReLU's input away from zero, which the table of
        distances shows. What is left are pools whose two best nearly tie: where a bound is above 1e-4, it is for them.

        Steps of Adam in float64 take long at full size; where the loss table has a dash, float32 alone went on (`--double-steps` says how far float64 goes), and the tests compare with that.
        The tests compare the first four losses. Adam's first steps go by the signs of gradients, and robust weights let each of these steps change the loss much (it falls from 10 to almost 0 in ten steps), so
        that roundings grow from step to step: two float32 programs part, as the table shows.

        Again, where LibTorch runs (the libstdc++ of Debian 13), some minutes:

        ```
        dotnet build -c Release Dcc.Bench -p:Peers=true
        .ci/debian13 dotnet Dcc.Bench/bin/peers/Release/net10.0/Dcc.Bench.dll oracle --write
        dotnet test -c Release Dcc.Tests --filter "FullyQualifiedName~ParityTests"
        ```

        This page and the golden files are written by the second command; the third needs neither LibTorch nor Debian 13.

        """;

    public static string Whole(IReadOnlyList<OracleResult> results)
    {
        StringBuilder text = new(Introduction.ReplaceLineEndings("\n"));
        text.Append("\n## Summary\n\n");
        MarkdownTable table = new("check", "tensors", "worst output, ours", "LibTorch float32", "worst gradient, ours", "LibTorch float32", "bounds above 1e-4", "worst loss, relative");
        foreach (OracleResult result in results)
        {
            ILookup<bool, TensorResult> kinds = result.Tensors.ToLookup(IsGradient);
            table.Add(result.Title, $"{result.Tensors.Count}", Scientific(kinds[false].Max(t => t.Ours)), Scientific(kinds[false].Max(t => t.Single)), Scientific(kinds[true].Max(t => t.Ours)), Scientific(kinds[true].Max(t => t.Single)),
                $"{result.Tensors.Count(t => t.Bound > 1e-4)}", $"{Scientific(result.LossError)} in {result.Losses.Length} step{(result.Losses.Length == 1 ? "" : "s")}");
        }
        text.Append(table);
        foreach (OracleResult result in results) text.Append('\n').Append(Section(result));
        return text.ToString();
    }

    public static string Section(OracleResult result)
    {
        StringBuilder text = new($"## {result.Title}\n");
        foreach (IGrouping<bool, TensorResult> kind in result.Tensors.GroupBy(IsGradient))
        {
            MarkdownTable table = new(kind.Key ? "gradient" : "output", "shape", "ours", "LibTorch float32", "ours at places", "float32 at places", "bound");
            foreach (TensorResult t in kind)
                table.Add(kind.Key ? t.Name["gradient ".Length..] : t.Name, string.Join(" x ", t.Shape), Scientific(t.Ours), Scientific(t.Single), Scientific(t.OursAtPlaces), Scientific(t.SingleAtPlaces), t.Bound.ToString("0e0", CultureInfo.InvariantCulture));
            text.Append('\n').Append(table);
        }
        MarkdownTable losses = new("step", "loss, oracle float64", "LibTorch float32", "ours", "ours to float64", "ours to float32");
        foreach (((double oracle, double single, double ours), int step) in result.Losses.Select((loss, step) => (loss, step + 1)))
            losses.Add($"{step}", Fixed(oracle), Fixed(single), Fixed(ours), Scientific(Math.Abs(ours - oracle) / oracle), Scientific(Math.Abs(ours - single) / single));
        text.Append('\n').Append(losses);
        text.Append($"\nSmallest absolute input of a ReLU, by layer: {string.Join(", ", result.Distances.Select(d => $"{d.Key} {Scientific(d.Value)}"))}.\n");
        return text.ToString();
    }

    private static bool IsGradient(TensorResult tensor) => tensor.Name.StartsWith("gradient ", StringComparison.Ordinal);

    private static string Scientific(double value) => double.IsNaN(value) ? "-" : value == 0 ? "0" : value.ToString("0.0e0", CultureInfo.InvariantCulture);

    private static string Fixed(double value) => double.IsNaN(value) ? "-" : value.ToString("F7", CultureInfo.InvariantCulture);
}
