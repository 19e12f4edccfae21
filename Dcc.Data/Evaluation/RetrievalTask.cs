// dcc evaluate retrieval: sounds find their pictures among all, and pictures their sounds. Read next: ../../Dcc.Model/Evaluation/Retrieval.cs.
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

public static class RetrievalTask
{
    private const ulong RandomStream = 0x72616e6b;   // "rank"
    private static readonly int[] depths = [1, 5, 10];

    /// <summary>Each distinct sound of the pairs against each distinct picture. A picture with several sounds, or a sound with several pictures, has found its partner with the best of them.</summary>
    /// <exception cref="DataException">Fewer than two distinct sounds or pictures can be read.</exception>
    public static EvaluationReport Evaluate(DccModel model, IReadOnlyList<PairEntry> pairs, string data, ulong seed, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        List<SkippedSample> skipped = [];
        Dictionary<string, Picture> pictures = [];
        Dictionary<string, Sound> sounds = [];
        List<PairEntry> used = [];
        foreach (PairEntry pair in pairs)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (!pictures.ContainsKey(pair.Image)) pictures.Add(pair.Image, PictureReader.Read(pair.Image));
                if (!sounds.ContainsKey(pair.Sound)) sounds.Add(pair.Sound, WavReader.Read(pair.Sound));
                used.Add(pair);
            }
            catch (Exception failure) when (failure is DataException or IOException or UnauthorizedAccessException)
            {
                skipped.Add(new SkippedSample(string.Create(CultureInfo.InvariantCulture, $"line {pair.Line}"), failure.Message));
            }
        }
        string[] images = [.. used.Select(pair => pair.Image).Distinct()], heard = [.. used.Select(pair => pair.Sound).Distinct()];
        if (images.Length < 2 || heard.Length < 2)
            throw new DataException($"{data} has {images.Length} pictures and {heard.Length} sounds that can be read, retrieval needs at least 2 of each{(skipped.Count > 0 ? $"; the first that cannot: {skipped[0].Reason}" : "")}.");
        int[][] toImages = [.. heard.Select(sound => used.Where(pair => pair.Sound == sound).Select(pair => Array.IndexOf(images, pair.Image)).Distinct().ToArray())];
        int[][] toSounds = [.. images.Select(image => used.Where(pair => pair.Image == image).Select(pair => Array.IndexOf(heard, pair.Sound)).Distinct().ToArray())];

        using DccModel untrained = DccModel.Create(model.Device, model.Options, seed);
        Philox random = new(seed, RandomStream);
        float[] noise = new float[heard.Length * images.Length];
        for (int i = 0; i < noise.Length; i++) noise[i] = random.NextFloat();
        (string Name, float[] Similarity)[] methods =
        [
            ("model", Compare(model, images.Select(each => pictures[each]), heard.Select(each => sounds[each]), progress, cancel)),
            ("untrained", Compare(untrained, images.Select(each => pictures[each]), heard.Select(each => sounds[each]), null, cancel)),
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
            Data = data,
            Samples = used.Count,
            Seed = seed,
            Choices = new Dictionary<string, string>
            {
                ["candidates"] = $"{images.Length} pictures, {heard.Length} sounds; the beginning of each sound",
                ["similarity"] = model.Options.Profile == ClusteringProfile.Projected ? "sum over clusters of the cosine of the two centres" : "minus the distance of the two sets of centres",
                ["ties"] = "shared, as if broken by chance",
            },
            Methods = scores,
            Notes = ["Pairs that the model was trained on are found more easily than new ones: say which these are."],
            Skipped = skipped,
            PerSample = [.. Lines("sound to picture", heard), .. Lines("picture to sound", images)],
        };

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

    private static float[] Compare(DccModel model, IEnumerable<Picture> pictures, IEnumerable<Sound> sounds, IProgress<double>? progress, CancellationToken cancel)
    {
        Picture[] shown = [.. pictures];
        Sound[] heard = [.. sounds];
        List<float[]> visual = [], audio = [];
        int most = Math.Max(shown.Length, heard.Length);
        // The centres of a picture do not depend on the sound beside it: any company will do.
        for (int i = 0; i < most; i++)
        {
            cancel.ThrowIfCancellationRequested();
            UnitAnalysis analysis = model.AnalyzeOne(shown[Math.Min(i, shown.Length - 1)], heard[Math.Min(i, heard.Length - 1)]);
            if (i < shown.Length) visual.Add(analysis.VisualCentres);
            if (i < heard.Length) audio.Add(analysis.AudioCentres);
            progress?.Report((i + 1.0) / most);
        }
        return model.Similarities(audio, visual);
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        float[] turned = new float[values.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c];
        return turned;
    }
}
