// dcc evaluate multisource [DATA]: several sources at once. Read next: ../../../Dcc.Data/Evaluation/MultiSourceTask.cs, docs/evaluation.md.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class EvaluateMultiSourceCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string?> data = new("DATA")
    {
        Description = "Boxed pairs with labels: a folder in a published layout or a CSV file. Without it, composed scenes and sounds of the sample data.", Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string> model = ModelFile.Option();
    private readonly Option<string> output = EvaluationOutput.Option("multisource");
    private readonly Option<string?> samples = new("--samples") { Description = "Sample data for composed scenes; the folder \"samples\" of the repository if not given.", HelpName = "DIR" };
    private readonly Option<int> scenes = CommonOptions.Whole("--scenes", "Composed scenes of each of the two kinds.", least: 2);
    private readonly Option<int> clips = CommonOptions.Whole("--clips", "Composed long sounds for the events.", least: 1);

    public EvaluateMultiSourceCommand() : base("multisource", "Are several sources told apart, in the frame and in time? Class-aware CIoU@0.3, AUC, NSA, mAP, events.")
    {
        Arguments.Add(data);
        foreach (Option option in new Option[] { model, samples, scenes, clips, output, Json }) Options.Add(option);
        scenes.DefaultValueFactory = _ => new MultiSourceOptions().Scenes;
        clips.DefaultValueFactory = _ => new MultiSourceOptions().Clips;
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate multisource --model dcc-demo/model.safetensors", "Composed scenes and sounds of the sample data."),
        new("dcc evaluate multisource boxes.csv --out music.json", "Boxed pairs with labels of one's own; half of them serve to match clusters to classes."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        ModelFile.RequireThere(arguments.GetValue(model)!);
        MultiSourceOptions options = new() { Scenes = arguments.GetValue(scenes), Clips = arguments.GetValue(clips), Seed = (ulong)arguments.GetValue(common.Seed) };
        string? path = arguments.GetValue(data);
        (IReadOnlyList<BoxedPair>? pairs, IReadOnlyList<SkippedSample> missing) = path is null ? (null, []) : BoxedData.Read(path);
        string folder = path ?? SamplesLocator.Find(arguments.GetValue(samples));
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = ModelFile.Load(device, arguments.GetValue(model)!);
        EvaluationReport report = pairs is not null
            ? screen.WithProgress($"Judging {pairs.Count} pairs", progress => MultiSourceTask.Run(dcc, pairs, folder, options, progress, cancel))
            : FromScenes(screen, dcc, folder, options, cancel);
        EvaluationOutput.Show(screen, report with { Skipped = [.. missing, .. report.Skipped] }, arguments.GetValue(output)!);
        return CommandLine.Done;
    }

    private static EvaluationReport FromScenes(Screen screen, DccModel model, string folder, MultiSourceOptions options, CancellationToken cancel)
    {
        SampleSet set = screen.WithProgress("Reading the samples", _ => SampleSet.Load(folder, model.Options.FrameSize, model.Options.LogMel.SampleRate));
        return screen.WithProgress($"Judging {2 * options.Scenes} scenes and {options.Clips} long sounds", progress => MultiSourceTask.Run(model, set, folder, options, progress, cancel));
    }
}
