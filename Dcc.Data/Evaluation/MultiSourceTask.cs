// dcc evaluate multisource: several sources in one frame and one sound, each with its own cluster. Read next: SourceJudge.cs, EventJudge.cs.
using System.Text.Json.Nodes;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Sizes of the composed evaluation, and what it draws from.</summary>
public sealed record MultiSourceOptions
{
    /// <summary>Scored scenes of each of the two kinds.</summary>
    public int Scenes { get; init; } = 128;

    /// <summary>Composed long sounds that are scored; as many others serve the matching.</summary>
    public int Clips { get; init; } = 64;

    public SoundWindow Window { get; init; } = SoundWindow.Middle;

    /// <summary>Of scenes, random answers, untrained weights and the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>Class-aware CIoU@0.3, AUC, NSA, detection mAP, and events told apart in time. Labels are asked for the matching and the scores alone.</summary>
public static class MultiSourceTask
{
    private const int Chunk = 8;
    private static readonly string[] methods = ["model", "random", "all_ones", "centre_prior", "untrained"];

    /// <summary>On composed test scenes (both things sound; one of two does) and composed long sounds; clusters are matched on training material.</summary>
    public static EvaluationReport Run(DccModel model, SampleSet samples, string data, MultiSourceOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        Work work = new(model, options.Seed, new Told(progress, 4 * options.Scenes + 2 * options.Clips), cancel);
        using UntrainedBaseline untrained = work.Untrained;
        SceneComposer composer = new(samples);
        Part Scenes(SceneSplit split, SceneKind[] kinds, int count) => work.Answer(kinds.SelectMany(kind => Enumerable.Range(0, count).Select(i => (kind, i))).Chunk(Chunk).Select(chunk =>
        {
            Scene[] scenes = [.. chunk.Select(one => composer.Compose(split, one.kind, options.Seed, one.i, model.Options.FramesPerUnit, model.Options.SamplesPerUnit))];
            return ((IReadOnlyList<SourceTruth>)[.. scenes.Select((scene, i) => SourceTruth.Of($"{scene.Kind}-{chunk[i].i}", scene, samples))], SceneTestSet.Batch(scenes));
        }));
        Part matching = Scenes(SceneSplit.Training, [SceneKind.Single], 2 * options.Scenes), scored = Scenes(SceneSplit.Test, [SceneKind.Both, SceneKind.OneOfTwo], options.Scenes);
        string[] classes = [.. samples.Things.Select(thing => thing.Coarse).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, EventJudge> events = work.Events(samples, classes, options.Clips);
        return work.Report(data, classes, matching, scored, events, [], new()
        {
            ["classes"] = $"{classes.Length}, the column coarse; {model.Options.Clusters} clusters",
            ["scored"] = $"{options.Scenes} test scenes in which two things sound, {options.Scenes} in which one of two does",
            ["matching"] = $"on {matching.Truths.Count} training scenes of one thing each, and {options.Clips} training sounds for the events",
            ["events"] = $"{options.Clips} test sounds of {EventClip.Units} units with two things each that start and end at known times",
        });
    }

    /// <summary>On boxed pairs with labels: every second one serves the matching, the others are scored. Times of events are not known there.</summary>
    /// <exception cref="DataException">Too few pairs can be used.</exception>
    public static EvaluationReport Run(DccModel model, IReadOnlyList<BoxedPair> pairs, string data, MultiSourceOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        PairReader reader = new(pairs, model.Options, options.Window);
        Work work = new(model, options.Seed, new Told(null, 1), cancel);
        using UntrainedBaseline untrained = work.Untrained;
        Part all = work.Answer(reader.Chunks(Chunk, Unusable, progress, cancel)
            .Select(chunk => ((IReadOnlyList<SourceTruth>)[.. chunk.Select(one => Truth(one.Pair))], model.BatchOf([.. chunk.Select(one => (one.Picture, one.Sound))]))));
        if (all.Truths.Count < 2)
            throw new DataException($"{data}: {all.Truths.Count} of {pairs.Count} pairs can be used, at least 2 are needed: one to match clusters to classes, one to score{(reader.Skipped.Count > 0 ? $"; the first that cannot, {reader.Skipped[0].Id}: {reader.Skipped[0].Reason}" : "")}.");
        Part matching = all.Every(second: false), scored = all.Every(second: true);
        string[] classes = [.. all.Truths.SelectMany(truth => truth.Labels).Distinct().Order(StringComparer.Ordinal)];
        return work.Report(data, classes, matching, scored, null, reader.Skipped, new()
        {
            ["classes"] = $"{classes.Length}; {model.Options.Clusters} clusters",
            ["scored"] = $"every second pair that can be used, {scored.Truths.Count}",
            ["matching"] = $"on the {matching.Truths.Count} others",
            ["sound"] = SoundWindows.Text(options.Window),
        });

        string? Unusable(BoxedPair pair) => pair.Boxes.Count == 0 ? "it has no box" : pair.Boxes.Any(box => (box.Label ?? pair.Label) is null) ? "a box of it has no label" : null;
        SourceTruth Truth(BoxedPair pair) => new(pair.Id, [.. pair.Boxes.Select(box => ((box.Label ?? pair.Label)!, LocalizationTask.FrameBoxOf(box)))]);
    }

    /// <summary>Units with what each method answered, all in one order.</summary>
    private sealed record Part(IReadOnlyList<SourceTruth> Truths, IReadOnlyDictionary<string, IReadOnlyList<SourceAnswer>> Answers)
    {
        public Part Every(bool second)
        {
            bool Mine(int i) => i % 2 == 1 == second;
            return new Part([.. Truths.Where((_, i) => Mine(i))], Answers.ToDictionary(one => one.Key, one => (IReadOnlyList<SourceAnswer>)[.. one.Value.Where((_, i) => Mine(i))]));
        }
    }

    /// <summary>Counts units for a progress bar.</summary>
    private sealed class Told(IProgress<double>? progress, int all)
    {
        private int done;
        public void Did(int units) => progress?.Report(Math.Min(1, (double)(done += units) / all));
    }

    /// <summary>Asks the model and its baselines.</summary>
    private sealed class Work(DccModel model, ulong seed, Told told, CancellationToken cancel)
    {
        private int asked;

        public UntrainedBaseline Untrained { get; } = new(model, seed);

        public Part Answer(IEnumerable<(IReadOnlyList<SourceTruth> Truths, UnitBatch Batch)> chunks)
        {
            List<SourceTruth> truths = [];
            Dictionary<string, List<SourceAnswer>> answers = methods.ToDictionary(method => method, _ => new List<SourceAnswer>());
            HeatMap ones = new(1, 1, [1]), centre = SourceAnswer.CentrePrior();
            foreach ((IReadOnlyList<SourceTruth> some, UnitBatch batch) in chunks)
            {
                cancel.ThrowIfCancellationRequested();
                if (some.Count == 0) continue;
                IReadOnlyList<UnitAnalysis> mine = model.Analyze(batch), untrained = Untrained.Analyze(batch);
                for (int i = 0; i < some.Count; i++)
                {
                    SourceAnswer answer = SourceAnswer.Of(mine[i], model.Options);
                    if (!answer.IsFinite) throw new DataException($"The model's answer to {some[i].Id} holds NaN or infinity: take an earlier checkpoint.");
                    answers["model"].Add(answer);
                    answers["untrained"].Add(SourceAnswer.Of(untrained[i], model.Options));
                    answers["random"].Add(SourceAnswer.Random(seed, asked++, model.Options.Clusters));
                    answers["all_ones"].Add(new SourceAnswer([ones], [0]));
                    answers["centre_prior"].Add(new SourceAnswer([centre], [0]));
                }
                truths.AddRange(some);
                told.Did(some.Count);
            }
            return new Part(truths, answers.ToDictionary(one => one.Key, one => (IReadOnlyList<SourceAnswer>)one.Value));
        }

        public Dictionary<string, EventJudge> Events(SampleSet samples, string[] classes, int count)
        {
            string[] heard = ["model", "random", "loudness", "untrained"];
            Dictionary<string, List<(EventClip, double[][])>> tracks = heard.SelectMany(method => new[] { $"{method} match", method }).ToDictionary(key => key, _ => new List<(EventClip, double[][])>());
            for (int i = 0; i < 2 * count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                EventClip clip = EventClip.Compose(samples, i < count ? SceneSplit.Training : SceneSplit.Test, seed, i, model.Options.SamplesPerUnit);
                string suffix = i < count ? " match" : "";
                UnitBatch batch = clip.Batch(model);
                double[][] mine = EventJudge.Tracks(model.Analyze(batch));
                int moments = mine[0].Length / EventClip.Units;
                tracks["model" + suffix].Add((clip, mine));
                tracks["untrained" + suffix].Add((clip, EventJudge.Tracks(Untrained.Analyze(batch))));
                tracks["random" + suffix].Add((clip, EventJudge.RandomTracks(seed, i, mine.Length, mine[0].Length)));
                tracks["loudness" + suffix].Add((clip, EventJudge.LoudnessTracks(clip, model.Options, classes.Length, moments)));
                told.Did(1);
            }
            return heard.ToDictionary(method => method, method => new EventJudge(classes, tracks[$"{method} match"], tracks[method], model.Options));
        }

        public EvaluationReport Report(string data, string[] classes, Part matching, Part scored, Dictionary<string, EventJudge>? events, IReadOnlyList<SkippedSample> skipped, Dictionary<string, string> choices)
        {
            // A fixed map needs no cluster: it stands for every class.
            IReadOnlyList<SourceAnswer> Spread(Part part, string method) => method is "all_ones" or "centre_prior"
                ? [.. part.Answers[method].Select(one => SourceAnswer.Fixed(one.Maps[0], classes.Length))]
                : part.Answers[method];
            Dictionary<string, SourceJudge> judges = methods.ToDictionary(method => method, method => new SourceJudge(classes, matching.Truths, Spread(matching, method), scored.Truths, Spread(scored, method), cancel));
            List<MethodScores> scores = [.. methods.Select(method => new MethodScores(method, [.. judges[method].Scores(seed, cancel), .. events?.GetValueOrDefault(method)?.Scores(seed) ?? []]))];
            if (events is not null) scores.Add(new MethodScores("loudness", events["loudness"].Scores(seed)));
            choices["convention"] = $"{MultiSourceMetrics.Convention.Name}, {MultiSourceMetrics.Convention.Size} x {MultiSourceMetrics.Convention.Size}";
            choices["matched"] = string.Join(", ", classes.Select((label, c) => (label, cluster: judges["model"].Matching[c])).Where(one => one.cluster >= 0).Select(one => $"{one.label} {one.cluster + 1}"));
            return new EvaluationReport
            {
                Task = "multisource", Data = data, Samples = scored.Truths.Count, Seed = seed, Choices = choices, Methods = scores, Skipped = skipped,
                Notes = ["Matching is one to one: with more classes than clusters some classes have none and score 0 (CIoU) or chance (mAP, events). all_ones and centre_prior have one map for every class."],
                PerSample = [.. scored.Truths.Select((truth, i) => Line(truth, i, judges))],
            };
        }

        private static JsonObject Line(SourceTruth truth, int i, Dictionary<string, SourceJudge> judges)
        {
            JsonObject line = new() { ["id"] = truth.Id, ["sounding"] = string.Join(' ', truth.Labels) };
            foreach (string method in methods)
            {
                string suffix = method == "model" ? "" : $"_{method}";
                line[$"ciou{suffix}"] = judges[method].Ious[i];
                line[$"nsa{suffix}"] = double.IsNaN(judges[method].Silence[i]) ? null : judges[method].Silence[i];
            }
            return line;
        }
    }
}
