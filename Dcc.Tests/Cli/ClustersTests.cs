// dcc clusters as a user meets it, and the lists of best members. Read next: ../../Dcc.Data/Clusters/ClusterGallery.cs.
using System.Text.Json;
using CsCheck;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests.Cli;

public sealed class ClustersTests(CliFiles files) : IClassFixture<CliFiles>
{
    private const int Pairs = 5;

    private Task<CliResult> Clusters(string input, string output, params string[] more) =>
        RunCli.Run(["clusters", files.PathOf(input), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", files.PathOf(output), .. more]);

    private void MakePairs()
    {
        for (int i = 0; i < Pairs; i++)
        {
            int seed = i;
            AtomicFile.Write(files.PathOf($"p{i}.png"), stream => Png.Write(stream, CliFiles.Noise(40, seed)));
            WavWriter.Write(files.PathOf($"s{i}.wav"), new Sound([.. Enumerable.Range(0, 9000).Select(j => 0.1f * MathF.Sin(0.03f * (seed + 1) * j))], 16000));
        }
        WavWriter.Write(files.PathOf("quiet.wav"), new Sound(new float[9000], 16000));
        File.WriteAllText(files.PathOf("letter.wav"), "This is a letter.");
        File.WriteAllText(files.PathOf("all.csv"), "image,sound\n" + string.Concat(Enumerable.Range(0, Pairs).Select(i => $"p{i}.png,s{i}.wav\n")) + "p0.png,quiet.wav\np1.png,letter.wav\n");
    }

    [Fact]
    public async Task Members_of_a_list_of_pairs_are_the_best_ones_and_bad_pairs_are_named()
    {
        MakePairs();
        CliResult result = await Clusters("all.csv", "clusters", "--members", "2", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Contains("letter.wav", Assert.Single(json.RootElement.GetProperty("skipped").EnumerateArray()).GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((5, 1), (json.RootElement.GetProperty("units").GetInt32(), json.RootElement.GetProperty("silent_units").GetInt32()));
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        UnitAnalysis[] all = [.. Enumerable.Range(0, Pairs).Select(i => model.AnalyzeOne(PictureReader.Read(files.PathOf($"p{i}.png")), WavReader.Read(files.PathOf($"s{i}.wav"))))];
        JsonElement[] clusters = [.. json.RootElement.GetProperty("clusters").EnumerateArray()];
        Assert.Equal(3, clusters.Length);
        for (int k = 0; k < 3; k++)
        {
            int cluster = k;
            Same(clusters[k].GetProperty("together"), [.. all.Select(unit => (double)unit.Assignments.Cosines[cluster])]);
            Same(clusters[k].GetProperty("seen"), [.. all.Select(unit => (double)ClusterRanking.InPicture(unit.Assignments, cluster).Values.Average())]);
            Same(clusters[k].GetProperty("heard"), [.. all.Select(unit => (double)ClusterRanking.InSound(unit.Assignments, cluster).Values.Average())]);
        }
        string page = File.ReadAllText(files.PathOf("clusters/index.html"));
        Assert.Equal(3 * 3 * 2, page.Split("<figure").Length - 1);
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(1 + 3 * 3 * 2, File.ReadAllLines(files.PathOf("clusters/members.csv")).Length);

        static void Same(JsonElement list, double[] scores)
        {
            double[] best = [.. scores.OrderDescending().Take(2)], got = [.. list.EnumerateArray().Select(each => each.GetProperty("score").GetDouble())];
            Assert.Equal(2, got.Length);
            for (int i = 0; i < 2; i++) Assert.Equal(best[i], got[i], 1e-4);
        }
    }

    [FfmpegFact]
    public async Task A_folder_of_videos_shows_each_of_them_and_skips_what_is_no_video()
    {
        Directory.CreateDirectory(files.PathOf("videos"));
        TestMedia.Pan(files.PathOf("videos/a.mp4"), "backgrounds/forest.jpg", "tuxpaint/sounds/frog.wav", 1.2);
        TestMedia.Pan(files.PathOf("videos/b.mkv"), "backgrounds/canyon.jpg", "tuxpaint/sounds/dog.wav", 1.2);
        TestMedia.Make(files.PathOf("videos/mute.mp4"), TestMedia.Clock(0.5));
        CliResult result = await Clusters("videos", "of-videos", "--members", "2");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("1 of 3 cannot be used", result.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(files.PathOf("of-videos/clusters.json")));
        foreach (JsonElement cluster in json.RootElement.GetProperty("clusters").EnumerateArray())
            Assert.Equal(2, cluster.GetProperty("together").EnumerateArray().Select(each => each.GetProperty("source").GetString()).Distinct().Count());   // one of each
        Assert.Contains("mute.mp4", json.RootElement.GetProperty("skipped")[0].GetProperty("file").GetString(), StringComparison.Ordinal);
    }

    [FfmpegFact]
    public async Task A_prepared_folder_is_looked_at_and_embedded_under_the_names_of_its_videos()
    {
        Directory.CreateDirectory(files.PathOf("raw"));
        TestMedia.Pan(files.PathOf("raw/a.mp4"), "backgrounds/forest.jpg", "tuxpaint/sounds/frog.wav", 1.2);
        TestMedia.Pan(files.PathOf("raw/b.mkv"), "backgrounds/canyon.jpg", "tuxpaint/sounds/dog.wav", 1.2);
        PrepareOptions options = new() { Seconds = 0.335, Stride = 0.1, FrameSize = 48, Rate = 16000 };
        int units;
        using (Preparation preparation = new(PrepareInputs.Find([files.PathOf("raw")], files.PathOf("shards")), files.PathOf("shards"), options, 1)) units = preparation.Run(null, default).Units;
        CliResult result = await Clusters("shards", "of-shards", "--members", "2");
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = File.ReadAllLines(files.PathOf("of-shards/members.csv"));
        Assert.Equal(["a.mp4", "b.mkv"], lines.Skip(1).Select(line => Path.GetFileName(line.Split(',')[4])).Distinct().Order(StringComparer.Ordinal));

        CliResult embedded = await RunCli.Run(["embed", files.PathOf("shards"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", files.PathOf("shards.safetensors")]);
        Assert.True(embedded.ExitCode == 0, embedded.Error);
        Safetensors rows = Safetensors.Load(files.PathOf("shards.safetensors"), integers: true);
        Assert.Equal(["a.mp4", "b.mkv"], JsonSerializer.Deserialize<string[]>(rows.Metadata["files"])!.Select(file => Path.GetFileName(file)));
        Assert.Equal(2 * units, rows.Tensors["embedding"].Shape[0]);   // sound and frame
        Assert.Equal(0.335f, rows.Tensors["end_second"].Values[0], 1e-3f);

        // Within a shard progress goes on: sixteen units at a time.
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        using EmbeddingSpool spool = new(files.PathOf("spool.part"), model.EmbeddingWidth, 0);
        List<double> shares = [];
        new EmbeddingRun(model, 1, centres: false).Embed(files.PathOf("shards/shard-000000.tar"), spool, new Told<double>(shares.Add), default);
        Assert.Equal([16.0 / units, 1], shares);
    }

    [Fact]
    public void Stopped_it_keeps_what_was_seen()
    {
        MakePairs();
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        using CancellationTokenSource stop = new();
        ClusterPortraits portraits = ClusterGallery.Collect(model, PairedUnits.Open(files.PathOf("all.csv"), model, 1), 2, new Told<double>(share =>
        {
            if (share > 0.4) stop.Cancel();
        }), stop.Token);
        Assert.Equal((true, 3), (portraits.Stopped, portraits.Units));
    }

    [Theory]
    [InlineData("nowhere", "does not exist")]
    [InlineData("empty-folder", "holds no picture, sound or video")]
    [InlineData("good.png", "holds no video")]
    public async Task An_input_without_units_gets_a_sentence(string input, string says)
    {
        Directory.CreateDirectory(files.PathOf("empty-folder"));
        CliResult result = await Clusters(input, "nothing");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(files.PathOf("nothing")));
    }

    [Fact]
    public void The_best_few_are_those_that_a_sort_would_give_with_a_limit_for_each_source()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 20]).Array[0, 40].Sample(offers =>
        {
            MemberList list = new(4, 2);
            for (int i = 0; i < offers.Length; i++) list.Offer(new ClusterMember($"{offers[i].Item1}", new MediaUnit(i, i, null, null), null!, null!, offers[i].Item2));
            double[] expected = [.. offers.GroupBy(each => each.Item1).SelectMany(group => group.Select(each => (double)each.Item2).OrderDescending().Take(2)).OrderDescending().Take(4)];
            Assert.Equal(expected, list.Members.Select(member => member.Score));
        }, iter: 200);
    }

    [Fact]
    public void A_thumbnail_is_the_mean_of_what_it_covers()
    {
        Picture picture = new(4, 2, [0, 0, 0, 4, 4, 4, 10, 10, 10, 20, 20, 20, 8, 8, 8, 12, 12, 12, 30, 30, 30, 40, 40, 40]);
        Picture small = Thumbnail.Of(picture, 2);
        Assert.Equal((2, 1), (small.Width, small.Height));
        Assert.Equal([6, 6, 6, 25, 25, 25], small.Rgb);
        Assert.Same(picture, Thumbnail.Of(picture, 4));
    }
}
