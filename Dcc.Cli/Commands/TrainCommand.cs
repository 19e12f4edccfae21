// dcc train [DATA]: trains on prepared videos, or on one's own pairs of picture and sound. Read next: ../Training/TrainConfig.cs, ../../Dcc.Data/Shards/ShardSource.cs.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Spectre.Console;

namespace Dcc.Cli;

internal sealed class TrainCommand : Verb
{
    private const int SkippedShown = 20;
    private const string StateName = "state.safetensors";

    private readonly CommonOptions common = new();
    private readonly Argument<string?> data = new("DATA")
    {
        Description = "A folder that `dcc prepare` made, or a CSV file whose first line names the columns, image and sound among them. Without it, composed scenes of the sample data.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string> output = new("--out") { Description = "Folder for model.safetensors, training.json, metrics.jsonl and report.html.", HelpName = "DIR", DefaultValueFactory = _ => "dcc-train" };
    private readonly Option<string?> samples = new("--samples") { Description = "Sample data for composed scenes; the folder \"samples\" of the repository if not given.", HelpName = "DIR" };
    private readonly Option<string?> start = new("--start") { Description = "A pretrained start: a safetensors file with the weights of one or both networks, a trained model or converted ones; their preprocessing is taken over.", HelpName = "FILE" };
    private readonly Option<int> epochs = CommonOptions.Whole("--epochs", "Passes over a prepared folder, in place of --steps.", least: 1);
    private readonly Option<string?> config = new("--config") { Description = "A JSON file with settings; its names are those of the flags without their dashes, and \"data\". Flags win.", HelpName = "FILE" };
    private readonly Option<string?> resume = new("--resume") { Description = "Goes on with a stopped run, with its own settings, as if it had never stopped.", HelpName = "DIR" };
    private readonly Option<string?> report = CommonOptions.OnOff("--report", "Whether report.html is written at the end; on if not given. `dcc report` writes it later, too.");
    private readonly TrainRecipe recipe = new();

    public TrainCommand() : base("train", "Trains a model on prepared videos or on pairs of picture and sound; Ctrl-C stops and keeps what was learnt.")
    {
        Arguments.Add(data);
        foreach (Option option in new Option[] { output, samples, start, epochs, config, resume, report, Json }) Options.Add(option);
        recipe.AddTo(this);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc train shards --epochs 20 --out my-run", "Trains on a folder that `dcc prepare` made, streamed from disk."),
        new("dcc train --resume my-run", "Goes on with a run that Ctrl-C stopped: the same model, bit for bit."),
        new("dcc train pairs.csv --out my-run", "Trains on the pairs of a CSV file such as: image,sound then frog.png,frog.wav and so on, one pair a line."),
        new("dcc train pairs.csv --preset paper --device cuda --start vgg.safetensors", "The paper's recipe on an NVIDIA card, with networks that were trained before."),
        new("dcc train --config run.json --clusters 4", "Settings from a file such as {\"data\": \"shards\", \"steps\": 5000}, one of them changed."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        (arguments, string? stopped) = Settle(arguments);
        (DccOptions options, TrainerOptions training) = recipe.Read(arguments);
        training = training with { Seed = (ulong)arguments.GetValue(common.Seed) };
        PretrainedStart? pretrained = arguments.GetValue(start) is { } weights ? ReadStart(weights) : null;
        options = pretrained?.Fit(options) ?? options;

        string? path = arguments.GetValue(data);
        if (arguments.GetValue(epochs) > 0 && !Directory.Exists(path)) throw new CliException("--epochs counts passes over a folder that `dcc prepare` made: name one, or give --steps.");
        using ShardSource? shards = Directory.Exists(path) ? new ShardSource(path, options, training.Seed) : null;
        (IUnitSource source, string said, int most, IReadOnlyList<SkippedPair> skipped) = shards is not null ? (shards, $"{shards.Units:N0} units of {shards.Inputs} inputs", shards.Units, [])
            : path is not null ? FromManifest(screen, path, options, training, cancel)
            : FromScenes(screen, arguments.GetValue(samples), options, training);
        using Device device = common.Open(arguments, screen);
        using DccModel model = DccModel.Create(device, options, training.Seed);
        (IReadOnlyList<string> Taken, IReadOnlyList<string> Initialized)? begun = pretrained?.Apply(model);
        string folder = stopped ?? arguments.GetValue(output)!;
        OutputFolder results = OutputFolder.Open(folder);
        training = training with { Batch = Math.Min(training.Batch, most), CheckpointPath = results.PathOf("model.safetensors"), StatePath = results.PathOf(StateName) };
        if (arguments.GetValue(epochs) is > 0 and int passes) training = training with { Steps = checked(passes * shards!.StepsPerEpoch(training.Batch)) };
        TrainingState? state = stopped is null ? null : TrainingState.Read(results.PathOf(StateName));
        Trainer trainer = new(model, source, training, state);
        if (stopped is null) AtomicFile.WriteText(results.PathOf(TrainConfig.FileName), TrainConfig.Write(this, arguments, NotKept, Paths));

        screen.Heading($"Training on {device.Name}");
        if (begun is { } started)
            screen.Line($"{started.Taken.Count} tensors start as in {arguments.GetValue(start)}; {(started.Initialized.Count == 0 ? "none is" : $"{started.Initialized.Count} are")} initialised{(started.Initialized.Count is > 0 and <= 4 ? $": {string.Join(", ", started.Initialized)}" : "")}.");
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{said}; {model.ParameterCount:N0} parameters, {training.Steps} steps of {training.Batch} units{(state is null ? "" : $", going on after step {state.StepsDone}")}."));
        TrainingResult result = Run(screen, device, trainer, training, results.PathOf("metrics.jsonl"), state, cancel);
        AtomicFile.WriteText(results.PathOf("training.json"), RunRecord.Training(model, training, result, said, path, path is null ? SamplesLocator.Find(arguments.GetValue(samples)) : null, skipped));
        screen.Line(result.Cancelled
            ? $"Stopped after step {result.StepsDone} of {training.Steps}; the model so far is {training.CheckpointPath}{(result.StepsDone > 0 ? $"; `{ProgramName.Text} train --resume {folder}` goes on" : "")}."
            : string.Create(CultureInfo.InvariantCulture, $"Trained in {result.Seconds:F0} s; the model is {training.CheckpointPath}, the run's record {results.PathOf("training.json")}."));
        screen.Line(PeakMemory.Line(device));
        if (arguments.GetValue(report) != "off" && !result.Cancelled) WriteReport(screen, model, folder, cancel);
        screen.Line($"Try    {ProgramName.Text} localize IMAGE AUDIO --model {training.CheckpointPath}");
        screen.Answer(RunRecord.Summary(folder, training, result, skipped.Count));
        return result.Cancelled ? CommandLine.Cancelled : CommandLine.Done;
    }

    /// <summary>Settings that belong to one call and not to the run.</summary>
    private Option[] NotKept => [config, resume, Json, output, report, common.Device, common.Threads, common.Tuning];

    private Symbol[] Paths => [samples, start];

    /// <summary>The command line with what a file adds to it, and the folder of the run that goes on, if one does.</summary>
    private (ParseResult, string?) Settle(ParseResult arguments)
    {
        if (arguments.GetValue(resume) is not { } folder)
            return (arguments.GetValue(config) is { } file ? TrainConfig.Merge(this, arguments, file, [config, resume], [.. Paths, output]) : arguments, null);
        Symbol[] mayStand = [resume, Json, report, common.Device, common.Threads, common.Tuning];
        if (Options.Cast<Symbol>().Concat(Arguments).FirstOrDefault(symbol => !mayStand.Contains(symbol) && arguments.GetResult(symbol) is ArgumentResult { Tokens.Count: > 0 } or OptionResult { Implicit: false }) is { } other)
            throw new CliException($"{other.Name} cannot stand beside --resume: a run goes on with the settings that it began with. Leave it out, or start a new run.");
        string settings = Path.Combine(folder, TrainConfig.FileName);
        if (!File.Exists(settings) || !File.Exists(Path.Combine(folder, StateName)))
            throw new CliException($"{folder} holds no run that was stopped{(File.Exists(Path.Combine(folder, "model.safetensors")) ? " (it is finished)" : "")}: name the --out folder of a `dcc train` that Ctrl-C ended.");
        return (TrainConfig.Merge(this, arguments, settings, [config, resume, output], Paths), folder);
    }

    private static TrainingResult Run(Screen screen, Device device, Trainer trainer, TrainerOptions training, string metrics, TrainingState? state, CancellationToken cancel)
    {
        DeadClusters dead = new();
        foreach (TrainingProgress before in state?.History ?? []) dead.Look(before);
        using MetricsLog log = new(metrics, state?.StepsDone ?? 0);
        return TrainingScreen.Run(screen, device, trainer, training.Steps, cancel, now =>
        {
            string? said = dead.Look(now);
            log.Add(now, dead.Now);
            return said;
        });
    }

    /// <summary>A run that is trained is not lost for want of a report.</summary>
    private static void WriteReport(Screen screen, DccModel model, string folder, CancellationToken cancel)
    {
        string page = Path.Combine(folder, "report.html");
        try
        {
            AtomicFile.WriteText(page, RunReport.Make(screen, RunFiles.Read(folder), model, shown: null, cancel));
            screen.Line($"See    {page} in a browser: curves, measures, heat maps, sounds, clusters.");
        }
        catch (Exception failure) when (failure is DataException or CliException or IOException or UnauthorizedAccessException)
        {
            screen.Line($"There is no report: {failure.Message} `{ProgramName.Text} report {folder}` makes one.");
        }
        catch (OperationCanceledException) { screen.Line($"Stopped before the report; `{ProgramName.Text} report {folder}` makes it."); }
    }

    private static PretrainedStart ReadStart(string path) =>
        File.Exists(path) ? PretrainedStart.Read(path) : throw new CliException($"There is no file {path} to start from: name a safetensors file with --start.");

    private static (IUnitSource, string, int, IReadOnlyList<SkippedPair>) FromManifest(Screen screen, string path, DccOptions options, TrainerOptions training, CancellationToken cancel)
    {
        PairManifest pairs = PairManifest.Read(path);
        PairLibrary library = screen.WithProgress($"Reading {pairs.Pairs.Count} pairs", progress => PairLibrary.Load(pairs, options, progress, cancel));
        if (library.Skipped.Count > 0)
        {
            screen.Heading($"{library.Skipped.Count} of {pairs.Pairs.Count} pairs cannot be used and are left out:");
            Table table = screen.Table("line", "reason");
            foreach (SkippedPair pair in library.Skipped.Take(SkippedShown)) table.AddRow(pair.Line.ToString(CultureInfo.InvariantCulture), Markup.Escape(pair.Reason));
            if (library.Skipped.Count > SkippedShown) table.AddRow("...", $"{library.Skipped.Count - SkippedShown} more; training.json lists them all");
            screen.Show(table);
        }
        return (new ManifestSource(library, training.Seed), $"{library.PairCount} pairs with {library.SoundCount} sounds", library.SoundCount, library.Skipped);
    }

    private static (IUnitSource, string, int, IReadOnlyList<SkippedPair>) FromScenes(Screen screen, string? named, DccOptions options, TrainerOptions training)
    {
        string folder = SamplesLocator.Find(named);
        SampleSet set = screen.WithProgress("Reading the samples", _ => SampleSet.Load(folder, options.FrameSize, options.LogMel.SampleRate));
        return (new SceneSource(set, new SceneSourceOptions { Seed = training.Seed, Steps = training.Steps }), $"composed scenes of {set.Things.Count} things", int.MaxValue, []);
    }
}
