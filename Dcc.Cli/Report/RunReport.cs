// The page for a run in its folder: on composed scenes or on pairs, whichever it was trained on. Read next: DemoReport.cs, PairReport.cs.
using System.Diagnostics;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal static class RunReport
{
    /// <summary>Scenes of each kind that a run of `train` is judged on; `demo` says its own number.</summary>
    private const int ScenesPerKind = 128;

    private const ulong TestSeed = 1;

    /// <param name="screen">Told how far it is.</param>
    /// <param name="run">What was trained.</param>
    /// <param name="model">The trained model.</param>
    /// <param name="shown">Pairs to show in place of what it was trained on, or null.</param>
    /// <param name="cancel">Stops between batches.</param>
    public static string Make(Screen screen, RunFiles run, DccModel model, LabelledPairs? shown, CancellationToken cancel)
    {
        if (shown is null && run.Manifest is null) return OnScenes(screen, run, model, cancel);
        LabelledPairs pairs = shown ?? PairsOf(Path.Exists(run.Manifest)
            ? Path.GetRelativePath(Directory.GetCurrentDirectory(), run.Manifest) : throw new CliException($"The run was trained on {run.Manifest}, which is not there any more: name the pairs to show with --pairs."));
        return screen.WithProgress($"Looking at {Math.Min(PairReport.MostPairs, pairs.Pairs.Count)} pairs", progress => PairReport.Write(run, model, pairs, run.Evaluations(), progress, cancel));
    }

    /// <summary>A folder that `dcc prepare` made, or whatever else holds pairs.</summary>
    public static LabelledPairs PairsOf(string path) => ShardIndex.IsIn(path) ? ShardPairs.Read(path) : LabelledPairs.Of(MediaPairs.Read(path));

    private static string OnScenes(Screen screen, RunFiles run, DccModel model, CancellationToken cancel)
    {
        string folder = SamplesLocator.Find(Directory.Exists(run.Samples) ? run.Samples : null);
        DccOptions options = model.Options;
        SampleSet samples = screen.WithProgress("Reading the samples", _ => SampleSet.Load(folder, options.FrameSize, options.LogMel.SampleRate));
        SceneTestSet tests = SceneTestSet.Create(samples, run.Metrics?.Seed ?? TestSeed, run.Metrics?.TestSet.ScenesPerKind ?? ScenesPerKind, options.FramesPerUnit, options.SamplesPerUnit);
        using DccModel untrained = DccModel.Create(model.Device, options, run.Seed);
        Trainer.MeasureMeanAudioCentre(untrained, new SceneSource(samples, new SceneSourceOptions { Seed = run.Seed, Steps = run.Training.Steps }), run.Training);
        Stopwatch clock = Stopwatch.StartNew();
        SceneEvaluation evaluation = screen.WithProgress($"Judging on {3 * tests.Single.Count} unseen scenes", progress => SceneEvaluation.Run(model, untrained, tests, run.Metrics?.Seed ?? TestSeed, progress, cancel));
        TrainingResult result = new(run.StepsDone, Cancelled: false, run.Seconds, run.History);
        return DemoReport.Write(new DemoRun(model, run.Training, result, tests, evaluation, folder, run.Metrics?.Seed ?? TestSeed, clock.Elapsed.TotalSeconds));
    }
}
