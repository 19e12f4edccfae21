// dcc evaluate retrieval: sounds find their pictures among all, and pictures their sounds. Read next: RetrievalEncoder.cs, ../../Dcc.Model/Evaluation/Retrieval.cs.
using System.Text.Json.Nodes;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

public static class RetrievalTask
{
    private const ulong RandomStream = 0x72616e6b;   // "rank"
    private static readonly int[] depths = [1, 5, 10];

    /// <summary>Each distinct sound of the pairs against each distinct picture. A picture with several sounds, or a sound with several pictures, has found its partner with the best of them.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="pairs">Files and what they are.</param>
    /// <param name="window">The part of a longer recording that is heard.</param>
    /// <param name="seed">Of untrained weights, random similarities and the intervals.</param>
    /// <param name="progress">Share done, 0 to 1.</param>
    /// <param name="cancel">Stops between pairs.</param>
    /// <exception cref="DataException">Fewer than two distinct sounds or pictures can be read.</exception>
    public static EvaluationReport Evaluate(DccModel model, MediaPairs pairs, SoundWindow window, ulong seed, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using UntrainedBaseline untrained = new(model, seed);
        RetrievalEncoder encoder = new([model, untrained.Model], window);
        for (int i = 0; i < pairs.Pairs.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            encoder.Read(pairs.Pairs[i], cancel);
            progress?.Report((i + 1.0) / pairs.Pairs.Count);
        }
        List<MediaPair> used = encoder.Used;
        string[] images = [.. used.Select(pair => pair.Image).Distinct()], heard = [.. used.Select(pair => pair.Sound).Distinct()];
        if (images.Length < 2 || heard.Length < 2)
            throw new DataException($"{pairs.Data} has {images.Length} pictures and {heard.Length} sounds that can be read, retrieval needs at least 2 of each{(encoder.Skipped.Count > 0 ? $"; the first that cannot: {encoder.Skipped[0].Reason}" : "")}.");
        int[][] toImages = Partners(heard, images, used.Select(pair => (pair.Sound, pair.Image))), toSounds = Partners(images, heard, used.Select(pair => (pair.Image, pair.Sound)));
        Philox random = new(seed, RandomStream);
        float[] noise = new float[heard.Length * images.Length];
        for (int i = 0; i < noise.Length; i++) noise[i] = random.NextFloat();
        (string Name, float[] Similarity)[] methods =
        [
            ("model", Compare(0)),
            ("untrained", Compare(1)),
            ("random", noise),
        ];
        List<MethodScores> scores = [];
        List<(string Id, string Way, RetrievalRank[] Ranks)> lines = [];
        foreach ((string name, float[] similarity) in methods)
        {
            RetrievalRank[] pictureRanks = RetrievalRank.Of(similarity, images.Length, toImages), soundRanks = RetrievalRank.Of(Transposed(similarity, heard.Length, images.Length), heard.Length, toSounds);
            scores.Add(new MethodScores(name, [.. Of("sound to picture", pictureRanks, seed), .. Of("picture to sound", soundRanks, seed)]));
            lines.Add((name, "sound to picture", pictureRanks));
            lines.Add((name, "picture to sound", soundRanks));
        }
        return new EvaluationReport
        {
            Task = "retrieval",
            Data = pairs.Data,
            Samples = used.Count,
            Seed = seed,
            Choices = new Dictionary<string, string>
            {
                ["candidates"] = $"{images.Length} pictures, {heard.Length} sounds",
                ["sound"] = SoundWindows.Text(window),
                ["similarity"] = model.Options.Profile == ClusteringProfile.Projected ? "sum over clusters of the cosine of the two centres" : "minus the distance of the two sets of centres",
                ["ties"] = "shared, as if broken by chance",
            },
            Methods = scores,
            Notes = ["Pairs that the model was trained on are found more easily than new ones: say which these are."],
            Skipped = [.. pairs.Missing, .. encoder.Skipped],
            PerSample = [.. Lines("sound to picture", heard), .. Lines("picture to sound", images)],
        };

        float[] Compare(int m) => model.Similarities([.. heard.Select(each => encoder.Sound(each, m))], [.. images.Select(each => encoder.Picture(each, m))]);

        IEnumerable<JsonObject> Lines(string way, string[] queries) => queries.Select((query, q) =>
        {
            JsonObject line = new() { ["id"] = Path.GetFileName(query), ["way"] = way };
            foreach ((string name, string lineWay, RetrievalRank[] ranks) in lines)
                if (lineWay == way) line[$"rank {name}"] = ranks[q].Rank;
            return line;
        });
    }

    private static IEnumerable<Score> Of(string way, RetrievalRank[] ranks, ulong seed)
    {
        foreach (int k in depths) yield return Score.Mean($"{way} R@{k}", [.. ranks.Select(rank => rank.Recall(k))], seed);
        yield return Score.Of($"{way} median rank", ranks.Length, picks => RetrievalRank.Median(picks.Select(pick => ranks[pick])), seed);
    }

    /// <summary>For each query the places of its right candidates.</summary>
    private static int[][] Partners(string[] queries, string[] candidates, IEnumerable<(string Query, string Candidate)> pairs)
    {
        Dictionary<string, int> places = candidates.Index().ToDictionary(each => each.Item, each => each.Index);
        ILookup<string, int> right = pairs.ToLookup(pair => pair.Query, pair => places[pair.Candidate]);
        return Array.ConvertAll(queries, query => right[query].Distinct().ToArray());
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        float[] turned = new float[values.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c];
        return turned;
    }
}
