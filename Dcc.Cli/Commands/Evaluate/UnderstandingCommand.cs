// dcc evaluate understanding: do clusters agree with classes, and what do the best clusters of a scene show? Read next: ../../../Dcc.Data/Evaluation/UnderstandingEvaluation.cs, ../../Pictures/RankedFigure.cs.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Cli;

internal sealed class UnderstandingCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly EvaluatedPairs input = new(usualScenes: 256);
    private readonly Option<string> output = EvaluationOutput.Option("understanding");
    private readonly Option<string?> figures = new("--figures") { Description = "Also draw scenes under their three best clusters into this folder: PNG files, and scenes.csv that says what they show.", HelpName = "DIR" };
    private readonly Option<int> shown = CommonOptions.Whole("--shown", "Scenes to draw.", least: 1);

    public UnderstandingCommand() : base("understanding", "Compares the clusters that a model found with classes it was never told, and shows the best clusters of each scene.")
    {
        input.AddTo(this);
        Options.Add(output);
        Options.Add(Json);
        Options.Add(figures);
        Options.Add(shown);
        shown.DefaultValueFactory = _ => 6;
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate understanding --figures clusters", "The demo's model on composed scenes; figures of scenes in which two things sound."),
        new("dcc evaluate understanding pairs.csv --model my-run/model.safetensors", "A CSV file with the columns image, sound, label; or a folder with one folder for each class, with NAME.wav beside NAME.png."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        OutputFolder? folder = arguments.GetValue(figures) is { } named ? OutputFolder.Open(named) : null;
        ulong seed = (ulong)arguments.GetValue(common.Seed);
        using Device device = common.Open(arguments, screen);
        using DccModel model = input.Load(arguments, device);
        (LabelledPairs judged, LabelledPairs drawn) = input.Open(arguments, screen, model.Options);
        EvaluationReport report = screen.WithProgress($"Looking at {judged.Pairs.Count} pairs", progress => UnderstandingEvaluation.Run(model, judged, seed, progress, cancel));
        EvaluationOutput.Show(screen, report with { Skipped = [.. judged.Missing, .. report.Skipped] }, arguments.GetValue(output)!);
        if (folder is not null) Draw(screen, model, drawn, arguments.GetValue(shown), folder, cancel);
        return CommandLine.Done;
    }

    /// <summary>The first scenes, not chosen ones.</summary>
    private static void Draw(Screen screen, DccModel model, LabelledPairs pairs, int count, OutputFolder folder, CancellationToken cancel)
    {
        List<JsonObject> lines = [];
        int drawn = 0;
        foreach (LabelledPair pair in pairs.Pairs)
        {
            if (drawn == count) break;
            cancel.ThrowIfCancellationRequested();
            UnitAnalysis unit;
            try { unit = model.AnalyzeOne(pair.Picture(), pair.Sound()); }
            catch (Exception bad) when (bad is DataException or IOException or UnauthorizedAccessException)
            {
                screen.Note($"{pair.Id} cannot be drawn: {bad.Message}");
                continue;
            }
            IReadOnlyList<RankedCluster> ranked = ClusterRanking.Rank(unit);
            string name = string.Create(CultureInfo.InvariantCulture, $"scene-{++drawn:D2}.png");
            Figures.Save(folder.PathOf(name), RankedFigure.Draw(pair, unit, ranked, model.Options.LogMel.Bands));
            for (int rank = 0; rank < Math.Min(RankedFigure.Top, ranked.Count); rank++) lines.Add(Line(name, pair, unit.Assignments, ranked[rank], rank + 1));
        }
        AtomicFile.WriteText(folder.PathOf("scenes.csv"), EvaluationOutput.Csv(lines));
        screen.Line($"Drawn: {drawn} scenes, {folder.PathOf("scene-01.png")} and so on; {folder.PathOf("scenes.csv")} says which clusters they show.");
    }

    private static JsonObject Line(string file, LabelledPair pair, UnitAssignments a, RankedCluster ranked, int rank) => new()
    {
        ["file"] = file,
        ["scene"] = pair.Id,
        ["rank"] = rank,
        ["cluster"] = ranked.Cluster + 1,
        ["cosine"] = ranked.Cosine,
        ["picture_share"] = ClusterRanking.InPicture(a, ranked.Cluster).Values.Average(),
        ["sound_share"] = ClusterRanking.InSound(a, ranked.AudioCluster).Values.Average(),
    };
}
