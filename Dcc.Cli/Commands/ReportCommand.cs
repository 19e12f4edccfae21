// dcc report RUN-DIR: a page of pictures for a run of train or demo. Read next: ../Report/RunReport.cs.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Cli;

internal sealed class ReportCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string> folder = new("RUN-DIR") { Description = "The folder that `dcc train` or `dcc demo` wrote." };
    private readonly Option<string?> pairs = new("--pairs") { Description = "What to show the model: a CSV file with the columns image,sound, a folder of classes or one that `dcc prepare` made. What it was trained on if not given.", HelpName = "PATH" };
    private readonly Option<string?> output = new("--out") { Description = "The page; report.html in the folder of the run if not given.", HelpName = "FILE" };

    public ReportCommand() : base("report", "Writes a page of pictures for a run: curves, measures beside baselines, a gallery with heat maps and sounds, clusters, a map.")
    {
        Arguments.Add(folder);
        Options.Add(pairs);
        Options.Add(output);
        common.AddTo(this, seed: false);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc report dcc-train", "The pairs that the run was trained on; results of `dcc evaluate` that stand in the folder are shown too."),
        new("dcc report my-run --pairs others.csv --out others.html", "The same model, shown pairs that it has not seen."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        RunFiles run = RunFiles.Read(arguments.GetValue(folder)!);
        LabelledPairs? shown = arguments.GetValue(pairs) is { } path ? RunReport.PairsOf(path) : null;
        using Device device = common.Open(arguments, screen);
        using DccModel model = DccModel.Load(device, run.Model);
        string page = arguments.GetValue(output) ?? Path.Combine(run.Folder, "report.html");
        AtomicFile.WriteText(page, RunReport.Make(screen, run, model, shown, cancel));
        screen.Line($"See    {page} in a browser.");
        return CommandLine.Done;
    }
}
