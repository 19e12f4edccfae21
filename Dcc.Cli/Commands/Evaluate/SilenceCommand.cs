// dcc evaluate silence: does the model know when nothing that it sees sounds? Read next: ../../../Dcc.Data/Evaluation/SilenceEvaluation.cs.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class SilenceCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly EvaluatedPairs input = new(usualScenes: 128);
    private readonly Option<string> output = EvaluationOutput.Option("silence");
    private readonly Option<string?> media = new("--media") { Description = "Of a list video,audio,label: the folder with frames/ID.jpg and audio/ID.wav, or in a layout with boxes; the list's own folder if not given.", HelpName = "DIR" };
    private readonly Option<ConfidenceKind> confidence = CommonOptions.Choice("--confidence", "The rule that answers for each pair; the report compares all three.", ConfidenceKind.Positive,
        Enum.GetValues<ConfidenceKind>().ToDictionary(SilenceEvaluation.Name));

    public SilenceCommand() : base("silence", "Measures whether a model knows when nothing in the picture sounds: on silence, quiet noise and sounds from off the screen.")
    {
        input.AddTo(this);
        Options.Add(output);
        Options.Add(Json);
        Options.Add(media);
        Options.Add(confidence);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate silence", "The demo's model on composed scenes, each with its own sound, silence, quiet noise and another's sound."),
        new("dcc evaluate silence vggss_test_plus_silent.csv --media vggss", "The list of an extended test set: its non-sounding pairs, and the sounding ones of vggss_test.csv beside it."),
        new("dcc evaluate silence pairs.csv --confidence top", "The pairs of a CSV file with the columns image, sound and, if known, label; answers by the best cluster's cosine."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        ulong seed = (ulong)arguments.GetValue(common.Seed);
        using Device device = common.Open(arguments, screen);
        using DccModel model = input.Load(arguments, device);
        DataSetContents? listed = Listed(arguments);
        LabelledPairs? judged = listed is null ? input.Open(arguments, screen, model.Options).Judged : null;
        SilencePairs pairs = judged is null ? SilencePairs.Listed(arguments.GetValue(input.Pairs)!, listed!.Boxes) : SilencePairs.From(judged, seed);
        EvaluationReport report = screen.WithProgress($"Asking about {pairs.Pairs.Count} pairs", progress => SilenceEvaluation.Run(model, pairs, arguments.GetValue(confidence), seed, progress, cancel));
        report = report with { Skipped = [.. listed?.Missing ?? judged!.Missing, .. report.Skipped], Notes = [.. report.Notes, .. listed?.Notes ?? []] };
        EvaluationOutput.Show(screen, report, arguments.GetValue(output)!);
        return CommandLine.Done;
    }

    /// <summary>The pairs of an extended test set, if that is what was named: a list, or a folder that has one.</summary>
    private DataSetContents? Listed(ParseResult arguments)
    {
        if (arguments.GetValue(input.Pairs) is not { } path) return null;
        if (ExtendedList.IsOne(path)) return ExtendedFolder.OfList(path, arguments.GetValue(media) ?? Path.GetDirectoryName(Path.GetFullPath(path))!);
        return Directory.Exists(path) && DataSetFolder.TryRecognise(path) is { } found && found.Boxes.Any(pair => pair.Silent) ? found : null;
    }
}
