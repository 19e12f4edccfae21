// `dcc evaluate localization` on a few made-up pairs, good and bad ones. Read next: ../../Dcc.Data/Evaluation/LocalizationTask.cs.
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Dcc.Tests.Cli;

namespace Dcc.Tests.Evaluation;

public sealed class LocalizationTaskTests(CliFiles files) : IClassFixture<CliFiles>
{
    private string Manifest(string name, params string[] rows)
    {
        for (int i = 0; i < 3; i++)
        {
            int seed = i;
            AtomicFile.Write(files.PathOf($"p{i}.png"), stream => Png.Write(stream, CliFiles.Noise(40, seed)));
            WavWriter.Write(files.PathOf($"s{i}.wav"), new Sound([.. Enumerable.Range(0, 30000).Select(j => 0.1f * MathF.Sin(0.05f * (seed + 1) * j))], 16000));
        }
        File.WriteAllLines(files.PathOf(name), ["id,image,sound,xmin,ymin,xmax,ymax,label", .. rows]);
        return files.PathOf(name);
    }

    [Fact]
    public async Task Good_pairs_are_scored_and_bad_ones_listed_with_their_reason()
    {
        files.Make("truncated.png");
        string manifest = Manifest("boxes.csv", "a,p0.png,s0.wav,0,0,1,1,dog", "b,p1.png,s1.wav,0.1,0.1,0.4,0.5,cat", "b,p1.png,s1.wav,-2.9e16,0.1,0.4,0.5,cat",
            "silent,p2.png,s2.wav,,,,,", "gone,none.png,s2.wav,0,0,1,1,dog", "cut,truncated.png,s2.wav,0,0,1,1,dog", "odd,p2.png,s2.wav,NaN,0,1,1,dog");
        string result = files.PathOf("loc.json");
        CliResult run = await RunCli.Run(["evaluate", "localization", manifest, "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--convention", "lvs", "--map", "weighted", "--out", result]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("3 samples", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"convention\s+lvs", run.Output);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(result));
        Assert.Equal(["model", "random", "all_ones", "centre_prior", "untrained"], json.RootElement.GetProperty("methods").EnumerateArray().Select(method => method.GetProperty("method").GetString()!));
        Assert.Equal(["gone", "cut", "odd"], json.RootElement.GetProperty("skipped").EnumerateArray().Select(sample => sample.GetProperty("id").GetString()!));
        string[] lines = File.ReadAllLines(files.PathOf("loc.samples.csv"));
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("id,label,boxes,similarity,ciou,ciou_random,ciou_all_ones", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("b,cat,2,", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("silent,,0,", lines[3], StringComparison.Ordinal);   // counts for precision, AP and F1 alone
        Assert.Equal(["cIoU@0.5", "AUC", "mean cIoU", "precision", "AP", "max-F1"], json.RootElement.GetProperty("methods")[2].GetProperty("scores").EnumerateArray().Select(score => score.GetProperty("name").GetString()!));
        Assert.Equal(0.5 * (1 + 0.16), json.RootElement.GetProperty("methods")[2].GetProperty("scores")[2].GetProperty("value").GetDouble(), 0.01);   // all ones: a whole frame, and a union of 0.4 x 0.4 of it
    }

    [Fact]
    public void The_whole_picture_as_box_is_met_by_all_ones_in_every_convention()
    {
        IReadOnlyList<BoxedPair> pairs = BoxManifest.Read(Manifest("whole.csv", "a,p0.png,s0.wav,0,0,1,1,dog", "b,p1.png,s1.wav,0,0,0.5,1,cat"));
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        foreach (LocalizationConvention convention in LocalizationConvention.All.Values)
        {
            EvaluationReport report = LocalizationTask.Run(model, pairs, "made up", new LocalizationOptions { Convention = convention });
            Assert.Equal(0.75, report.Methods.Single(method => method.Method == "all_ones").Scores.Single(score => score.Name == "mean cIoU").Value, 1e-9);   // 1 and a half
            Assert.Equal($"{convention.Size} x {convention.Size}", report.Choices["evaluation size"]);
            Assert.Equal(report.ToJson(), LocalizationTask.Run(model, pairs, "made up", new LocalizationOptions { Convention = convention }).ToJson());
        }
        // One annotator who is never joined by a second: consensus weighs every pixel half, and an exact answer still scores 1.
        EvaluationReport half = LocalizationTask.Run(model, pairs, "made up", new LocalizationOptions { Truth = TruthRule.Consensus });
        Assert.Equal((1 + 0.25 / 0.75) / 2, half.Methods.Single(method => method.Method == "all_ones").Scores.Single(score => score.Name == "mean cIoU").Value, 1e-9);
    }

    [Theory]
    [InlineData("id,image\n1,a.png\n", "no column \"sound\"")]
    [InlineData("id,image,sound,xmin,ymin,xmax,ymax\n", "lists no boxes")]
    [InlineData("id,image,sound,xmin,ymin,xmax,ymax\n1,a.png,a.wav,left,0,1,1\n", "line 2: xmin is \"left\"")]
    [InlineData("id,image,sound,xmin,ymin,xmax,ymax\n1,a.png,a.wav,0,0,1,1\n1,b.png,a.wav,0,0,1,1\n", "line 3: id 1 had another image")]
    [InlineData("id,image,sound,xmin,ymin,xmax,ymax\n1,a.png,a.wav,0,0,1,1\n1,a.png,a.wav,,,,\n", "line 3: id 1 has a row without a box")]
    [InlineData("id,image,sound,xmin,ymin,xmax,ymax\n,a.png,a.wav,0,0,1,1\n", "must not be empty")]
    public void A_manifest_with_mistakes_names_their_lines(string text, string expected)
    {
        File.WriteAllText(files.PathOf("bad.csv"), text);
        Assert.Contains(expected, Assert.Throws<DataException>(() => BoxManifest.Read(files.PathOf("bad.csv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_usable_is_an_error_with_the_first_reason()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        DataException error = Assert.Throws<DataException>(() => LocalizationTask.Run(model, [new BoxedPair("x", files.PathOf("good.png"), null, [new AnnotatedBox(0, 0, 1, 1, 1, 1)])], "made up", new LocalizationOptions()));
        Assert.Contains("its sound is missing", error.Message, StringComparison.Ordinal);
    }
}
