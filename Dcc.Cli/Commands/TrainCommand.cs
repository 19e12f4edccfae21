// dcc train [MANIFEST.csv]: trains on one's own pairs of picture and sound. Read next: ../../Dcc.Data/Manifests/ManifestSource.cs.
using System.CommandLine;
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

    private readonly CommonOptions common = new();
    private readonly Argument<string?> manifest = new("MANIFEST")
    {
        Description = "A CSV file; its first line names the columns, image and sound among them. Without it, composed scenes of the sample data.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string> output = new("--out") { Description = "Folder for model.safetensors and training.json.", HelpName = "DIR", DefaultValueFactory = _ => "dcc-train" };
    private readonly Option<string?> samples = new("--samples") { Description = "Sample data for composed scenes; the folder \"samples\" of the repository if not given.", HelpName = "DIR" };
    private readonly Option<string?> start = new("--start") { Description = "A pretrained start: a safetensors file with the weights of one or both networks, a trained model or converted ones; their preprocessing is taken over.", HelpName = "FILE" };
    private readonly TrainRecipe recipe = new();

    public TrainCommand() : base("train", "Trains a model on pairs of picture and sound; Ctrl-C stops and keeps what was learnt.")
    {
        Arguments.Add(manifest);
        Options.Add(output);
        Options.Add(samples);
        Options.Add(start);
        recipe.AddTo(this);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc train pairs.csv --out my-run", "Trains on the pairs of a CSV file such as: image,sound then frog.png,frog.wav and so on, one pair a line."),
        new("dcc train pairs.csv --preset paper --device cuda --start vgg.safetensors", "The paper's recipe on an NVIDIA card, with networks that were trained before."),
        new("dcc train pairs.csv --clusters 4 --rounds 1 --squash on", "The small preset with another K, T and squash, to see what they are worth."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        (DccOptions options, TrainerOptions training) = recipe.Read(arguments);
        training = training with { Seed = (ulong)arguments.GetValue(common.Seed) };
        PretrainedStart? pretrained = arguments.GetValue(start) is { } weights ? ReadStart(weights) : null;
        options = pretrained?.Fit(options) ?? options;

        (IUnitSource source, string data, int most, IReadOnlyList<SkippedPair> skipped) = arguments.GetValue(manifest) is { } path
            ? FromManifest(screen, path, options, training, cancel)
            : FromScenes(screen, arguments.GetValue(samples), options, training);
        using Device device = common.Open(arguments, screen);
        using DccModel model = DccModel.Create(device, options, training.Seed);
        (IReadOnlyList<string> Taken, IReadOnlyList<string> Initialized)? begun = pretrained?.Apply(model);
        OutputFolder results = OutputFolder.Open(arguments.GetValue(output)!);
        training = training with { Batch = Math.Min(training.Batch, most), CheckpointPath = results.PathOf("model.safetensors") };
        screen.Heading($"Training on {device.Name}");
        if (begun is { } started)
            screen.Line($"{started.Taken.Count} tensors start as in {arguments.GetValue(start)}; {(started.Initialized.Count == 0 ? "none is" : $"{started.Initialized.Count} are")} initialised{(started.Initialized.Count is > 0 and <= 4 ? $": {string.Join(", ", started.Initialized)}" : "")}.");
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{data}; {model.ParameterCount:N0} parameters, {training.Steps} steps of {training.Batch} units."));
        TrainingResult result = TrainingScreen.Run(screen, device, new Trainer(model, source, training), training.Steps, cancel);
        AtomicFile.WriteText(results.PathOf("training.json"), RunRecord.Training(model, training, result, data, skipped));
        screen.Line(result.Cancelled
            ? $"Stopped after step {result.StepsDone} of {training.Steps}; the model so far is {training.CheckpointPath}."
            : string.Create(CultureInfo.InvariantCulture, $"Trained in {result.Seconds:F0} s; the model is {training.CheckpointPath}, the run's record {results.PathOf("training.json")}."));
        screen.Line(PeakMemory.Line(device));
        screen.Line($"Try    {ProgramName.Text} localize IMAGE AUDIO --model {training.CheckpointPath}");
        return result.Cancelled ? CommandLine.Cancelled : CommandLine.Done;
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
