// Class-aware measures, ranking, events in time: by hand, by oracles, and the verb as a user runs it. Read next: ../../Dcc.Data/Evaluation/MultiSourceTask.cs.
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Dcc.Tests.Cli;
using Dcc.Tests.Scenes;

namespace Dcc.Tests.Evaluation;

public sealed class MultiSourceTests(CliFiles files) : IClassFixture<CliFiles>
{
    private static readonly FrameBox left = new(0, 0, 0.5, 1), right = new(0.5, 0, 1, 1);
    private static readonly HeatMap leftMap = Half(true), rightMap = Half(false);

    private static HeatMap Half(bool first) => new(224, 1, [.. Enumerable.Range(0, 224).Select(x => x < 112 == first ? 1f : 0f)]);

    [Fact]
    public void Average_precision_and_roc_area_are_as_worked_out_by_hand()
    {
        Assert.Equal((1.0 + 2.0 / 3) / 2, RankingMetrics.AveragePrecision([0.9, 0.8, 0.7, 0.1], [true, false, true, false]), 1e-12);
        Assert.Equal(0.5, RankingMetrics.AveragePrecision([3, 3, 3, 3], [true, false, true, false]), 1e-12);          // all tied: the share of relevant ones
        Assert.Equal((1.0 / 2 + 2.0 / 4) / 2, RankingMetrics.AveragePrecision([5, 5, 1, 1], [true, false, false, true]), 1e-12);
        Assert.Equal(double.NaN, RankingMetrics.AveragePrecision([1, 2], [false, false]));
        Assert.Throws<ArgumentException>(() => RankingMetrics.AveragePrecision([double.NaN], [true]));
        Assert.Equal(0.75, RankingMetrics.RocArea([2, 1, 1], [true, true, false]));
        Assert.Equal(0, RankingMetrics.RocArea([0, 1], [true, false]));
        Assert.Equal(double.NaN, RankingMetrics.RocArea([0, 1], [true, true]));
        Assert.Throws<ArgumentException>(() => RankingMetrics.RocArea([0], [true, true]));
    }

    [Fact]
    public void Each_class_is_looked_for_in_its_own_map()
    {
        Assert.Equal(1, MultiSourceMetrics.ClassAwareIou([leftMap, rightMap], [(0, [left]), (1, [right])]));
        Assert.Equal(0, MultiSourceMetrics.ClassAwareIou([leftMap, rightMap], [(1, [left]), (0, [right])]));
        Assert.Equal(0.5, MultiSourceMetrics.ClassAwareIou([leftMap, rightMap], [(0, [left]), (-1, [right])]));       // a class without a cluster
        Assert.Equal(0.5, MultiSourceMetrics.ClassAwareIou([new HeatMap(1, 1, [0.3f])], [(0, [left])]));              // a flat map is everywhere
        Assert.Equal(1, MultiSourceMetrics.ClassAwareIou([new HeatMap(1, 1, [0.3f])], [(0, [left, right])]));         // the union of two boxes
        Assert.Equal(0, MultiSourceMetrics.ClassAwareIou([new HeatMap(1, 1, [0f])], [(0, [new FrameBox(2, 2, 3, 3)])]));   // nothing predicted, nothing there
        Assert.Equal(double.NaN, MultiSourceMetrics.ClassAwareIou([leftMap], []));
        Assert.Equal(0.75, MultiSourceMetrics.NoSoundingAccuracy([leftMap, new HeatMap(1, 1, [0.1f])], [0, 1]), 1e-12);   // half dark, all dark
        Assert.Equal(double.NaN, MultiSourceMetrics.NoSoundingAccuracy([leftMap], []));
    }

    [Fact]
    public void Clusters_are_matched_on_one_part_and_scored_on_the_other()
    {
        SourceTruth dog = new("d", [("dog", left)]), cat = new("c", [("cat", right)]), both = new("b", [("dog", left), ("cat", right)]);
        // Cluster 0 is the cat's, cluster 1 the dog's.
        SourceAnswer Says(double catPresence, double dogPresence) => new([rightMap, leftMap], [catPresence, dogPresence]);
        SourceJudge judge = new(["cat", "dog"], [dog, cat], [Says(-0.5, 0.9), Says(0.8, 0.1)], [both, dog, cat], [Says(0.7, 0.7), Says(0.1, 0.6), Says(0.5, 0.2)]);
        Assert.Equal([0, 1], judge.Matching);
        Assert.Equal([1.0, 1.0, 1.0], judge.Ious);
        Assert.Equal([double.NaN, 0.5, 0.5], judge.Silence);   // the other's map is lit in its half
        Dictionary<string, double> scores = judge.Scores(1).ToDictionary(score => score.Name, score => score.Value);
        foreach ((string name, double expected) in new[] { ("CIoU@0.3", 1.0), ("AUC", 1), ("NSA", 0.5), ("mAP", 1) }) Assert.Equal(expected, scores[name], 1e-12);
        // Matched the wrong way round, everything is missed.
        SourceJudge wrong = new(["cat", "dog"], [dog with { Sounding = [("dog", right)] }, cat with { Sounding = [("cat", left)] }], [Says(0.9, -0.5), Says(0.1, 0.8)], [both, dog], [Says(0.7, 0.7), Says(0.1, 0.6)]);
        Assert.Equal([1, 0], wrong.Matching);
        Assert.Equal([0.0, 0.0], wrong.Ious);
    }

    private static readonly Lazy<SampleSet> twoClasses = new(() =>
    {
        SampleSet made = MadeUp.Set();
        Thing[] things = [.. made.Things.Select((thing, i) => new Thing(thing.Label, i % 2 == 0 ? "even" : "odd", thing.Recording, thing.MainViews, thing.SecondViews))];
        return new SampleSet(things, made.Backgrounds, made.BackgroundPictures, made.FrameSize, made.SampleRate);
    });

    [Fact]
    public void Events_start_and_end_when_they_say()
    {
        DccOptions options = DccOptions.Small;
        for (int i = 0; i < 20; i++)
        {
            EventClip clip = EventClip.Compose(twoClasses.Value, SceneSplit.Test, 3, i, options.SamplesPerUnit);
            (SoundEvent a, SoundEvent b) = (clip.Events[0], clip.Events[1]);
            Assert.NotEqual(a.Label, b.Label);
            Assert.True(a.Start < b.Start && b.Start < a.End && a.End < b.End, $"{a} {b}");
            Assert.All(clip.Waveform[..a.Start], value => Assert.Equal(0, value));
            Assert.All(clip.Waveform[b.End..], value => Assert.Equal(0, value));
            Assert.Contains(clip.Waveform[a.Start..b.Start], value => value != 0);
            Assert.Contains(clip.Waveform[a.End..b.End], value => value != 0);
            int moments = 12;
            for (int m = 0; m < EventClip.Units * moments; m++)
            {
                int middle = EventClip.MiddleOf(m, options, moments);
                Assert.InRange(middle, m / moments * options.SamplesPerUnit, (m / moments + 1) * options.SamplesPerUnit - 1);
                Assert.Equal(middle >= a.Start && middle < a.End, clip.Sounds(a.Label, options, moments)[m]);
            }
            Assert.Equal(clip.Waveform, EventClip.Compose(twoClasses.Value, SceneSplit.Test, 3, i, options.SamplesPerUnit).Waveform);
        }
    }

    [Fact]
    public void Tracks_that_know_score_one_and_tracks_that_never_change_score_chance()
    {
        DccOptions options = DccOptions.Small;
        const int moments = 12;
        (EventClip Clip, double[][] Tracks)[] Ask(SceneSplit split, Func<EventClip, double[][]> tracks) =>
            [.. Enumerable.Range(0, 6).Select(i => EventClip.Compose(twoClasses.Value, split, 3, i, options.SamplesPerUnit)).Select(clip => (clip, tracks(clip)))];
        double[][] Knows(EventClip clip) => [new double[EventClip.Units * moments], .. new[] { "odd", "even" }.Select(label => Array.ConvertAll(clip.Sounds(label, options, moments), on => on ? 0.9 : 0.1))];
        EventJudge perfect = new(["even", "odd"], Ask(SceneSplit.Training, Knows), Ask(SceneSplit.Test, Knows), options);
        Assert.All(perfect.Precisions, value => Assert.Equal(1, value, 1e-12));
        Assert.All(perfect.ToldApart, value => Assert.Equal(1, value));
        double[][] Flat(EventClip clip) => [[.. Enumerable.Repeat(0.5, EventClip.Units * moments)], [.. Enumerable.Repeat(0.5, EventClip.Units * moments)]];
        (EventClip Clip, double[][] Tracks)[] flat = Ask(SceneSplit.Test, Flat);
        EventJudge chance = new(["even", "odd"], Ask(SceneSplit.Training, Flat), flat, options);
        Assert.All(chance.ToldApart, value => Assert.Equal(0.5, value));
        double share = flat[0].Clip.Events.Average(one => flat[0].Clip.Sounds(one.Label, options, moments).Average(on => on ? 1.0 : 0));
        Assert.Equal(share, chance.Precisions[0], 1e-12);
    }

    [Fact]
    public void Composed_scenes_are_judged_beside_all_baselines_and_twice_the_same()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));   // frames of 32, as the made-up set
        MultiSourceOptions options = new() { Scenes = 6, Clips = 3 };
        EvaluationReport report = MultiSourceTask.Run(model, twoClasses.Value, "made up", options);
        Assert.Equal(12, report.Samples);
        Assert.Equal(["model", "random", "all_ones", "centre_prior", "untrained", "loudness"], report.Methods.Select(method => method.Method));
        Assert.Equal(["CIoU@0.3", "AUC", "NSA", "mAP", "event AP", "told apart"], report.Methods[0].Scores.Select(score => score.Name));
        Assert.Equal(0, report.Methods[2].Scores.Single(score => score.Name == "NSA").Value);   // a lit frame is nowhere silent
        Assert.Equal(0.5, report.Methods[5].Scores.Single(score => score.Name == "told apart").Value);
        Assert.All(report.Methods.SelectMany(method => method.Scores), score => Assert.InRange(score.Value, 0, 1));
        Assert.Equal(report.ToJson(), MultiSourceTask.Run(model, twoClasses.Value, "made up", options).ToJson());
    }

    [Fact]
    public async Task Labelled_boxes_are_split_between_matching_and_scoring()
    {
        for (int i = 0; i < 4; i++)
        {
            int seed = i;
            AtomicFile.Write(files.PathOf($"m{i}.png"), stream => Png.Write(stream, CliFiles.Noise(40, seed)));
        }
        string result = files.PathOf("multi.json"), manifest = files.PathOf("multi.csv");
        File.WriteAllText(manifest, "id,image,sound,xmin,ymin,xmax,ymax,label\na,m0.png,good.wav,0,0,0.5,1,dog\nb,m1.png,good.wav,0,0,0.5,1,dog\nb,m1.png,good.wav,0.5,0,1,1,cat\nnameless,m1.png,good.wav,0,0,1,1,\n"
            + "c,m2.png,good.wav,0.5,0,1,1,cat\nd,m3.png,good.wav,0.5,0,1,1,cat\n");
        CliResult run = await RunCli.Run(["evaluate", "multisource", manifest, "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", result]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("2 samples", run.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(result));
        Assert.Equal("nameless", json.RootElement.GetProperty("skipped")[0].GetProperty("id").GetString());
        Assert.StartsWith("b,dog cat,", File.ReadAllLines(files.PathOf("multi.samples.csv"))[1], StringComparison.Ordinal);
        File.WriteAllText(manifest, "id,image,sound,xmin,ymin,xmax,ymax,label\na,m0.png,good.wav,0,0,0.5,1,dog\n");
        CliResult one = await RunCli.Run(["evaluate", "multisource", manifest, "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", result]);
        Assert.Equal(1, one.ExitCode);
        Assert.Contains("at least 2 are needed", one.Error, StringComparison.Ordinal);
    }
}
