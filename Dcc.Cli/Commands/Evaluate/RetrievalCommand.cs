// dcc evaluate retrieval: which picture a sound finds, and which sound a picture. Read next: ../../../Dcc.Data/Evaluation/RetrievalTask.cs.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class RetrievalCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string?> data = new("PAIRS") { Description = "A CSV file with the columns image,sound, or a folder with pairs in a published layout (docs/data-sets.md); the pairs of the samples if not given.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> model = ModelFile.Option();
    private readonly Option<string?> list = BoxedData.ListOption();
    private readonly Option<SoundWindow?> window = CommonOptions.Choice<SoundWindow?>("--sound", "The part of a longer recording that is heard; if not given the middle in a folder, whose frames are taken there, and the start in a CSV file.", null,
        new Dictionary<string, SoundWindow?> { ["middle"] = SoundWindow.Middle, ["start"] = SoundWindow.Start });
    private readonly Option<string> output = EvaluationOutput.Option("retrieval");

    public RetrievalCommand() : base("retrieval", "At which rank a sound finds its picture among all, and a picture its sound; beside an untrained network and chance.")
    {
        Arguments.Add(data);
        Options.Add(model);
        Options.Add(list);
        Options.Add(window);
        Options.Add(output);
        Options.Add(Json);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate retrieval my-pairs.csv --model my-run/model.safetensors", "Recall at 1, 5 and 10 and the median rank, both ways."),
        new("dcc evaluate retrieval vggss --list vggss_test.csv --model my-run/model.safetensors", "The frames and sounds of VGG-SS's test clips."),
        new("dcc evaluate retrieval", "The pairs of the samples and the model of `dcc demo`, which was trained on most of them."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string path = arguments.GetValue(data) ?? Path.Combine(SamplesLocator.Find(null), "pairs.csv");
        MediaPairs pairs = MediaPairs.Read(path, arguments.GetValue(list));
        SoundWindow heard = arguments.GetValue(window) ?? (Directory.Exists(path) ? SoundWindow.Middle : SoundWindow.Start);
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = ModelFile.Load(device, arguments.GetValue(model)!);
        EvaluationReport report = screen.WithProgress($"Comparing {pairs.Pairs.Count} pairs", progress => RetrievalTask.Evaluate(dcc, pairs, heard, (ulong)arguments.GetValue(common.Seed), progress, cancel));
        EvaluationOutput.Show(screen, report, arguments.GetValue(output)!);
        return CommandLine.Done;
    }
}
