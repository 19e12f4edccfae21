// Measures on answers whose score is known. Read next: ../../Dcc.Data/Scenes/SceneScoring.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.Scenes;

public sealed class SceneEvaluationTests
{
    private static readonly SceneTestSet Tests = SceneTestSet.Create(MadeUp.Set(), seed: 7, perKind: 64, frames: 1, soundSamples: 400);

    /// <summary>Knows the truth, or says the opposite of it.</summary>
    private sealed class Oracle(bool right) : IScenePredictor
    {
        private readonly IReadOnlyList<Scene> scenes = Tests.All;
        public IReadOnlyList<string> MapNames => ["against_mean"];
        public bool HasSimilarity => true;
        public float Similarity(int sound, int picture) => (sound == picture) == right ? 1 : 0;

        public HeatMap Map(int scene, string name)
        {
            int size = scenes[scene].Size;
            float[] values = new float[size * size];
            for (int i = 0; i < values.Length; i++)
                values[i] = scenes[scene].Objects.Any(o => o.Sounds && o.Boxes[0].Contains(i % size, i / size)) == right ? 1 : 0;
            return new HeatMap(size, size, values);
        }
    }

    private static readonly SceneEvaluation Perfect = SceneEvaluation.Run(new Oracle(right: true), new Oracle(right: false), Tests, seed: 1);

    [Fact]
    public void A_perfect_answer_scores_one_and_its_opposite_zero()
    {
        Assert.All(Values(Perfect.Metrics.Model), value => Assert.Equal(1, value));
        Assert.All(Values(Perfect.Metrics.Baselines["untrained"]), value => Assert.Equal(0, value));
    }

    private static IEnumerable<double> Values(MethodMetrics m) =>
        [.. m.Maps.Values.SelectMany(map => new[] { map.OneOfTwo.Value, map.PeakInBox.Value }), m.SoundToPicture!.Value, m.PictureToSound!.Value, m.PairAccuracy!.Value];

    [Fact]
    public void An_even_map_and_even_similarities_score_chance_exactly()
    {
        MethodMetrics even = Perfect.Metrics.Baselines["all_ones"];
        Assert.Equal(0.5, even.Maps["map"].OneOfTwo.Value);
        Assert.Equal(Perfect.Metrics.TestSet.MeanBoxArea, even.Maps["map"].PeakInBox.Value, 1e-9);
        Assert.Equal(0.5, even.PairAccuracy!.Value);
        Assert.Equal(1.0 / 16, even.SoundToPicture!.Value, 1e-9);
    }

    [Fact]
    public void Random_answers_score_near_chance()
    {
        MethodMetrics random = Perfect.Metrics.Baselines["random"];
        Assert.InRange(random.Maps["map"].OneOfTwo.Value, 0.3, 0.7);
        Assert.InRange(random.PairAccuracy!.Value, 0.4, 0.6);
        Assert.InRange(random.SoundToPicture!.Value, 0, 0.2);
    }

    [Fact]
    public void A_fixed_point_has_no_similarity_and_the_best_one_is_no_worse_than_a_corner()
    {
        Assert.Null(Perfect.Metrics.Baselines["fixed_centre"].PairAccuracy);
        double best = Perfect.Metrics.Baselines["fixed_best"].Maps["map"].PeakInBox.Value;
        double corner = new SceneScoring(Tests, 1).Score(FixedMapPredictor.Point(MadeUp.FrameSize, 0, 0)).Metrics.Maps["map"].PeakInBox.Value;
        Assert.True(best > corner, $"{best} {corner}");
    }

    [Fact]
    public void Intervals_hold_their_values_and_the_strict_subset_is_a_subset()
    {
        double[] scores = [.. Enumerable.Range(0, 200).Select(i => i % 4 == 0 ? 1.0 : 0.0)];
        Measure measure = Measure.Of(scores, [.. Enumerable.Range(0, 200).Select(i => i < 20)], 1, seed: 1);
        Assert.Equal(0.25, measure.Value);
        Assert.InRange(measure.Low, 0.16, 0.22);   // a quarter of 200: standard error 0.031
        Assert.InRange(measure.High, 0.28, 0.34);
        Assert.Equal(20, measure.Strict!.Scenes);
        Assert.Null(Measure.Of(scores, new bool[200], 1, seed: 1).Strict);
        Assert.Equal(measure, Measure.Of(scores, [.. Enumerable.Range(0, 200).Select(i => i < 20)], 1, seed: 1));
    }

    [Fact]
    public void Strict_scenes_show_second_views_and_play_held_out_sound()
    {
        int strict = Tests.Single.Count(s => Tests.IsStrict(s));
        Assert.Equal(strict, Perfect.Metrics.Model.SoundToPicture!.Strict!.Scenes);
        Assert.All(Tests.All.Where(Tests.IsStrict), s => Assert.All(s.Objects.Where(o => o.Sounds), o => Assert.True(o.IsSecondView && o.SoundStart > 0)));
    }

    [Fact]
    public void Groups_show_different_things_and_the_seed_decides_everything()
    {
        for (int group = 0; group < Tests.Single.Count; group += SceneTestSet.GroupSize)
            Assert.Equal(SceneTestSet.GroupSize, Tests.Single.Skip(group).Take(SceneTestSet.GroupSize).Select(s => s.Objects[0].Thing).Distinct().Count());
        SceneTestSet again = SceneTestSet.Create(MadeUp.Set(), seed: 7, perKind: 64, frames: 1, soundSamples: 400), other = SceneTestSet.Create(MadeUp.Set(), seed: 8, perKind: 64, frames: 1, soundSamples: 400);
        Assert.All(Tests.All.Zip(again.All), pair => Assert.True(pair.First.Rgb.AsSpan().SequenceEqual(pair.Second.Rgb) && pair.First.Waveform.AsSpan().SequenceEqual(pair.Second.Waveform)));
        Assert.NotEqual(Tests.Single[0].Rgb, other.Single[0].Rgb);
    }

    [Fact]
    public void Results_keep_each_answer()
    {
        Assert.Equal(Tests.All.Count, Perfect.Results.Count);
        Assert.All(Enumerable.Range(0, Tests.Single.Count), i => Assert.Equal(i, Perfect.Results[i].RetrievedPicture));
        Assert.All(Perfect.Results.Skip(128), r => Assert.Equal(1.0, r.Maps["against_mean"].OneOfTwo));
    }

    [Fact]
    public void Metrics_survive_json()
    {
        string json = Perfect.Metrics.ToJson();
        Assert.Contains("\"one_of_two\"", json);
        Assert.Contains("\"peak_in_box\"", json);
        Assert.Equal(json, SceneMetrics.FromJson(json).ToJson());
    }

    [Fact]
    public void A_model_is_asked_about_every_scene_and_every_map()
    {
        NetworkOptions network = new() { Blocks = [new(4, 1, true), new(8, 1, true)], BatchNorm = true };
        DccOptions options = DccOptions.Small with { FrameSize = MadeUp.FrameSize, SpectrogramFrames = 8, Clusters = 2, Dims = 4, Visual = network, Audio = network };
        SceneTestSet tests = SceneTestSet.Create(MadeUp.Set(), seed: 7, perKind: 16, frames: 1, options.SamplesPerUnit);
        using DccModel model = DccModel.Create(TestDevices.Cpu, options, seed: 1);
        using DccModel same = DccModel.Create(TestDevices.Cpu, options, seed: 1);
        SceneEvaluation evaluation = SceneEvaluation.Run(model, same, tests, seed: 1);
        Assert.Equal(["against_mean", "paper", "agreement"], evaluation.Metrics.Model.Maps.Keys);
        Assert.Equal(48, evaluation.Results.Count);
        UnitAnalysis first = model.Analyze(SceneTestSet.Batch([tests.Single[0]]))[0];
        Assert.Equal(first.Similarity, evaluation.Results[0].Similarity!.Value, 1e-4);
        Assert.Equal(first.Map(HeatMapKind.Paper).Values.Length, evaluation.Results[0].Maps["paper"].Map.Values.Length);
        string[] parts = evaluation.Metrics.ToJson().Split("\"untrained\":");
        Assert.Equal(evaluation.Metrics.Model.Maps["paper"], evaluation.Metrics.Baselines["untrained"].Maps["paper"]);
        Assert.Equal(2, parts.Length);
    }

    [Fact]
    public void Too_few_things_for_a_group_are_refused()
    {
        SampleSet few = new([.. MadeUp.Set().Things.Take(5)], MadeUp.Set().Backgrounds, MadeUp.Set().BackgroundPictures, MadeUp.FrameSize, MadeUp.Rate);
        Assert.Contains("16", Assert.Throws<DataException>(() => SceneTestSet.Create(few, 1, 16)).Message);
    }
}
