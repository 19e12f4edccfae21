// dcc evaluate retrieval: which picture a sound finds, and which sound a picture. Read next: ../../../Dcc.Data/Evaluation/RetrievalTask.cs.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class RetrievalCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string?> data = new("PAIRS") { Description = "A CSV file with the columns image,sound; the pairs of the samples if not given.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> model = FeatureOptions.ModelOption();
    private readonly Option<string> output = EvaluationOutput.Option("retrieval");

    public RetrievalCommand() : base("retrieval", "At which rank a sound finds its picture among all, and a picture its sound; beside an untrained network and chance.")
    {
        Arguments.Add(data);
        Options.Add(model);
        Options.Add(output);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate retrieval my-pairs.csv --model my-run/model.safetensors", "Recall at 1, 5 and 10 and the median rank, both ways."),
        new("dcc evaluate retrieval", "The pairs of the samples and the model of `dcc demo`, which was trained on most of them."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string path = arguments.GetValue(data) ?? Path.Combine(SamplesLocator.Find(null), "pairs.csv");
        PairManifest pairs = PairManifest.Read(path);
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = FeatureOptions.LoadModel(arguments.GetValue(model)!, device);
        EvaluationReport report = screen.WithProgress($"Comparing {pairs.Pairs.Count} pairs", progress => RetrievalTask.Evaluate(dcc, pairs.Pairs, path, (ulong)arguments.GetValue(common.Seed), progress, cancel));
        EvaluationOutput.Show(screen, report, arguments.GetValue(output)!);
        return CommandLine.Done;
    }
}
