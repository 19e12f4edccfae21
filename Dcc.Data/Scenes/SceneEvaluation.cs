// Judges a model on the test scenes, beside baselines that saw the same scenes. Read next: SceneScoring.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>The outcome of an evaluation: numbers, and the answers behind them.</summary>
/// <param name="Metrics">For metrics.json.</param>
/// <param name="Results">The model's answer on every scene of <see cref="SceneTestSet.All"/>.</param>
public sealed record SceneEvaluation(SceneMetrics Metrics, IReadOnlyList<SceneResult> Results)
{
    private const int FixedPointScenes = 1024;

    /// <summary>Evaluates.</summary>
    /// <param name="model">The trained model; its mean audio centre is its own, made from training sounds.</param>
    /// <param name="untrained">The same architecture and seed before any step.</param>
    /// <param name="tests">Composed for the model's frame size, frames per unit and length of sound.</param>
    /// <param name="seed">Of random baselines, mismatches and bootstrap.</param>
    /// <param name="progress">Share done, 0 to 1.</param>
    /// <param name="cancel">Stops between batches.</param>
    public static SceneEvaluation Run(DccModel model, DccModel untrained, SceneTestSet tests, ulong seed, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        IReadOnlyList<Scene> scenes = tests.All;
        ModelPredictor Ask(DccModel asked, double before) =>
            new(asked.Analyze, ModelPredictor.SimilarityOf(asked.Options), scenes, done => progress?.Report(before + 0.5 * done / scenes.Count), cancel);
        return Run(Ask(model, 0), Ask(untrained, 0.5), tests, seed);
    }

    internal static SceneEvaluation Run(IScenePredictor model, IScenePredictor untrained, SceneTestSet tests, ulong seed)
    {
        SampleSet samples = tests.Samples;
        int size = samples.FrameSize;
        SceneScoring scoring = new(tests, seed);
        (MethodMetrics metrics, IReadOnlyList<SceneResult> results) = scoring.Score(model);
        Dictionary<string, MethodMetrics> baselines = new()
        {
            ["random"] = scoring.Score(new RandomPredictor(seed)).Metrics,
            ["fixed_centre"] = scoring.Score(FixedMapPredictor.Point(size, (size - 1) / 2.0, (size - 1) / 2.0)).Metrics,
            ["fixed_best"] = scoring.Score(FixedMapPredictor.BestPoint(samples, seed, FixedPointScenes)).Metrics,
            ["all_ones"] = scoring.Score(FixedMapPredictor.AllOnes(size)).Metrics,
            ["untrained"] = scoring.Score(untrained).Metrics,
        };
        TestSetSummary summary = new(
            samples.Things.Count, samples.Things.Count(t => t.HasSecondView), samples.Things.Count(t => t.HasHeldOutSound), samples.Things.Count(t => t.IsStrict),
            samples.TrainingBackgrounds.Count, samples.TestBackgrounds.Count, tests.Single.Count, SceneTestSet.GroupSize,
            tests.Single.Average(s => (double)s.Objects[0].Boxes[0].Area / (size * size)));
        return new SceneEvaluation(new SceneMetrics(seed, summary, metrics, baselines), results);
    }
}
