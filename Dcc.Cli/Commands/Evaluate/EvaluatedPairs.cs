// What the evaluations on labelled pairs share: which model, which pairs, and the untrained network beside them. Read next: UnderstandingCommand.cs, SilenceCommand.cs.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class EvaluatedPairs(int usualScenes)
{
    /// <summary>The test scenes are those of the demo.</summary>
    private const ulong TestSeed = 1;

    private readonly Option<string> model = ModelFile.Option();

    private readonly Option<string?> samples = new("--samples") { Description = "Sample data to compose scenes of; the folder \"samples\" of the repository if not given.", HelpName = "DIR" };

    private readonly Option<int> scenes = CommonOptions.Whole("--scenes", $"Composed scenes, a multiple of {SceneTestSet.GroupSize}.", least: SceneTestSet.GroupSize);

    public Argument<string?> Pairs { get; } = new("PAIRS")
    {
        Description = "Pairs to evaluate on: a CSV file or a folder (see the examples). Test scenes composed of the sample data if not given.", Arity = ArgumentArity.ZeroOrOne,
    };

    public void AddTo(Command command)
    {
        scenes.DefaultValueFactory = _ => usualScenes;
        command.Arguments.Add(Pairs);
        command.Options.Add(model);
        command.Options.Add(samples);
        command.Options.Add(scenes);
    }

    public DccModel Load(ParseResult arguments, Device device) => ModelFile.Load(device, arguments.GetValue(model)!);

    /// <summary>The pairs that were named, and those to draw; or scenes in which one thing sounds, and as many in which two do.</summary>
    public (LabelledPairs Judged, LabelledPairs Drawn) Open(ParseResult arguments, Screen screen, DccOptions options)
    {
        if (arguments.GetValue(Pairs) is { } path)
        {
            LabelledPairs pairs = LabelledPairs.Of(MediaPairs.Read(path));
            return (pairs, pairs);
        }
        int count = arguments.GetValue(scenes);
        if (count % SceneTestSet.GroupSize != 0)
            throw new CliException($"--scenes {count} is no multiple of {SceneTestSet.GroupSize}, the number of different things in a group of test scenes. Take {Math.Max(1, count / SceneTestSet.GroupSize) * SceneTestSet.GroupSize}.");
        string folder = SamplesLocator.Find(arguments.GetValue(samples));
        SceneTestSet tests = screen.WithProgress("Composing scenes", _ =>
            SceneTestSet.Create(SampleSet.Load(folder, options.FrameSize, options.LogMel.SampleRate), TestSeed, count, options.FramesPerUnit, options.SamplesPerUnit));
        return (LabelledPairs.Of(tests.Samples, tests.Single), LabelledPairs.Of(tests.Samples, tests.Both));
    }
}
