// Do the clusters that a model found mean anything? How well they agree with classes it has never been told. Read next: ../../Dcc.Model/Evaluation/ContingencyTable.cs, ../../docs/understanding.md.
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

public static class UnderstandingEvaluation
{
    private const int MostClassesShown = 4;

    /// <summary>What wins a cluster: a whole unit by its centres, a position of the picture's or of the sound's map by its shares.</summary>
    private static readonly string[] Levels = ["unit", "picture", "sound"];

    /// <summary>So many items of a class that a cluster won.</summary>
    private readonly record struct Won(int Cluster, int Label, long Count);

    /// <summary>Per level what one sample adds to the tables.</summary>
    private sealed record Observed(Won[][] Levels, IReadOnlyList<RankedCluster> Ranked, float Similarity);

    /// <summary>Purity and NMI of model and baselines at three levels.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="pairs">Pairs with classes; one without is skipped.</param>
    /// <param name="seed">Of the random assignment and of the intervals.</param>
    /// <param name="progress">Share done, 0 to 1.</param>
    /// <param name="cancel">Stops between pairs.</param>
    /// <exception cref="DataException">No pair can be used.</exception>
    public static EvaluationReport Run(DccModel model, LabelledPairs pairs, ulong seed, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using UntrainedBaseline untrained = new(model, seed);
        string[] classes = [.. pairs.Pairs.SelectMany(pair => pair.Boxes.Select(box => box.Label).Append(pair.Label)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        List<LabelledPair> used = [];
        List<Observed> trained = [], before = [];
        List<SkippedSample> skipped = [];
        for (int i = 0; i < pairs.Pairs.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            LabelledPair pair = pairs.Pairs[i];
            if (Usable.Try(() => (Observe(model, pair, classes), Observe(untrained.Model, pair, classes)), out (Observed Trained, Observed Before) seen) is { } reason)
                skipped.Add(new SkippedSample(pair.Id, reason));
            else
            {
                used.Add(pair);
                trained.Add(seen.Trained);
                before.Add(seen.Before);
            }
            progress?.Report((i + 1.0) / pairs.Pairs.Count);
        }
        if (used.Count == 0) throw new DataException($"Of {pairs.Pairs.Count} pairs of {pairs.Data} none can be used{(skipped.Count > 0 ? $"; the first: {skipped[0].Reason}" : ".")}");

        int clusters = Math.Max(model.Options.Clusters, model.Options.Profile == ClusteringProfile.Projected ? 0 : model.Options.AudioClusters);
        int[] groups = Usable.Numbers(used.Select(pair => pair.Group));
        MethodScores Scores(string method, IReadOnlyList<Won[][]> samples) => new(method, [.. Levels.SelectMany((level, l) => new[]
        {
            Score.Of($"purity {level}", used.Count, picks => Table(samples, picks, l, clusters, classes.Length).Purity(), seed, groups, cancel),
            Score.Of($"NMI {level}", used.Count, picks => Table(samples, picks, l, clusters, classes.Length).NormalizedMutualInformation(), seed, groups, cancel),
        })]);
        Won[][][] actual = [.. trained.Select(each => each.Levels)];
        return new EvaluationReport
        {
            Task = "understanding",
            Data = pairs.Data,
            Samples = used.Count,
            Seed = seed,
            Choices = new Dictionary<string, string>
            {
                ["classes"] = $"{classes.Length}: {string.Join(", ", classes)}",
                ["clusters"] = clusters.ToString(CultureInfo.InvariantCulture),
                ["unit"] = "a unit goes to the cluster whose two centres agree best",
                ["picture, sound"] = "a position goes to the cluster with the largest share; in a picture with boxes only positions inside one count",
                ["intervals"] = "whole recordings are drawn",
            },
            Methods =
            [
                Scores("model", actual),
                Scores("untrained", [.. before.Select(each => each.Levels)]),
                Scores("shuffled", Shuffle(actual, seed)),
                Scores("random", [.. actual.Select((sample, i) => Scatter(sample, clusters, new Philox(seed, 0x72616e64_00000000 + (ulong)i)))]),   // "rand"
                Scores("one_cluster", [.. actual.Select(sample => Array.ConvertAll(sample, level => Array.ConvertAll(level, won => won with { Cluster = 0 })))]),
            ],
            Notes =
            [
                .. Meanings(Table(actual, [.. Enumerable.Range(0, used.Count)], 0, clusters, classes.Length), classes),
                "A resample holds fewer different recordings than the data, which raises purity and NMI of every method: an interval may lie above its value; compare it with the baselines'.",
            ],
            Skipped = skipped,
            PerSample = [.. used.Select((pair, i) => Line(pair, trained[i]))],
        };
    }

    private static Observed Observe(DccModel model, LabelledPair pair, string[] classes)
    {
        if (pair.Label is null) throw new DataException("It has no label: an evaluation of clusters needs the class of what sounds.");
        Picture picture = pair.Picture();
        UnitAnalysis unit = model.AnalyzeOne(picture, pair.Sound());
        UnitAssignments a = unit.Assignments;
        IReadOnlyList<RankedCluster> ranked = ClusterRanking.Rank(unit);
        int label = Array.IndexOf(classes, pair.Label), positions = a.MapHeight * a.MapWidth;
        int[] seen = ClusterRanking.Winners(a.Visual, a.Clusters);
        IEnumerable<(int, int)> inPicture = seen.Select((cluster, n) => (cluster, ClassAt(pair, picture, a, n % positions, classes))).Where(each => each.Item2 >= 0);
        IEnumerable<(int, int)> inSound = ClusterRanking.Winners(a.Audio, a.AudioClusters).Select(cluster => (cluster, label));
        return new Observed([[new Won(ranked[0].Cluster, label, 1)], Count(inPicture), Count(inSound)], ranked, unit.Similarity);
    }

    /// <summary>The class at the middle of a position; -1 outside all boxes.</summary>
    private static int ClassAt(LabelledPair pair, Picture picture, UnitAssignments a, int position, string[] classes)
    {
        if (pair.Boxes.Count == 0) return Array.IndexOf(classes, pair.Label);
        int x = (int)((position % a.MapWidth + 0.5) * picture.Width / a.MapWidth), y = (int)((position / a.MapWidth + 0.5) * picture.Height / a.MapHeight);
        return pair.Boxes.FirstOrDefault(box => box.Box.Contains(x, y)) is { } found ? Array.IndexOf(classes, found.Label) : -1;
    }

    private static Won[] Count(IEnumerable<(int Cluster, int Label)> items) => [.. items.CountBy(each => each).Select(each => new Won(each.Key.Cluster, each.Key.Label, each.Value))];

    /// <summary>The same items, each in a cluster drawn by lot.</summary>
    private static Won[][] Scatter(Won[][] sample, int clusters, Philox random)
    {
        Won[][] scattered = new Won[sample.Length][];
        for (int l = 0; l < sample.Length; l++)
        {
            List<(int, int)> items = [];
            foreach (Won won in sample[l])
                for (long i = 0; i < won.Count; i++) items.Add((random.NextInt(clusters), won.Label));
            scattered[l] = Count(items);
        }
        return scattered;
    }

    /// <summary>Each sample's class with the clusters of another sample: what the same use of clusters gets by accident.</summary>
    private static Won[][][] Shuffle(Won[][][] samples, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, samples.Length)];
        Philox random = new(seed, 0x73687566);   // "shuf"
        random.Shuffle<int>(order);
        return [.. samples.Select((sample, i) => Array.ConvertAll(samples[order[i]], level => Array.ConvertAll(level, won => won with { Label = sample[0][0].Label })))];
    }

    private static ContingencyTable Table(IReadOnlyList<Won[][]> samples, IReadOnlyList<int> picks, int level, int clusters, int classes)
    {
        ContingencyTable table = new(clusters, classes);
        foreach (int pick in picks)
            foreach (Won won in samples[pick][level]) table.Add(won.Cluster, won.Label, won.Count);
        return table;
    }

    /// <summary>A sentence for each cluster that won a unit: what sounded in them.</summary>
    private static IEnumerable<string> Meanings(ContingencyTable units, string[] classes)
    {
        for (int k = 0; k < units.Clusters; k++)
        {
            (string Name, long Count)[] won = [.. classes.Select((name, c) => (name, units[k, c])).Where(each => each.Item2 > 0).OrderByDescending(each => each.Item2)];
            if (won.Length > 0)
                yield return $"cluster {k + 1} wins {won.Sum(each => each.Count)} units: {string.Join(", ", won.Take(MostClassesShown).Select(each => $"{each.Name} {each.Count}"))}{(won.Length > MostClassesShown ? ", ..." : "")}";
        }
    }

    private static JsonObject Line(LabelledPair pair, Observed seen) => new()
    {
        ["id"] = pair.Id,
        ["label"] = pair.Label,
        ["recording"] = pair.Group,
        ["winner"] = seen.Ranked[0].Cluster + 1,
        ["cosine"] = seen.Ranked[0].Cosine,
        ["picture_winner"] = Most(seen.Levels[1]),
        ["sound_winner"] = Most(seen.Levels[2]),
        ["similarity"] = seen.Similarity,
        ["ranking"] = string.Join(' ', seen.Ranked.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Cluster + 1}:{each.Cosine:F3}"))),
    };

    private static int? Most(Won[] items) => items.Length == 0 ? null : items.GroupBy(won => won.Cluster).MaxBy(group => group.Sum(won => won.Count))!.Key + 1;
}
