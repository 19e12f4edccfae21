// What the model makes of a picture and a sound, as the JSON that the page draws. Read next: Page/answer.js.
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class PageAnswers(DccModel model, Task<IReadOnlyList<ExamplePair>> examples, string modelName, ServeLimits limits)
{
    /// <summary>Rounds beyond the model's own show whether it has converged.</summary>
    private const int LeastRounds = 8;

    private const int ShownSide = 640, ThumbnailSide = 160;

    private static readonly (HeatMapKind Kind, string Label, string Meaning)[] maps =
    [
        (HeatMapKind.AgainstMean, "against the mean", "Where the picture fits this sound better than it fits sounds in general."),
        (HeatMapKind.Paper, "paper", "The paper's map: the picture's share of the cluster whose two centres agree best."),
        (HeatMapKind.Agreement, "agreement", "Where the picture fits the sound's centres, whatever all sounds share included."),
        (HeatMapKind.AudioConditioned, "nearest", "Each position by the shared space in which it is nearest to the sound."),
        (HeatMapKind.Weighted, "weighted", "The paper's maps of all clusters, each as far as its two centres agree."),
    ];

    /// <summary>They take seconds to compose; whoever needs them waits.</summary>
    public Task<IReadOnlyList<ExamplePair>> Examples => examples;

    /// <summary>What the page needs to know before anything is asked.</summary>
    public async Task<JsonObject> About() => new()
    {
        ["model"] = modelName,
        ["version"] = RunRecord.Version,
        ["clusters"] = model.Options.Clusters,
        ["rounds"] = model.Options.Rounds,
        ["frameSize"] = model.Options.FrameSize,
        ["seconds"] = UnitSeconds,
        ["bands"] = model.Options.LogMel.Bands,
        ["colours"] = Strings(Enumerable.Range(0, model.Options.Profile == ClusteringProfile.Projected ? model.Options.Clusters : Math.Max(model.Options.Clusters, model.Options.AudioClusters)).Select(k => ColourMap.Cluster(k).Css)),
        ["maps"] = new JsonArray([.. Maps().Select(map => new JsonObject { ["label"] = map.Label, ["meaning"] = map.Meaning })]),
        ["examples"] = Strings((await examples).Select(example => example.Things)),
        ["video"] = Ffmpeg.IsPresent,
        ["uploadBytes"] = limits.UploadBytes,
        ["tooLarge"] = limits.TooManyBytes().Message,
    };

    /// <summary>Null if there is no such example.</summary>
    public async Task<byte[]?> Thumbnail(int example) => example < (await examples).Count ? Png.Photograph(Dcc.Data.Thumbnail.Of((await examples)[example].Picture, ThumbnailSide)) : null;

    /// <summary>Throws a <see cref="Refusal"/> for files that cannot be used.</summary>
    public JsonObject Answer(Upload upload, IReadOnlyList<ExamplePair> composed, CancellationToken cancel)
    {
        UploadedUnit unit = UploadedUnit.Of(upload, composed, model.Options, limits, cancel);
        UnitBatch batch = model.UnitOf(unit.Frames, unit.Sound);
        UnitAnalysis analysis = model.Analyze(batch)[0];
        UnitAssignments shares = analysis.Assignments;
        bool cosine = model.Options.Profile == ClusteringProfile.Projected;
        return new JsonObject
        {
            ["title"] = unit.Title,
            ["picture"] = new JsonObject { ["uri"] = Images.Photograph(Dcc.Data.Thumbnail.Of(unit.Frames[0], ShownSide)), ["width"] = unit.Frames[0].Width, ["height"] = unit.Frames[0].Height },
            ["boxes"] = new JsonArray([.. unit.Boxes.Select(box => new JsonObject { ["left"] = box.Left, ["top"] = box.Top, ["width"] = box.Width, ["height"] = box.Height, ["sounds"] = box.Sounds })]),
            ["sound"] = new JsonObject
            {
                ["wav"] = Images.Wav(new Sound(batch.Waveforms, model.Options.LogMel.SampleRate)), ["spectrogram"] = Images.Spectrogram(analysis.LogMel, model.Options.LogMel.Bands),
                ["start"] = unit.Start, ["seconds"] = UnitSeconds, ["total"] = unit.Total,
            },
            ["similarity"] = analysis.Similarity,
            ["bound"] = cosine ? model.Options.Clusters : null,
            ["maps"] = new JsonArray([.. Maps().Select(map => MapOf(analysis, map.Kind, map.Label))]),
            ["shape"] = new JsonObject
            {
                ["clusters"] = shares.Clusters, ["frames"] = shares.Frames, ["height"] = shares.MapHeight, ["width"] = shares.MapWidth,
                ["audioClusters"] = shares.AudioClusters, ["time"] = shares.AudioHeight, ["mel"] = shares.AudioWidth,
            },
            ["rounds"] = model.Options.Rounds,
            ["steps"] = Steps(batch, shares),
        };
    }

    private double UnitSeconds => (double)model.Options.SamplesPerUnit / model.Options.LogMel.SampleRate;

    /// <summary>The Euclidean profile knows the paper's map alone.</summary>
    private IEnumerable<(HeatMapKind Kind, string Label, string Meaning)> Maps() => maps.Where(map => model.Options.Profile == ClusteringProfile.Projected || map.Kind == HeatMapKind.Paper);

    private static JsonObject MapOf(UnitAnalysis analysis, HeatMapKind kind, string label)
    {
        HeatMap map = analysis.Map(kind);
        const int fine = 64;
        (int x, int y) = map.Resize(fine, fine).Peak();
        return new JsonObject { ["label"] = label, ["uri"] = Images.Heat(map), ["x"] = (x + 0.5) / fine, ["y"] = (y + 0.5) / fine };
    }

    private JsonArray Steps(UnitBatch batch, UnitAssignments shares)
    {
        IReadOnlyList<ClusteringRound> rounds = model.Rounds(batch, Math.Max(LeastRounds, model.Options.Rounds));
        return new JsonArray([.. rounds.Select((round, i) =>
        {
            (double picture, double sound) = round.ChangeFrom(rounds[Math.Max(0, i - 1)], shares.Clusters, shares.AudioClusters);
            return new JsonObject
            {
                ["round"] = round.Round, ["picture"] = Bytes(round.Visual), ["sound"] = Bytes(round.Audio), ["cosines"] = new JsonArray([.. round.Cosines.Select(cosine => JsonValue.Create(cosine))]),
                ["similarity"] = round.Similarity, ["pictureChange"] = picture, ["soundChange"] = sound,
            };
        })]);
    }

    /// <summary>Shares from 0 to 1 as bytes from 0 to 255, base64.</summary>
    private static string Bytes(float[] shares) => Convert.ToBase64String(Array.ConvertAll(shares, share => (byte)Math.Clamp(MathF.Round(255 * share), 0, 255)));

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
