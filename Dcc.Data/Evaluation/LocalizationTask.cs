// dcc evaluate localization: is the sounding object where the map is hot? Read next: ../../Dcc.Model/Evaluation/LocalizationConvention.cs, LocalizationScores.cs, LocalizationBaselines.cs.
using System.Text.Json.Nodes;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Choices that change the numbers.</summary>
public sealed record LocalizationOptions
{
    public LocalizationConvention Convention { get; init; } = LocalizationConvention.All["ez-vsl"];

    public HeatMapKind Map { get; init; } = HeatMapKind.AgainstMean;

    /// <summary>Null: consensus where boxes are in pixels (Flickr-SoundNet), union where they are in fractions (VGG-SS, MUSIC).</summary>
    public TruthRule? Truth { get; init; }

    public SoundWindow Window { get; init; } = SoundWindow.Middle;

    /// <summary>How sure a network is that something visible sounds; of interest with pairs that do not.</summary>
    public ConfidenceKind Confidence { get; init; } = ConfidenceKind.Map;

    /// <summary>Of random maps, untrained weights and the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>cIoU on boxed pairs, beside answers that know nothing of the sound; with pairs that do not sound among them also how well a confidence tells these.</summary>
public static class LocalizationTask
{
    private const int Chunk = 8;
    private static readonly string[] methods = ["model", "random", "all_ones", "centre_prior", "untrained"];

    /// <summary>What a method says of a pair: how well its map meets the boxes (NaN where there are none), and how sure it is that something visible sounds.</summary>
    private readonly record struct Answer(double Iou, double Confidence);

    /// <summary>Evaluates composed scenes.</summary>
    public static EvaluationReport Run(DccModel model, BoxedScenes scenes, string data, LocalizationOptions options, IProgress<double>? progress = null, CancellationToken cancel = default) =>
        Run(model, new PairReader(scenes.Pairs, model.Options, options.Window, scenes.Read), scenes.Pairs.Count, data, options, progress, cancel);

    /// <summary>Evaluates every pair that has a box or is known not to sound, a readable picture and a readable sound.</summary>
    /// <exception cref="DataException">No pair with a box can be used.</exception>
    public static EvaluationReport Run(DccModel model, IReadOnlyList<BoxedPair> pairs, string data, LocalizationOptions options, IProgress<double>? progress = null, CancellationToken cancel = default) =>
        Run(model, new PairReader(pairs, model.Options, options.Window), pairs.Count, data, options, progress, cancel);

    private static EvaluationReport Run(DccModel model, PairReader reader, int count, string data, LocalizationOptions options, IProgress<double>? progress, CancellationToken cancel)
    {
        using UntrainedBaseline untrained = new(model, options.Seed);
        List<JsonObject> samples = [];
        List<BoxedPair> used = [];
        Dictionary<string, List<Answer>> answers = methods.ToDictionary(method => method, _ => new List<Answer>());
        HashSet<TruthRule> rules = [];
        foreach (IReadOnlyList<ReadPair> chunk in reader.Chunks(Chunk, pair => pair.Boxes.Count == 0 && !pair.Silent ? "it has no box" : null, progress, cancel))
        {
            UnitBatch batch = model.BatchOf([.. chunk.Select(pair => (pair.Picture, pair.Sound))]);
            IReadOnlyList<UnitAnalysis> seen = model.Analyze(batch), guesses = untrained.Analyze(batch);
            for (int i = 0; i < chunk.Count; i++)
            {
                BoxedPair pair = chunk[i].Pair;
                TruthRule rule = options.Truth ?? (pair.Boxes.All(box => box is { FrameWidth: 1, FrameHeight: 1 }) ? TruthRule.Union : TruthRule.Consensus);
                if (Judge(chunk[i], seen[i], guesses[i], rule) is not { } scores) continue;
                if (!pair.Silent) rules.Add(rule);
                used.Add(pair);
                foreach ((string method, Answer answer) in scores) answers[method].Add(answer);
                samples.Add(Line(pair, seen[i], scores));
            }
        }
        LocalizationScores scoring = new(used, options.Seed, cancel);
        if (scoring.Boxed == 0) throw new DataException($"{data}: none of {count} pairs can be evaluated{(reader.Skipped.Count > 0 ? $"; the first, {reader.Skipped[0].Id}: {reader.Skipped[0].Reason}" : ".")}");
        return new EvaluationReport
        {
            Task = "localization", Data = data, Samples = used.Count, Seed = options.Seed, Choices = Choices(options, model.Options, rules, scoring),
            Methods = [.. methods.Select(method => new MethodScores(method, scoring.Of([.. answers[method].Select(answer => answer.Iou)], [.. answers[method].Select(answer => answer.Confidence)])))],
            Notes = ["Numbers of different conventions, maps or subsets cannot be compared. all_ones predicts the whole picture whatever the convention: where boxes are large it is hard to beat."],
            Skipped = reader.Skipped, PerSample = samples,
        };

        IReadOnlyList<(string, Answer)>? Judge(ReadPair pair, UnitAnalysis seen, UnitAnalysis guess, TruthRule rule)
        {
            LocalizationConvention convention = options.Convention;
            float[] truth = convention.Truth(pair.Pair.Boxes.Select(FrameBoxOf), rule);
            HeatMap map = seen.Map(options.Map);
            if (!pair.Pair.Silent && truth.All(value => value == 0)) reader.Skip(pair.Pair, "its boxes cover no pixel of the frame");
            else if (!map.Values.All(float.IsFinite)) reader.Skip(pair.Pair, "the model's map holds NaN or infinity");
            else
                return
                [
                    ("model", Of(map, seen)), ("random", Of(LocalizationBaselines.Random(options.Seed, pair.Index))), ("all_ones", Everything()),
                    ("centre_prior", Of(LocalizationBaselines.CentrePrior(convention.Size))), ("untrained", Of(guess.Map(options.Map), guess)),
                ];
            return null;

            Answer Of(HeatMap map, UnitAnalysis? unit = null) => new(
                pair.Pair.Silent ? double.NaN : LocalizationMetrics.ConsensusIou(convention.Predict(map, truth), truth),
                options.Confidence == ConfidenceKind.Map || unit is null ? convention.Confidence(map) : SilenceConfidence.Of(unit, options.Confidence));
            Answer Everything() => new(pair.Pair.Silent ? double.NaN : LocalizationMetrics.ConsensusIou([.. Enumerable.Repeat(true, truth.Length)], truth), 1);
        }
    }

    /// <summary>The box as the metrics take it.</summary>
    internal static FrameBox FrameBoxOf(AnnotatedBox box) => new(box.Left, box.Top, box.Right, box.Bottom, box.FrameWidth, box.FrameHeight);

    private static Dictionary<string, string> Choices(LocalizationOptions options, DccOptions model, HashSet<TruthRule> rules, LocalizationScores scoring)
    {
        Dictionary<string, string> choices = new()
        {
            ["convention"] = options.Convention.Name,
            ["evaluation size"] = $"{options.Convention.Size} x {options.Convention.Size}",
            ["map"] = model.Profile == ClusteringProfile.Euclidean ? "paper (the only one of this profile)" : HeatMapKinds.ByName.First(kind => kind.Value == options.Map).Key,
            ["truth"] = string.Join(" and ", rules.Order().Select(rule => rule.ToString().ToLowerInvariant())) + " of boxes",
            ["sound"] = SoundWindows.Text(options.Window),
        };
        if (!scoring.HasSilent) return choices;
        choices["pairs"] = $"{scoring.Boxed} with boxes, for cIoU and AUC; {scoring.All - scoring.Boxed} that do not sound";
        choices["precision, AP, max-F1"] = "over all pairs, right from an IoU of 0.5 on, at SLAVC's thresholds";
        choices["confidence"] = options.Confidence == ConfidenceKind.Map ? "mean of the hottest quarter of the enlarged map's raw values" : $"{SilenceEvaluation.Name(options.Confidence)} (baselines without a network: their map)";
        return choices;
    }

    private static JsonObject Line(BoxedPair pair, UnitAnalysis answer, IReadOnlyList<(string Method, Answer Answer)> scores)
    {
        JsonObject line = new() { ["id"] = pair.Id, ["label"] = pair.Label, ["boxes"] = pair.Boxes.Count, ["similarity"] = answer.Similarity };
        foreach ((string method, Answer one) in scores) line[$"ciou{Suffix(method)}"] = double.IsNaN(one.Iou) ? null : one.Iou;
        foreach ((string method, Answer one) in scores) line[$"confidence{Suffix(method)}"] = one.Confidence;
        return line;

        static string Suffix(string method) => method == "model" ? "" : $"_{method}";
    }
}
