// What is needed to do a run again, and how long it took. Read next: FactsSection.cs.
using System.Globalization;
using System.Runtime.InteropServices;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal static class ReportFacts
{
    public static IReadOnlyList<FactGroup> Of(DemoRun run) =>
    [
        new FactGroup("Run",
        [
            new("Seed", Text($"{run.Training.Seed}")),
            new("Device", run.Model.Device.Name),
            Steps(run.Training, run.Result.StepsDone, run.Result.Seconds),
            Waiting(run.Result.History),
            new("Evaluation", Text($"{run.EvaluationSeconds:F0} s for {run.Evaluation.Results.Count} scenes, twice")),
            new("Sample data", run.SampleFolder),
        ]),
        Model(run.Model), Training(run.Training), Versions(RunRecord.Version, RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
    ];

    /// <param name="run">What was trained.</param>
    /// <param name="model">The trained model.</param>
    /// <param name="skipped">Pairs that the report could not read.</param>
    /// <param name="silent">Sounds that the report's limit left out.</param>
    public static IReadOnlyList<FactGroup> Of(RunFiles run, DccModel model, IReadOnlyList<SkippedSample> skipped, int silent) =>
    [
        new FactGroup("Run",
        [
            new("Data", run.Data),
            new("Left out", Text($"{run.Skipped} pairs in training, {skipped.Count} in this report{(skipped.Count > 0 ? $"; the first: {skipped[0].Id}, {skipped[0].Reason}" : "")}")),
            new("Sounds", silent == 0 ? "all of the pairs shown" : Text($"{silent} are left out, to keep this page small")),
            new("Seed", Text($"{run.Seed}")),
            new("Device", run.Device),
            Steps(run.Training, run.StepsDone, run.Seconds),
            Waiting(run.History),
        ]),
        Model(model), Training(run.Training), Versions(run.Version, run.Runtime, run.System),
    ];

    private static Fact Steps(TrainerOptions training, int done, double seconds) => new("Training", Text($"{done} steps of {training.Batch} units in {seconds:F0} s, {training.Batch * done / Math.Max(seconds, 1e-9):F0} units/s"));

    private static Fact Waiting(IReadOnlyList<TrainingProgress> history) => new("Waiting for data", Text($"{100 * (history.LastOrDefault()?.WaitShare ?? 0):F1} % of the time"));

    private static FactGroup Model(DccModel trained)
    {
        DccOptions model = trained.Options;
        return new FactGroup("Model",
        [
            new("Parameters", Text($"{trained.ParameterCount:N0}")),
            new("Frame", Text($"{model.FrameSize} x {model.FrameSize}")),
            new("Sound", Text($"{(double)model.SamplesPerUnit / model.LogMel.SampleRate:F2} s at {model.LogMel.SampleRate} Hz, {model.SpectrogramFrames} x {model.LogMel.Bands} log-mel")),
            new("Visual net", Network(model.Visual)),
            new("Audio net", Network(model.Audio)),
            new("Clustering", Text($"{model.Profile}, K = {model.Clusters}, d = {model.Dims}, T = {model.Rounds}, z = {model.Sharpness}{(model.SquashFeatures ? ", squashed" : "")}")),
        ]);
    }

    private static FactGroup Training(TrainerOptions training) => new("Training",
    [
        new("Loss", Text($"max-margin, margin {training.Margin}, negatives {(training.Negatives == Negatives.InBatch ? "in the batch" : "sampled")}")),
        new("Adam", Text($"rate {training.LearningRate}, warm-up {training.WarmupSteps} steps, then {(training.CosineDecay ? "half a cosine" : "constant")}")),
        new("Weight decay", Text($"{training.WeightDecay}")),
        new("Longest gradient", Text($"{training.ClipNorm}")),
        new("Average of weights", Text($"decay {training.AverageDecay}")),
        new("Masks", training.MaskSpectrograms ? "bands and frames of the spectrogram" : "none"),
    ]);

    private static FactGroup Versions(string program, string runtime, string system) => new("Versions", [new("dcc", program), new(".NET", runtime), new("System", system)]);

    private static string Network(NetworkOptions network) =>
        $"{string.Join(", ", network.Blocks.Select(block => $"{block.Convolutions} x {block.Channels}{(block.Pool ? " pool" : "")}"))}{(network.BatchNorm ? "; batch norm" : "")}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
