// dcc evaluate localization and multisource on folders in published layouts, with real pictures, sounds and boxes: the report's numbers against the metric functions on the model's own maps.
// Read next: ComposedFolders.cs, ../../Dcc.Data/Evaluation/LocalizationTask.cs.
using System.Text.Json;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tests.Cli;

namespace Dcc.Tests.DataSets;

public sealed class PublishedBoxesTests(CliFiles files) : IClassFixture<CliFiles>
{
    private const double Seconds = 1.5;   // longer than the model's unit: its middle is heard

    private async Task<JsonElement> Evaluate(string task, string folder, params string[] more)
    {
        string output = files.PathOf($"{folder}.json");
        CliResult result = await RunCli.Run(["evaluate", task, files.PathOf(folder), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", output, .. more]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(output));
        Assert.Equal(report.RootElement.GetProperty("samples").GetInt32() + 1, File.ReadAllLines(files.PathOf($"{folder}.samples.csv")).Length);
        return report.RootElement.Clone();
    }

    private static double Value(JsonElement report, string method, string score) => report.GetProperty("methods").EnumerateArray().Single(each => each.GetProperty("method").GetString() == method)
        .GetProperty("scores").EnumerateArray().Single(each => each.GetProperty("name").GetString() == score).GetProperty("value").GetDouble();

    /// <summary>What the model makes of each pair of the folder, as the files are, one at a time.</summary>
    private T WithModel<T>(string folder, Func<DccModel, IReadOnlyList<(BoxedPair Pair, UnitAnalysis Seen)>, T> use)
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        return use(model, [.. DataSetFolder.Recognise(files.PathOf(folder)).Boxes.Select(pair =>
        {
            Sound sound = WavReader.Read(pair.SoundPath!);
            return (pair, model.AnalyzeOne(PictureReader.Read(pair.PicturePath), new Sound(sound.Samples[((sound.Samples.Length - model.Options.SamplesPerUnit) / 2)..], sound.SampleRate)));
        })]);
    }

    private static double[] Ious(IEnumerable<(HeatMap Map, float[] Truth)> maps, LocalizationConvention convention) =>
        [.. maps.Select(each => LocalizationMetrics.ConsensusIou(convention.Predict(each.Map, each.Truth), each.Truth))];

    private static void Same(double[] ious, JsonElement report, string method)
    {
        Assert.Equal(LocalizationMetrics.Success(ious, 0.5), Value(report, method, "cIoU@0.5"), 1e-12);
        Assert.Equal(LocalizationMetrics.AreaUnderSuccess(ious), Value(report, method, "AUC"), 1e-12);
        Assert.Equal(ious.Average(), Value(report, method, "mean cIoU"), 1e-12);
    }

    [Theory, InlineData("lvs", "paper"), InlineData("adaptive", "weighted")]
    public async Task VggSs_folder(string convention, string map)
    {
        string folder = $"vggss-{convention}";
        IReadOnlyList<Scene> scenes = ComposedFolders.Scenes(SceneKind.Both, 6, Seconds);
        ComposedFolders.VggSs(files.PathOf(folder), scenes);
        JsonElement report = await Evaluate("localization", folder, "--convention", convention, "--map", map);
        Assert.Equal((6, "union of boxes"), (report.GetProperty("samples").GetInt32(), report.GetProperty("choices").GetProperty("truth").GetString()));
        LocalizationConvention rule = LocalizationConvention.All[convention];
        float[][] truths = [.. scenes.Select(scene => rule.Truth(ComposedFolders.Boxes(scene), TruthRule.Union))];   // from the scenes, not from the folder
        HeatMap[] maps = WithModel(folder, (_, pairs) => pairs.Select(pair => pair.Seen.Map(HeatMapKinds.ByName[map])).ToArray());
        Same(Ious(maps.Zip(truths), rule), report, "model");
        Same([.. truths.Select(truth => LocalizationMetrics.ConsensusIou([.. Enumerable.Repeat(true, truth.Length)], truth))], report, "all_ones");
    }

    [Fact]
    public async Task Without_data_composed_scenes_are_localised()
    {
        string output = files.PathOf("scenes.json");
        CliResult result = await RunCli.Run(["evaluate", "localization", "--scenes", "10", "--samples", Path.Combine(Repository.Root, "samples"), "--seed", "2", "--convention", "dsol", "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", output]);
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement report = JsonDocument.Parse(File.ReadAllText(output)).RootElement;
        LocalizationConvention rule = LocalizationConvention.All["dsol"];
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        SampleSet samples = SampleSet.Load(Path.Combine(Repository.Root, "samples"), model.Options.FrameSize, 16000);
        SceneComposer composer = new(samples);
        double[] ious = Ious(Enumerable.Range(0, 10).Select(i =>
        {
            Scene scene = composer.Compose(SceneSplit.Test, SceneKind.OneOfTwo, 2, i, 1, model.Options.SamplesPerUnit);
            Box box = scene.Objects.Single(each => each.Sounds).Boxes[0];
            return (model.Localize(scene.Frame(0), new Sound(scene.Waveform, samples.SampleRate)), rule.Truth([new FrameBox(box.Left, box.Top, box.Right, box.Bottom, scene.Size, scene.Size)], TruthRule.Union));
        }), rule);
        Same(ious, report, "model");
        CliResult refused = await RunCli.Run(["evaluate", "localization", "--list", "x.csv", "--model", files.PathOf("good.safetensors"), "--device", "cpu"]);
        Assert.Contains("name the folder, too", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flickr_folder_weighs_where_people_agree()
    {
        IReadOnlyList<Scene> scenes = ComposedFolders.Scenes(SceneKind.OneOfTwo, 6, Seconds);
        ComposedFolders.Flickr(files.PathOf("flickr-boxes"), scenes);
        JsonElement report = await Evaluate("localization", "flickr-boxes", "--convention", "ez-vsl");
        Assert.Equal((6, "consensus of boxes"), (report.GetProperty("samples").GetInt32(), report.GetProperty("choices").GetProperty("truth").GetString()));
        LocalizationConvention rule = LocalizationConvention.All["ez-vsl"];
        (HeatMap Map, float[] Truth)[] maps = WithModel("flickr-boxes", (_, pairs) => pairs.Select((pair, i) =>
        {
            // One box in 1-based pixels of 256, and the same 8 pixels further right: both agree on what they share, half counts where one is alone.
            FrameBox exact = ComposedFolders.Boxes(scenes[i])[0];
            float[] truth = new float[224 * 224];
            foreach (int shift in new[] { 0, 8 })
                for (int y = 224 * (1 + (int)(256 * exact.Top)) / 256; y < 224 * (int)(256 * exact.Bottom) / 256; y++)
                    for (int x = 224 * Math.Min(256, 1 + (int)(256 * exact.Left) + shift) / 256; x < 224 * Math.Min(256, (int)(256 * exact.Right) + shift) / 256; x++) truth[y * 224 + x] += 0.5f;
            return (pair.Seen.Map(HeatMapKind.AgainstMean), truth);
        }).ToArray());
        Assert.All(maps, each => Assert.Equal([0f, 0.5f, 1f], each.Truth.Distinct().Order()));
        Same(Ious(maps, rule), report, "model");
    }

    [Fact]
    public async Task Music_folder_tells_instruments_apart()
    {
        ComposedFolders.Music(files.PathOf("music"), ComposedFolders.Scenes(SceneKind.Single, 4, Seconds), ComposedFolders.Scenes(SceneKind.Both, 8, Seconds));
        JsonElement report = await Evaluate("multisource", "music");
        Assert.Equal(6, report.GetProperty("samples").GetInt32());
        (double[] ious, double[] silence, double precision) = WithModel("music", (model, pairs) => Judge(model, pairs));
        Assert.Equal(LocalizationMetrics.Success(ious, 0.3), Value(report, "model", "CIoU@0.3"), 1e-12);
        Assert.Equal(LocalizationMetrics.AreaUnderSuccess(ious), Value(report, "model", "AUC"), 1e-12);
        Assert.Equal(silence.Where(double.IsFinite).Average(), Value(report, "model", "NSA"), 1e-12);
        Assert.Equal(precision, Value(report, "model", "mAP"), 1e-12);
    }

    /// <summary>The protocol written out: match on every other pair by place and by presence, score the rest.</summary>
    private static (double[] Ious, double[] Silence, double Precision) Judge(DccModel model, IReadOnlyList<(BoxedPair Pair, UnitAnalysis Seen)> pairs)
    {
        int clusters = model.Options.Clusters;
        string[] classes = [.. pairs.SelectMany(each => each.Pair.Boxes).Select(box => box.Label!).Distinct().Order(StringComparer.Ordinal)];
        bool Sounds(int pair, string label) => pairs[pair].Pair.Boxes.Any(box => box.Label == label);
        FrameBox[] Boxes(int pair, string label) => [.. pairs[pair].Pair.Boxes.Where(box => box.Label == label).Select(box => new FrameBox(box.Left, box.Top, box.Right, box.Bottom))];
        HeatMap Map(int pair, int k)
        {
            UnitAssignments shares = pairs[pair].Seen.Assignments;
            int positions = shares.MapHeight * shares.MapWidth;
            return new HeatMap(shares.MapWidth, shares.MapHeight, [.. Enumerable.Range(0, positions).Select(n => Math.Max(0, shares.Cosines[k]) * shares.Visual[k * positions + n])]);
        }
        int[] matching = [.. Enumerable.Range(0, pairs.Count).Where(i => i % 2 == 0)], scored = [.. Enumerable.Range(0, pairs.Count).Where(i => i % 2 == 1)];
        double[,] place = new double[classes.Length, clusters], presence = new double[classes.Length, clusters];
        for (int c = 0; c < classes.Length; c++)
            for (int k = 0; k < clusters; k++)
            {
                int[] with = [.. matching.Where(i => Sounds(i, classes[c]))], without = [.. matching.Where(i => !Sounds(i, classes[c]))];
                if (with.Length == 0) continue;
                place[c, k] = with.Average(i => Math.Max(0, MultiSourceMetrics.ClassIou(Map(i, k), Boxes(i, classes[c])) is double iou && double.IsFinite(iou) ? iou : 0));
                if (without.Length > 0) presence[c, k] = with.Average(i => (double)pairs[i].Seen.Assignments.Cosines[k]) - without.Average(i => (double)pairs[i].Seen.Assignments.Cosines[k]);
            }
        int[] byPlace = ClusterMatching.Best(place), byPresence = ClusterMatching.Best(presence);
        Assert.True(classes.Length > clusters && byPlace.Contains(-1));   // some class has no cluster
        HeatMap[][] maps = [.. Enumerable.Range(0, pairs.Count).Select(i => Enumerable.Range(0, clusters).Select(k => Map(i, k)).ToArray())];
        double[] ious = [.. scored.Select(i => MultiSourceMetrics.ClassAwareIou(maps[i], [.. classes.Select((label, c) => (label, c)).Where(each => Sounds(i, each.label)).Select(each => (byPlace[each.c], (IReadOnlyList<FrameBox>)Boxes(i, each.label)))]))];
        double[] silence = [.. scored.Select(i => MultiSourceMetrics.NoSoundingAccuracy(maps[i], [.. classes.Select((label, c) => (label, c)).Where(each => byPlace[each.c] >= 0 && !Sounds(i, each.label)).Select(each => byPlace[each.c])]))];
        double[] precisions = [.. classes.Select((label, c) => RankingMetrics.AveragePrecision([.. scored.Select(i => byPresence[c] >= 0 ? (double)pairs[i].Seen.Assignments.Cosines[byPresence[c]] : 0)], [.. scored.Select(i => Sounds(i, label))]))];
        return (ious, silence, precisions.Where(double.IsFinite).Average());
    }
}
