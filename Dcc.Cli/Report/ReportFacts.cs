// What is needed to do a run again, and how long it took. Read next: FactsSection.cs.
using System.Globalization;
using System.Runtime.InteropServices;
using Dcc.Model;

namespace Dcc.Cli;

internal static class ReportFacts
{
    public static IReadOnlyList<FactGroup> Of(DemoRun run)
    {
        DccOptions model = run.Model.Options;
        TrainerOptions training = run.Training;
        return
        [
            new FactGroup("Run",
            [
                new("Seed", Text($"{training.Seed}")),
                new("Device", run.Model.Device.Name),
                new("Training", Text($"{run.Result.StepsDone} steps of {training.Batch} units in {run.Result.Seconds:F0} s, {training.Batch * run.Result.StepsDone / Math.Max(run.Result.Seconds, 1e-9):F0} units/s")),
                new("Waiting for data", Text($"{100 * (run.Result.History.LastOrDefault()?.WaitShare ?? 0):F1} % of the time")),
                new("Evaluation", Text($"{run.EvaluationSeconds:F0} s for {run.Evaluation.Results.Count} scenes, twice")),
                new("Sample data", run.SampleFolder),
            ]),
            new FactGroup("Model",
            [
                new("Parameters", Text($"{run.Model.ParameterCount:N0}")),
                new("Frame", Text($"{model.FrameSize} x {model.FrameSize}")),
                new("Sound", Text($"{(double)model.SamplesPerUnit / model.LogMel.SampleRate:F2} s at {model.LogMel.SampleRate} Hz, {model.SpectrogramFrames} x {model.LogMel.Bands} log-mel")),
                new("Visual net", Network(model.Visual)),
                new("Audio net", Network(model.Audio)),
                new("Clustering", Text($"{model.Profile}, K = {model.Clusters}, d = {model.Dims}, T = {model.Rounds}, z = {model.Sharpness}{(model.SquashFeatures ? ", squashed" : "")}")),
            ]),
            new FactGroup("Training",
            [
                new("Loss", Text($"max-margin, margin {training.Margin}, negatives {(training.Negatives == Negatives.InBatch ? "in the batch" : "sampled")}")),
                new("Adam", Text($"rate {training.LearningRate}, warm-up {training.WarmupSteps} steps, then {(training.CosineDecay ? "half a cosine" : "constant")}")),
                new("Weight decay", Text($"{training.WeightDecay}")),
                new("Longest gradient", Text($"{training.ClipNorm}")),
                new("Average of weights", Text($"decay {training.AverageDecay}")),
                new("Masks", training.MaskSpectrograms ? "bands and frames of the spectrogram" : "none"),
            ]),
            new FactGroup("Versions",
            [
                new("dcc", RunRecord.Version),
                new(".NET", RuntimeInformation.FrameworkDescription),
                new("System", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
            ]),
        ];
    }

    private static string Network(NetworkOptions network) =>
        $"{string.Join(", ", network.Blocks.Select(block => $"{block.Convolutions} x {block.Channels}{(block.Pool ? " pool" : "")}"))}{(network.BatchNorm ? "; batch norm" : "")}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
