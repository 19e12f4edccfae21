// Ranks with ties by hand, and the verb on the good pair of files. Read next: Dcc.Model/Evaluation/Retrieval.cs.
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Dcc.Tests.Cli;

namespace Dcc.Tests.Evaluation;

public sealed class RetrievalTests(CliFiles files) : IClassFixture<CliFiles>
{
    [Fact]
    public void Ranks_by_hand()
    {
        float[] similarity =
        [
            3, 1, 2, 0,      // right one first
            5, 5, 5, 5,      // all tied: mean rank 2.5, first with chance 1/4
            1, 2, 4, 3,      // right ones 1 and 3: the best of them is second
            float.NaN, 0, 0, 1,   // no number is last, alone
        ];
        RetrievalRank[] ranks = RetrievalRank.Of(similarity, 4, [[0], [1], [1, 3], [0]]);
        Assert.Equal([1, 2.5, 2, 4], ranks.Select(rank => rank.Rank));
        Assert.Equal([1, 0.25, 0, 0], ranks.Select(rank => rank.Recall(1)));
        Assert.Equal([1, 0.75, 1, 0], ranks.Select(rank => rank.Recall(3)));
        Assert.All(ranks, rank => Assert.Equal(1, rank.Recall(10)));
        Assert.Equal(2.25, RetrievalRank.Median(ranks));
        Assert.Throws<ArgumentException>(() => RetrievalRank.Of(similarity, 4, [[0], [1], [], [0]]));
        Assert.Throws<ArgumentException>(() => RetrievalRank.Of(similarity, 5, [[0]]));
    }

    [Fact]
    public void One_product_gives_every_pairs_similarity()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        Picture[] pictures = [CliFiles.Noise(32, 1), CliFiles.Noise(32, 2), CliFiles.Noise(40, 3)];
        Sound[] sounds = [WavReader.Read(files.PathOf("good.wav")), new Sound(new float[9000], 16000)];
        float[] all = model.Similarities([.. sounds.Select(sound => model.AnalyzeOne(pictures[0], sound).AudioCentres)], [.. pictures.Select(picture => model.AnalyzeOne(picture, sounds[0]).VisualCentres)]);
        for (int s = 0; s < 2; s++)
            for (int p = 0; p < 3; p++) Assert.Equal(model.Similarity(pictures[p], sounds[s]), all[s * 3 + p], 1e-4f);
    }

    [Fact]
    public async Task The_verb_counts_distinct_pictures_and_sounds()
    {
        for (int i = 0; i < 4; i++)
        {
            int seed = i;
            AtomicFile.Write(files.PathOf($"r{i}.png"), stream => Png.Write(stream, CliFiles.Noise(32, 10 + seed)));
            WavWriter.Write(files.PathOf($"r{i}.wav"), new Sound([.. Enumerable.Range(0, 8000).Select(j => 0.1f * MathF.Sin(0.05f * (seed + 1) * j))], 16000));
        }
        files.Make("text.wav");
        File.WriteAllText(files.PathOf("r.csv"), "image,sound\nr0.png,r0.wav\nr1.png,r1.wav\nr2.png,r2.wav\nr3.png,r2.wav\nr0.png,text.wav\n");
        CliResult result = await RunCli.Run(["evaluate", "retrieval", files.PathOf("r.csv"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", files.PathOf("r.json")]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(files.PathOf("r.json")));
        Assert.Contains("4 pictures, 3 sounds", report.RootElement.GetProperty("choices").GetProperty("candidates").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, report.RootElement.GetProperty("skipped").GetArrayLength());
        Assert.Equal(8, report.RootElement.GetProperty("methods")[0].GetProperty("scores").GetArrayLength());
        Assert.Equal(1 + 3 + 4, File.ReadAllLines(files.PathOf("r.samples.csv")).Length);
    }
}
