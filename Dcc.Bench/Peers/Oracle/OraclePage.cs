// docs/parity.md: what was compared and how far apart it was. Read next: OracleResult.cs.
using System.Globalization;
using System.Text;
using Dcc.Bench.Measuring;
using Dcc.Bench.Parity;

namespace Dcc.Bench.Peers.Oracle;

internal static class OraclePage
{
    private static readonly string introduction = $"""
        # Parity with an independent implementation

        The same model, weights and inputs in LibTorch and here, at full size: the projected profile (VGG16 and VGGish as released, shared projections, max margin) at batch 2, and the simplified profile
        (two ResNet-18 with batch normalisation, Euclidean clustering, contrastive loss) at batch 4. The oracle (`Dcc.Bench/Peers/Oracle/`) is written from the paper and its released code, as intended, and
        runs in **float64**; it shares with the engine nothing but names of parameters and the generator of weights and inputs (`Dcc.Bench/Parity/ParityRecipe.cs`, `ParityCase.cs`). Adam at the paper's 1e-4, epsilon 1e-8.

        "Ours" and "LibTorch float32" are relative L2 distances to the oracle over the whole tensor; the second is there to compare and bounds nothing, since it changes from machine to machine. "At places" is what
        the tests measure, against the golden files in `Dcc.Tests/Goldens/`: the largest of the root mean square distance of up to 32 values at fixed places and the mean's distance, by the tensor's RMS, and the norm's.
        "Bound" is what the tests allow: 1e-4, or what `ParityBounds.cs` says and why, repeated below each table. Losses of all steps are held to 1e-4 relative.

        A gradient is not continuous: a ReLU whose input lies within rounding of zero, or a pool whose two best do, sends it one way or another. With weights as models begin there are many such places among
        millions, so each float32 program has gradients some thousandths from the float64 ones. **Robust weights** (biases of +1 and -1 by channel, kernels whose sums stay below) keep every ReLU's input away from zero, which the list
        of distances shows. What is left are pools whose two best nearly tie.

        **Ten steps of Adam** are compared on robust weights. In the projected profile they have a gain: kernels are {ParityCase.ProjectedRobust.Gain} times larger, so each layer's outputs, and its biases, are {ParityCase.ProjectedRobust.Gain} times larger than those of the layer
        before. ReLU, pools and the squash do not mind: assignments and loss are the same, gradients are the same but for powers of two, and so are all roundings. But a step of 1e-4 changes such kernels by {ParityCase.ProjectedRobust.Gain} times less of their size, and deep biases hardly at all.
        The simplified profile needs no gain. Without it, the projected profile's losses fall from 10 to almost 0 in ten steps and two float32 programs part by per cents; "{StudyTitle}" below says why: in float64, noise on the few elements of a gradient that are near zero does
        what noise on all does. Float32 itself parts further than those twins: it rounds in the forward pass as well, and in some tensors more than the noise there.

        Again, where LibTorch runs (the libstdc++ of Debian 13), about a quarter of an hour on two free cores:

        ```
        dotnet build -c Release Dcc.Bench -p:Peers=true
        .ci/debian13 dotnet Dcc.Bench/bin/peers/Release/net10.0/Dcc.Bench.dll oracle --write
        dotnet test -c Release Dcc.Tests --filter "FullyQualifiedName~ParityTests"
        ```

        This page and the golden files are written by the second command, whose `--only` makes one check again and leaves the others as they are; the third needs neither LibTorch nor Debian 13.

        """;

    private const string StudyTitle = "Why two programs part";

    private static readonly string whyTheyPart = $"""
        Adam divides each element of a gradient by its own size. Its first steps are as long for an element that is almost zero as for a large one, and what float32 leaves of an element near zero is mostly rounding.
        Whether that is what drives two programs apart, twins of the oracle tell. All compute in float64 and differ in one thing: to their gradients, at each step, normal noise is added, {Scientific(StepStudy.Noise)} of each tensor's RMS, about what
        float32 leaves. One gets it on all elements, one on those that are smaller than {StepStudy.Near} times the noise, one on all others. Elements that are zero in every program stay zero. The tables show how far losses are from those of the undisturbed
        oracle, relative; the projected profile at full width and depth, on {StepStudy.Size} x {StepStudy.Size} pixels and {StepStudy.Frames} x 64 log-mel values.

        """;

    /// <summary>The page with these checks in it; what else <paramref name="old"/> tells stays as it is, so that one check can be made again without the others.</summary>
    public static string Merge(string old, IReadOnlyList<OracleResult> results, IReadOnlyList<StudyResult> studies)
    {
        Dictionary<string, string> parts = old.Split("\n## ").Skip(1).ToDictionary(part => part[..part.IndexOf('\n')], part => $"## {part.TrimEnd()}\n");
        Dictionary<string, string[]> rows = parts.GetValueOrDefault("Summary", "").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToDictionary(cells => cells[0]);
        foreach (OracleResult result in results)
        {
            parts[result.Title] = Section(result);
            rows[result.Title] = Row(result);
        }
        if (studies.Count > 0) parts[StudyTitle] = $"## {StudyTitle}\n\n{whyTheyPart.ReplaceLineEndings("\n")}\n{string.Join('\n', studies.Select(Section))}";

        string[] titles = [.. ParityCase.All.Select(parity => parity.Title)];
        MarkdownTable table = new("check", "tensors", "worst output, ours", "LibTorch float32", "worst gradient, ours", "LibTorch float32", "bounds above 1e-4", "worst loss, relative");
        foreach (string title in titles.Where(rows.ContainsKey)) table.Add(rows[title]);
        return string.Join('\n', [introduction.ReplaceLineEndings("\n"), $"## Summary\n\n{table}", .. titles.Append(StudyTitle).Where(parts.ContainsKey).Select(title => parts[title])]);
    }

    private static string[] Row(OracleResult result)
    {
        ILookup<bool, TensorResult> kinds = result.Tensors.ToLookup(IsGradient);
        return [result.Title, $"{result.Tensors.Count}", Scientific(kinds[false].Max(t => t.Ours)), Scientific(kinds[false].Max(t => t.Single)), Scientific(kinds[true].Max(t => t.Ours)), Scientific(kinds[true].Max(t => t.Single)),
            $"{result.Tensors.Count(t => t.Bound > ParityBounds.Usual)}", $"{Scientific(result.LossError)} in {result.Losses.Length} step{(result.Losses.Length == 1 ? "" : "s")}"];
    }

    public static string Section(OracleResult result)
    {
        StringBuilder text = new($"## {result.Title}\n");
        foreach (IGrouping<bool, TensorResult> kind in result.Tensors.GroupBy(IsGradient))
        {
            MarkdownTable table = new(kind.Key ? "gradient" : "output", "shape", "ours", "LibTorch float32", "ours at places", "bound");
            foreach (TensorResult t in kind)
                table.Add(kind.Key ? t.Name["gradient ".Length..] : t.Name, string.Join(" x ", t.Shape), Scientific(t.Ours), Scientific(t.Single), Scientific(t.OursAtPlaces), t.Bound.ToString("0e0", CultureInfo.InvariantCulture));
            text.Append('\n').Append(table);
        }
        foreach (IGrouping<string?, TensorResult> wide in result.Tensors.Where(t => t.Reason is not null).GroupBy(t => t.Reason))
            text.Append($"\n{wide.Count()} bound{(wide.Count() == 1 ? "" : "s")} above 1e-4, worst distance {Scientific(wide.Max(t => Math.Max(t.Ours, t.OursAtPlaces)))}: {wide.Key}\n");
        MarkdownTable losses = new("step", "loss, oracle float64", "LibTorch float32", "ours", "ours to float64", "float32 to float64");
        foreach (((double oracle, double single, double ours), int step) in result.Losses.Select((loss, step) => (loss, step + 1)))
            losses.Add($"{step}", Fixed(oracle), Fixed(single), Fixed(ours), Scientific(Math.Abs(ours - oracle) / oracle), Scientific(Math.Abs(single - oracle) / oracle));
        text.Append('\n').Append(losses);
        text.Append($"\nSmallest absolute input of a ReLU, by the RMS of the layer's: {string.Join(", ", result.Distances.Select(d => $"{d.Key} {Scientific(d.Value)}"))}.\n");
        return text.ToString();
    }

    public static string Section(StudyResult study)
    {
        MarkdownTable table = new(["step", "loss", .. study.Twins.Select(twin => twin.Name)]);
        int last = study.Exact.Length - 1;
        for (int step = 0; step <= last; step++) table.Add([$"{step + 1}", Fixed(study.Exact[step]), .. study.Twins.Select((_, twin) => Scientific(study.Parting(twin, step)))]);
        string weights = study.Gain == 1 ? "Gain 1: kernels and outputs of one size in all layers." : $"Gain {study.Gain}, as in the loss table of the projected profile: the same noise, on the same function, with steps that are small beside the weights.";
        string found = study.Gain != 1 ? "" : $" {study.NearShare.ToString("P1", CultureInfo.InvariantCulture)} of the elements that are not zero are near it. After ten steps, noise on them alone sets the losses {Scientific(study.Parting(1, last))} apart, on all {Scientific(study.Parting(0, last))}, on all others {Scientific(study.Parting(2, last))}.";
        return $"{weights}{found}\n\n{table}";
    }

    private static bool IsGradient(TensorResult tensor) => tensor.Name.StartsWith("gradient ", StringComparison.Ordinal);

    private static string Scientific(double value) => double.IsNaN(value) ? "-" : value == 0 ? "0" : value.ToString("0.0e0", CultureInfo.InvariantCulture);

    private static string Fixed(double value) => double.IsNaN(value) ? "-" : value.ToString("F7", CultureInfo.InvariantCulture);
}
