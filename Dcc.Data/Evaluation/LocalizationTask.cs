// dcc evaluate localization: is the sounding object where the map is hot? Read next: ../../Dcc.Model/Evaluation/LocalizationConvention.cs, UntrainedBaseline.cs.
using System.Text.Json.Nodes;
using Dcc.Kernels;
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

    /// <summary>Of random maps, untrained weights and the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>cIoU on boxed pairs, beside answers that know nothing of the sound.</summary>
public static class LocalizationTask
{
    private const int Chunk = 8, RandomSide = 8;
    private static readonly string[] methods = ["model", "random", "all_ones", "centre_prior", "untrained"];

    /// <summary>Evaluates every pair that has a box, a readable picture and a readable sound.</summary>
    /// <exception cref="DataException">No pair can be used.</exception>
    public static EvaluationReport Run(DccModel model, IReadOnlyList<BoxedPair> pairs, string data, LocalizationOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        PairReader reader = new(pairs, model.Options, options.Window);
        using UntrainedBaseline untrained = new(model, options.Seed);
        List<JsonObject> samples = [];
        Dictionary<string, List<double>> ious = methods.ToDictionary(method => method, _ => new List<double>());
        HashSet<TruthRule> rules = [];
        foreach (IReadOnlyList<ReadPair> chunk in reader.Chunks(Chunk, pair => pair.Boxes.Count == 0 ? "it has no box" : null, progress, cancel))
        {
            UnitBatch batch = model.BatchOf([.. chunk.Select(pair => (pair.Picture, pair.Sound))]);
            IReadOnlyList<UnitAnalysis> answers = model.Analyze(batch), guesses = untrained.Analyze(batch);
            for (int i = 0; i < chunk.Count; i++)
            {
                TruthRule rule = options.Truth ?? (chunk[i].Pair.Boxes.All(box => box is { FrameWidth: 1, FrameHeight: 1 }) ? TruthRule.Union : TruthRule.Consensus);
                if (Judge(chunk[i], answers[i], guesses[i], rule) is not { } scores) continue;
                rules.Add(rule);
                foreach ((string method, double iou) in scores) ious[method].Add(iou);
                samples.Add(Line(chunk[i].Pair, answers[i], scores));
            }
        }
        if (samples.Count == 0) throw new DataException($"{data}: none of {pairs.Count} pairs can be evaluated{(reader.Skipped.Count > 0 ? $"; the first, {reader.Skipped[0].Id}: {reader.Skipped[0].Reason}" : ".")}");
        return new EvaluationReport
        {
            Task = "localization", Data = data, Samples = samples.Count, Seed = options.Seed, Choices = Choices(options, model.Options, rules),
            Methods = [.. methods.Select(method => new MethodScores(method, Scores(ious[method], options.Seed)))],
            Notes = ["Numbers of different conventions, maps or subsets cannot be compared. all_ones predicts the whole picture whatever the convention: where boxes are large it is hard to beat."],
            Skipped = reader.Skipped, PerSample = samples,
        };

        IReadOnlyList<(string, double)>? Judge(ReadPair pair, UnitAnalysis answer, UnitAnalysis guess, TruthRule rule)
        {
            LocalizationConvention convention = options.Convention;
            float[] truth = convention.Truth(pair.Pair.Boxes.Select(FrameBoxOf), rule);
            HeatMap map = answer.Map(options.Map);
            if (truth.All(value => value == 0)) reader.Skip(pair.Pair, "its boxes cover no pixel of the frame");
            else if (!map.Values.All(float.IsFinite)) reader.Skip(pair.Pair, "the model's map holds NaN or infinity");
            else
                return [.. methods.Select(method => (method, LocalizationMetrics.ConsensusIou(method switch
                {
                    "random" => convention.Predict(RandomMap(options.Seed, pair.Index), truth),
                    "all_ones" => [.. Enumerable.Repeat(true, truth.Length)],
                    "centre_prior" => convention.Predict(CentrePrior(convention.Size), truth),
                    "untrained" => convention.Predict(guess.Map(options.Map), truth),
                    _ => convention.Predict(map, truth),
                }, truth)))];
            return null;
        }
    }

    /// <summary>The box as the metrics take it.</summary>
    internal static FrameBox FrameBoxOf(AnnotatedBox box) => new(box.Left, box.Top, box.Right, box.Bottom, box.FrameWidth, box.FrameHeight);

    /// <summary>Uniform random values on 8 x 8 positions.</summary>
    internal static HeatMap RandomMap(ulong seed, int index)
    {
        Philox random = new(seed, 0x6d617000_00000000 + (ulong)index);   // "map"
        float[] values = new float[RandomSide * RandomSide];
        foreach (ref float value in values.AsSpan()) value = random.NextFloat();
        return new HeatMap(RandomSide, RandomSide, values);
    }

    /// <summary>Hottest in the middle, colder with the distance from it.</summary>
    internal static HeatMap CentrePrior(int size)
    {
        double centre = (size - 1) / 2.0;
        return new HeatMap(size, size, [.. Enumerable.Range(0, size * size).Select(i => (float)-Math.Sqrt((i % size - centre) * (i % size - centre) + (i / size - centre) * (i / size - centre)))]);
    }

    private static IReadOnlyList<Score> Scores(List<double> ious, ulong seed) =>
    [
        Score.Mean("cIoU@0.5", [.. ious.Select(iou => iou >= 0.5 ? 1.0 : 0)], seed),
        Score.Mean("AUC", [.. ious.Select(LocalizationMetrics.SampleArea)], seed),
        Score.Mean("mean cIoU", ious, seed),
    ];

    private static Dictionary<string, string> Choices(LocalizationOptions options, DccOptions model, HashSet<TruthRule> rules) => new()
    {
        ["convention"] = options.Convention.Name,
        ["evaluation size"] = $"{options.Convention.Size} x {options.Convention.Size}",
        ["map"] = model.Profile == ClusteringProfile.Euclidean ? "paper (the only one of this profile)" : HeatMapKinds.ByName.First(kind => kind.Value == options.Map).Key,
        ["truth"] = string.Join(" and ", rules.Order().Select(rule => rule.ToString().ToLowerInvariant())) + " of boxes",
        ["sound"] = options.Window == SoundWindow.Middle ? "middle of the recording" : "beginning of the recording",
    };

    private static JsonObject Line(BoxedPair pair, UnitAnalysis answer, IReadOnlyList<(string Method, double Iou)> scores)
    {
        JsonObject line = new() { ["id"] = pair.Id, ["label"] = pair.Label, ["boxes"] = pair.Boxes.Count, ["similarity"] = answer.Similarity };
        foreach ((string method, double iou) in scores) line[method == "model" ? "ciou" : $"ciou_{method}"] = iou;
        return line;
    }
}
