// dcc demo: trains on composed scenes, judges on unseen ones, leaves a page of pictures. Read next: ../DemoRun.cs, ../Report/DemoReport.cs.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Spectre.Console;

namespace Dcc.Cli;

internal sealed class DemoCommand : Verb
{
    /// <summary>The test scenes are the same for every training seed.</summary>
    private const ulong TestSeed = 1;

    private const int FullTest = 512;

    private readonly CommonOptions common = new();
    private readonly Option<string> output = new("--out") { Description = "Folder for model.safetensors, metrics.json and report.html.", HelpName = "DIR", DefaultValueFactory = _ => "dcc-demo" };
    private readonly Option<string?> samples = new("--samples") { Description = "Sample data; the folder \"samples\" of the repository if not given.", HelpName = "DIR" };
    private readonly Option<int> steps = CommonOptions.Whole("--steps", "Training steps; fewer are quicker and worse.", least: 1);
    private readonly Option<int> scenes = CommonOptions.Whole("--scenes", $"Test scenes of each kind, a multiple of {SceneTestSet.GroupSize}.", least: SceneTestSet.GroupSize);

    private readonly Option<string?> figures = new("--figures") { Description = "Also draw the figures of docs/dcc.md into this folder.", HelpName = "DIR" };

    public DemoCommand() : base("demo", "Trains on composed scenes in a few minutes, shows that it found what sounds, and leaves a page of pictures.")
    {
        Options.Add(output);
        Options.Add(samples);
        Options.Add(steps);
        Options.Add(scenes);
        Options.Add(figures);
        Options.Add(Json);
        common.AddTo(this);
        steps.DefaultValueFactory = _ => new TrainerOptions().Steps;
        scenes.DefaultValueFactory = _ => FullTest;
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc demo", "The whole demonstration; its page is dcc-demo/report.html."),
        new("dcc demo --steps 100 --scenes 64 --out quick", "A quick look, for checking that everything works."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        int perKind = arguments.GetValue(scenes);
        if (perKind % SceneTestSet.GroupSize != 0) throw new CliException($"--scenes {perKind} is no multiple of {SceneTestSet.GroupSize}: retrieval is judged in groups of that size. Take {Math.Max(1, perKind / SceneTestSet.GroupSize) * SceneTestSet.GroupSize}.");
        string folder = SamplesLocator.Find(arguments.GetValue(samples));
        using Device device = common.Open(arguments, screen);
        DccOptions options = DccOptions.Small;
        SampleSet set = screen.WithProgress("Reading the samples", _ => SampleSet.Load(folder, options.FrameSize, options.LogMel.SampleRate));
        OutputFolder results = OutputFolder.Open(arguments.GetValue(output)!);
        TrainerOptions training = new() { Steps = arguments.GetValue(steps), Seed = (ulong)arguments.GetValue(common.Seed), CheckpointPath = results.PathOf("model.safetensors") };

        using DccModel model = DccModel.Create(device, options, training.Seed);
        screen.Heading($"Training on {device.Name}");
        screen.Line($"{set.Things.Count} things that sound, {set.TrainingBackgrounds.Count} backgrounds; {Text($"{model.ParameterCount:N0}")} parameters, {training.Steps} steps of {training.Batch} scenes; no labels.");
        SceneSource source = new(set, new SceneSourceOptions { Seed = training.Seed, Steps = training.Steps });
        TrainingResult result = TrainingScreen.Run(screen, device, new Trainer(model, source, training), training.Steps, cancel);
        if (result.Cancelled)
        {
            screen.Line($"Stopped after step {result.StepsDone} of {training.Steps}. The model so far is {training.CheckpointPath}; `{ProgramName.Text} localize` takes it with --model.");
            return CommandLine.Cancelled;
        }
        screen.Line(Text($"Trained in {result.Seconds:F0} s. {PeakMemory.Line(device)}"));

        using DccModel untrained = DccModel.Create(device, options, training.Seed);
        // The baseline gets what the trained network has: a mean audio centre to subtract.
        Trainer.MeasureMeanAudioCentre(untrained, source, training);
        DemoRun run = Evaluate(screen, model, untrained, training, result, SceneTestSet.Create(set, TestSeed, perKind, options.FramesPerUnit, options.SamplesPerUnit), folder, cancel);
        string metrics = RunRecord.Demo(run);
        AtomicFile.WriteText(results.PathOf("metrics.json"), metrics);
        AtomicFile.WriteText(results.PathOf("report.html"), DemoReport.Write(run));
        if (arguments.GetValue(figures) is { } drawn) Figures.Write(run, drawn);
        ShowTargets(screen, run.Evaluation.Metrics);
        screen.Line();
        screen.Line($"See    {results.PathOf("report.html")} in a browser: frames, heat maps, sounds, clusters, right and wrong answers.");
        PairEntry pair = PairManifest.Read(Path.Combine(folder, "pairs.csv")).Pairs[0];
        screen.Line($"Try    {ProgramName.Text} localize {Shown(pair.Image)} {Shown(pair.Sound)} --model {training.CheckpointPath}");
        screen.Answer(metrics);
        screen.Line("Read   docs/dcc.md for how it works, docs/architecture.md for where everything is.");
        return CommandLine.Done;
    }

    private static DemoRun Evaluate(Screen screen, DccModel model, DccModel untrained, TrainerOptions training, TrainingResult result, SceneTestSet tests, string folder, CancellationToken cancel)
    {
        Stopwatch clock = Stopwatch.StartNew();
        SceneEvaluation evaluation = screen.WithProgress($"Judging on {3 * tests.Single.Count} unseen scenes", progress => SceneEvaluation.Run(model, untrained, tests, TestSeed, progress, cancel));
        return new DemoRun(model, training, result, tests, evaluation, folder, TestSeed, clock.Elapsed.TotalSeconds);
    }

    private static void ShowTargets(Screen screen, SceneMetrics metrics)
    {
        Table table = screen.Table("measure", "value", "95 % interval", "asked", "chance", "untrained", "best baseline");
        foreach (DemoTarget target in DemoTarget.All)
        {
            Measure measure = target.Pick(metrics.Model)!;
            double? untrained = target.Pick(metrics.Baselines["untrained"])?.Value, best = metrics.Baselines.Values.Max(baseline => target.Pick(baseline)?.Value);
            bool reached = measure.Value >= target.Target;
            string value = Text($"{measure.Value:F3}");
            table.AddRow(target.Key, screen.IsLive ? $"[bold {(reached ? "green" : "yellow")}]{value}[/]" : value, Text($"{measure.Low:F3} to {measure.High:F3}"),
                Text($"{target.Target:F2} {(reached ? "reached" : "missed")}"), Text($"{target.ChanceIn(metrics.TestSet):F2}"), Text($"{untrained:F3}"), Text($"{best:F3}"));
        }
        screen.Show(table);
    }

    private static string Shown(string path)
    {
        string shown = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return shown.Contains(' ') ? $"\"{shown}\"" : shown;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
