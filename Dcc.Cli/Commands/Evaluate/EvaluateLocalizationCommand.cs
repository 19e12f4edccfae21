// dcc evaluate localization DATA: cIoU and AUC against boxes that people drew. Read next: ../../../Dcc.Data/Evaluation/LocalizationTask.cs, docs/evaluation.md.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class EvaluateLocalizationCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string> data = new("DATA") { Description = "A folder in a published layout (docs/data-sets.md), or a CSV file with the columns id,image,sound,xmin,ymin,xmax,ymax and label if known." };
    private readonly Option<string> model = BoxedData.ModelOption();
    private readonly Option<string> output = EvaluationOutput.Option("localization");
    private readonly Option<LocalizationConvention> convention = CommonOptions.Choice("--convention", "The binarisation; docs/evaluation.md says what each does.", LocalizationConvention.All["ez-vsl"], LocalizationConvention.All);
    private readonly Option<HeatMapKind> map = CommonOptions.Choice("--map", "The rule that makes the map; docs/dcc.md explains them.", HeatMapKind.AgainstMean, HeatMapKinds.ByName);
    private readonly Option<string> truth = CommonOptions.Choice("--truth", "Whether two boxes must agree; auto is consensus for boxes in pixels, union for boxes in fractions.", "auto",
        new Dictionary<string, string> { ["auto"] = "auto", ["consensus"] = "consensus", ["union"] = "union" });
    private readonly Option<SoundWindow> window = CommonOptions.Choice("--sound", "The part of a longer recording that is heard.", SoundWindow.Middle,
        new Dictionary<string, SoundWindow> { ["middle"] = SoundWindow.Middle, ["start"] = SoundWindow.Start });

    public EvaluateLocalizationCommand() : base("localization", "Does the map show what sounds? cIoU@0.5 and AUC against boxes, beside random, all_ones, centre_prior and untrained.")
    {
        Arguments.Add(data);
        foreach (Option option in new Option[] { model, convention, map, truth, window, output }) Options.Add(option);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate localization flickr-soundnet --model my-run/model.safetensors", "The annotated pairs of Flickr-SoundNet, counted as EZ-VSL does."),
        new("dcc evaluate localization boxes.csv --convention lvs --map paper --out boxes.json", "Boxes of one's own, another convention and the paper's map."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string path = arguments.GetValue(data)!;
        (IReadOnlyList<BoxedPair> pairs, IReadOnlyList<SkippedSample> missing) = BoxedData.Read(path);
        string modelPath = BoxedData.RequireModel(arguments.GetValue(model)!);
        LocalizationOptions options = new()
        {
            Convention = arguments.GetValue(convention)!, Map = arguments.GetValue(map), Window = arguments.GetValue(window), Seed = (ulong)arguments.GetValue(common.Seed),
            Truth = arguments.GetValue(truth) switch { "consensus" => TruthRule.Consensus, "union" => TruthRule.Union, _ => null },
        };
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = DccModel.Load(device, modelPath);
        EvaluationReport report = screen.WithProgress($"Localising {pairs.Count} pairs", progress => LocalizationTask.Run(dcc, pairs, path, options, progress, cancel));
        EvaluationOutput.Show(screen, report with { Skipped = [.. missing, .. report.Skipped] }, arguments.GetValue(output)!);
        return CommandLine.Done;
    }
}
