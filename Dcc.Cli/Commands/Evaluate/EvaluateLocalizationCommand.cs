// dcc evaluate localization DATA: cIoU and AUC against boxes that people drew. Read next: ../../../Dcc.Data/Evaluation/LocalizationTask.cs, docs/evaluation.md.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class EvaluateLocalizationCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string?> data = new("DATA")
    {
        Description = "A folder in a published layout (docs/data-sets.md), or a CSV file with the columns id,image,sound,xmin,ymin,xmax,ymax and label if known. Without it, composed scenes of the sample data with two things, of which one sounds.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> samples = new("--samples") { Description = "Sample data for composed scenes; the folder \"samples\" of the repository if not given.", HelpName = "DIR" };
    private readonly Option<int> scenes = CommonOptions.Whole("--scenes", "Composed scenes.", least: 1);
    private readonly Option<string> model = ModelFile.Option();
    private readonly Option<string?> list = BoxedData.ListOption();
    private readonly Option<ConfidenceKind> confidence = CommonOptions.Choice("--confidence", "With pairs that do not sound: what makes a network's confidence; map is SLAVC's rule, docs/understanding.md has all.", ConfidenceKind.Map,
        Enum.GetValues<ConfidenceKind>().ToDictionary(SilenceEvaluation.Name));
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
        foreach (Option option in new Option[] { model, list, samples, scenes, convention, map, truth, window, confidence, output, Json }) Options.Add(option);
        scenes.DefaultValueFactory = _ => 256;
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate localization --convention dsol", "The demo's model on composed scenes, whose boxes are exact."),
        new("dcc evaluate localization flickr-soundnet --model my-run/model.safetensors", "The annotated pairs of Flickr-SoundNet, counted as EZ-VSL does."),
        new("dcc evaluate localization vggss --list vggss_test_plus_silent.csv --convention slavc-relative", "VGG-SS and the pairs that do not sound: precision, AP and max-F1 too."),
        new("dcc evaluate localization boxes.csv --convention lvs --map paper --out boxes.json", "Boxes of one's own, another convention and the paper's map."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string? path = arguments.GetValue(data);
        if (path is null && arguments.GetValue(list) is not null) throw new CliException("--list picks pairs of a folder: name the folder, too.");
        (IReadOnlyList<BoxedPair> Pairs, IReadOnlyList<SkippedSample> Missing)? found = path is null ? null : BoxedData.Read(path, arguments.GetValue(list));
        ModelFile.RequireThere(arguments.GetValue(model)!);
        LocalizationOptions options = new()
        {
            Convention = arguments.GetValue(convention)!, Map = arguments.GetValue(map), Window = arguments.GetValue(window), Seed = (ulong)arguments.GetValue(common.Seed),
            Confidence = arguments.GetValue(confidence),
            Truth = arguments.GetValue(truth) switch { "consensus" => TruthRule.Consensus, "union" => TruthRule.Union, _ => null },
        };
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = ModelFile.Load(device, arguments.GetValue(model)!);
        EvaluationReport report = found is { } named
            ? screen.WithProgress($"Localising {named.Pairs.Count} pairs", progress => LocalizationTask.Run(dcc, named.Pairs, path!, options, progress, cancel))
            : OnScenes(screen, dcc, SamplesLocator.Find(arguments.GetValue(samples)), arguments.GetValue(scenes), options, cancel);
        EvaluationOutput.Show(screen, report with { Skipped = [.. found?.Missing ?? [], .. report.Skipped] }, arguments.GetValue(output)!);
        return CommandLine.Done;
    }

    private static EvaluationReport OnScenes(Screen screen, DccModel model, string folder, int count, LocalizationOptions options, CancellationToken cancel)
    {
        BoxedScenes scenes = screen.WithProgress("Composing scenes", _ =>
            BoxedScenes.Compose(SampleSet.Load(folder, model.Options.FrameSize, model.Options.LogMel.SampleRate), model.Options, options.Seed, count, cancel));
        return screen.WithProgress($"Localising {count} scenes", progress => LocalizationTask.Run(model, scenes, $"composed scenes of {folder}", options, progress, cancel));
    }
}
