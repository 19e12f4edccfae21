// A finished demo run, and the four measures that were asked of it. Read next: RunRecord.cs, Report/DemoReport.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed record DemoRun(
    DccModel Model, TrainerOptions Training, TrainingResult Result, SceneTestSet Tests, SceneEvaluation Evaluation, string SampleFolder, ulong TestSeed, double EvaluationSeconds);

/// <summary>A measure, what was asked of it, and what a guess gets.</summary>
internal sealed record DemoTarget(string Key, string Name, string Question, double Target, double Chance, Func<MethodMetrics, Measure?> Pick)
{
    public static IReadOnlyList<DemoTarget> All { get; } =
    [
        new("one_of_two", "One of two", "Two things in the frame, one sounds: is the map warmer in its box?", 0.80, 0.50, method => Map(method)?.OneOfTwo),
        new("peak_in_box", "Peak in the box", "One thing in the frame: does the hottest point lie in its box?", 0.70, 0.15, method => Map(method)?.PeakInBox),
        new("sound_to_picture", "Sound finds picture", "Of 16 pictures of different things, is its own the most similar?", 0.50, 1.0 / 16, method => method.SoundToPicture),
        new("pair_accuracy", "Pair accuracy", "Is a sound more similar to its own picture than to another?", 0.85, 0.50, method => method.PairAccuracy),
    ];

    /// <summary>The map against the mean audio centre, or the only one there is.</summary>
    private static MapMetrics? Map(MethodMetrics method) => method.Maps.GetValueOrDefault(SceneSamples.Headline) ?? method.Maps.GetValueOrDefault("map");

    /// <summary>For the peak, chance is the boxes' mean share of the frame.</summary>
    public double ChanceIn(TestSetSummary tests) => Key == "peak_in_box" ? tests.MeanBoxArea : Chance;
}
