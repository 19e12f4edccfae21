// dcc evaluate sound-features DATA: what a linear classifier makes of the audio net's features. Read next: ../../../Dcc.Data/Evaluation/SoundFeatures.cs.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class SoundFeaturesCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly FeatureOptions features = new();
    private readonly Argument<string> data = new("DATA") { Description = "A folder in the layout of a data set (docs/data-sets.md), or a CSV file with the columns sound,label,group: group is a fold, a source, or train and test." };
    private readonly Option<string> output = EvaluationOutput.Option("sound-features");
    private readonly Option<int> segments = CommonOptions.Whole("--segments", $"Units from each clip; if not given {SoundFeatureOptions.ManySegments} random ones from a clip longer than {SoundFeatureOptions.LongClip} units, else its beginning.", least: 1);
    private readonly Option<PooledPart> over = CommonOptions.Choice("--over", "What features are pooled over: the whole unit, or the part of it that holds sound.", PooledPart.Unit,
        new Dictionary<string, PooledPart> { ["unit"] = PooledPart.Unit, ["sound"] = PooledPart.Sound });

    public SoundFeaturesCommand() : base("sound-features", "Frozen audio features and a linear SVM on labelled sounds, beside log-mel statistics, an untrained network and the commonest class.")
    {
        Arguments.Add(data);
        features.AddTo(this);
        Options.Add(segments);
        Options.Add(over);
        Options.Add(output);
        Options.Add(Json);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate sound-features samples/drums.csv --model dcc-demo/model.safetensors", "Drum hits of four sources, each left out once."),
        new("dcc evaluate sound-features ESC-50-master --model my-run/model.safetensors", "The five folds of ESC-50 as downloaded."),
        new("dcc evaluate sound-features my-sounds.csv --pool mean-max --scaling standard --out mine.json", "Your own sounds, with options that the published protocol does not have."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string path = arguments.GetValue(data)!;
        DataSetContents? folder = Directory.Exists(path) ? DataSetFolder.Recognise(path) : null;
        IReadOnlyList<LabelledSound> sounds = folder?.Sounds ?? LabelledManifest.ReadSounds(path);
        if (sounds.Count == 0) throw new CliException($"{path} is {folder!.Layout} without a labelled sound that can be read: `dcc data doctor {path}` says what is missing.");
        using Device device = common.Open(arguments, screen);
        using DccModel model = features.Load(arguments, device);
        SoundFeatureOptions options = features.Read(arguments, new SoundFeatureOptions
        {
            Seed = (ulong)arguments.GetValue(common.Seed),
            Segments = arguments.GetResult(segments) is { Implicit: false } ? arguments.GetValue(segments) : null,
            SoundingPart = arguments.GetValue(over) == PooledPart.Sound,
        });
        EvaluationReport report = screen.WithProgress($"Features of {sounds.Count} sounds", progress => SoundFeatures.Evaluate(model, sounds, path, options, progress, cancel));
        report = report with { Notes = [.. report.Notes, .. PeopleReach(folder)] };
        EvaluationOutput.Show(screen, FeatureOptions.With(report, folder), arguments.GetValue(output)!);
        return CommandLine.Done;
    }

    /// <summary>What people get right, where the data set's authors have asked some.</summary>
    private static IEnumerable<string> PeopleReach(DataSetContents? data) => data?.Layout == Esc50.Layout ? ["People reach an accuracy of 0.813 on ESC-50 (its authors' README)."] : [];
}

internal enum PooledPart
{
    Unit,
    Sound,
}
