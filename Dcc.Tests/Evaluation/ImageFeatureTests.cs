// The picture feature protocol from files to report, and its scores by hand. Read next: ../../Dcc.Data/Evaluation/ImageFeatures.cs, ../../Dcc.Data/Evaluation/LabelScores.cs.
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Dcc.Tests.Cli;

namespace Dcc.Tests.Evaluation;

public sealed class ImageFeatureTests(CliFiles files) : IClassFixture<CliFiles>
{
    private static LabelledTask Task(string[] groups, params string[][] labels) => LabelledTask.Of("made up", labels, groups, labels.Select(_ => (string?)null), []);

    private static double Value(MethodScores method, string score) => method.Scores.Single(each => each.Name == score).Value;

    [Fact]
    public void Scores_of_pictures_with_several_classes_by_hand()
    {
        LabelledTask task = Task(["train", "test", "test", "test", "test"], ["a"], ["a"], ["b"], ["a", "b"], ["b"]);
        LabelPredictions model = new("model", [null, [0.9, 0.2], [0.1, 0.8], [0.5, 0.3], [0.6, 0.25]]);
        IReadOnlyList<MethodScores> scores = LabelScores.Of(task, [model, task.Majority()], precision: true, seed: 1);
        Assert.Equal(["highest is right", "mAP", "mAP 11-point"], scores[0].Scores.Select(score => score.Name));
        Assert.Equal(0.75, Value(scores[0], "highest is right"));                                              // the last is taken for a
        // a: found at ranks 1 and 3 of the four; b: at 1, 2 and 3.
        Assert.Equal(((1 + 2.0 / 3) / 2 + 1) / 2, Value(scores[0], "mAP"), 1e-12);
        Assert.Equal(((6 + 5 * (2.0 / 3)) / 11 + 1) / 2, Value(scores[0], "mAP 11-point"), 1e-12);
        // The commonest class of the training samples, a, for all: its two are right; constant values have the shares 2/4 and 3/4 as precision.
        Assert.Equal(0.5, Value(scores[1], "highest is right"));
        Assert.Equal(0.625, Value(scores[1], "mAP"), 1e-12);
        Assert.Equal("model - majority", scores[2].Method);
        Assert.Equal(Value(scores[0], "mAP") - 0.625, Value(scores[2], "mAP"), 1e-12);
        Assert.All(scores, method => Assert.All(method.Scores, score => Assert.True(score.Low <= score.Value && score.Value <= score.High, score.ToString())));
        Assert.Equal("a|b", (string?)LabelNotes.PerSample(task, ["0", "1", "2", "3", "4"], [model])[2]["label"]);
    }

    [Fact]
    public void A_class_that_a_picture_may_have_is_left_out_of_its_ranking()
    {
        LabelledTask task = LabelledTask.Of("made up", [["a"], ["b"], ["a"], ["b"], ["a"]], ["train", "train", "test", "test", "test"], new string?[5], [], [[], [], [], ["a"], ["b"]]);
        LabelPredictions model = new("model", [null, null, [0.5, 0.1], [0.9, 0.8], [0.2, 0.9]]);
        MethodScores scores = LabelScores.Of(task, [model], precision: true, seed: 1)[0];
        Assert.Equal(1, Value(scores, "mAP"));   // for a the second of the three does not count, for b the third: with them, 7/12 and 1/2
        LabelledTask known = Task(["train", "train", "test", "test", "test"], ["a"], ["b"], ["a"], ["b"], ["a"]);
        Assert.Equal((7.0 / 12 + 0.5) / 2, Value(LabelScores.Of(known, [model], precision: true, seed: 1)[0], "mAP"), 1e-12);
    }

    [Fact]
    public async Task PASCAL_VOC_is_read_as_published()
    {
        Directory.CreateDirectory(files.PathOf("voc/ImageSets/Main"));
        Directory.CreateDirectory(files.PathOf("voc/Annotations"));
        File.WriteAllText(files.PathOf("voc/Annotations/000001.xml"), "<annotation/>");   // as Flickr-SoundNet's, but another layout
        for (int i = 0; i < 10; i++) Paint($"voc/JPEGImages/{i:D6}.jpg", i, (byte)(i % 2 == 0 ? 255 : 0), 0, (byte)(i % 2 == 0 ? 0 : 255));
        string Lines(int from, int to, int label) => string.Concat(Enumerable.Range(from, to - from).Select(i => $"{i:D6} {(i % 2 == label ? " 1" : "-1")}\n"));
        File.WriteAllText(files.PathOf("voc/ImageSets/Main/dog_trainval.txt"), Lines(0, 6, 0));
        File.WriteAllText(files.PathOf("voc/ImageSets/Main/cat_trainval.txt"), Lines(0, 6, 1));
        File.WriteAllText(files.PathOf("voc/ImageSets/Main/dog_test.txt"), Lines(6, 9, 0) + "000009  0\n000010 -1\nbroken\n");
        File.WriteAllText(files.PathOf("voc/ImageSets/Main/cat_test.txt"), Lines(6, 9, 1) + "000009 1\n000010 -1\n");
        File.WriteAllText(files.PathOf("voc/ImageSets/Main/trainval.txt"), "000000\n");
        DataSetContents found = DataSetFolder.Recognise(files.PathOf("voc"));
        Assert.Equal((PascalVoc.Layout, 10, 2), (found.Layout, found.Pictures.Count, found.Missing.Count));
        LabelledPicture last = found.Pictures[^1];
        Assert.Equal(("000009", "test", "cat", "dog"), (last.Id, last.Group, last.Labels.Single(), last.Unknown!.Single()));
        using JsonDocument report = await Evaluate("voc", "voc.json");
        Assert.Equal((1.0, 1.0), (Value(report, "colour_ridge", "mAP"), Value(report, "colour_ridge", "mAP 11-point")));
        // dog: 6 and 8 of 6, 7, 8; cat: 7 and 9 of all four.
        Assert.Equal((2.0 / 3 + 0.5) / 2, Value(report, "majority", "mAP"), 1e-12);
    }

    [Fact]
    public void Each_fold_is_ranked_by_itself()
    {
        // Right in either fold; in one list of both, fold 2's low values would put its a below fold 1's b.
        LabelledTask task = Task(["1", "1", "2", "2"], ["a"], ["b"], ["a"], ["b"]);
        LabelPredictions model = new("model", [[0.9, 0.5], [0.8, 0.6], [0.2, 0.1], [0.1, 0.2]]);
        MethodScores scores = LabelScores.Of(task, [model], precision: true, seed: 1)[0];
        Assert.Equal(["accuracy", "mean of folds", "mean of classes", "mAP", "mAP 11-point"], scores.Scores.Select(score => score.Name));
        Assert.Equal(1, Value(scores, "mAP"));
        Assert.Equal(0.75, Value(scores, "accuracy"));
    }

    [Fact]
    public void Colour_statistics_by_hand()
    {
        float[] statistics = ColourStatistics.Of(new Picture(2, 1, [255, 0, 64, 0, 0, 64]));
        Assert.Equal(70, statistics.Length);
        float[] means = [0.5f, 0, 64f / 255, 0.5f, 0, 0];
        Assert.Equal(means, statistics[..6]);
        Assert.Equal([(1, 0.5f), (3 * 16 + 1, 0.5f)], statistics[6..].Select((share, bin) => (bin, share)).Where(each => each.share > 0));   // red and blue in fourths: (0, 1) and (3, 1)
    }

    [Fact]
    public void Features_of_a_batch_are_those_of_EmbedImage()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        Picture[] pictures = [CliFiles.Noise(CliFiles.Side, 1), CliFiles.Noise(50, 2), CliFiles.Noise(9, 3)];
        float[][] rows = model.EmbedPictures(pictures);
        for (int i = 0; i < pictures.Length; i++)
        {
            float[] expected = model.EmbedImage(pictures[i]);
            Assert.Equal(expected.Length, rows[i].Length);
            for (int c = 0; c < expected.Length; c++) Assert.Equal(expected[c], rows[i][c], 1e-5f);
        }
    }

    /// <summary>A picture of noise around one colour.</summary>
    private void Paint(string name, int seed, params byte[] colour)
    {
        Picture noise = CliFiles.Noise(CliFiles.Side, seed);
        for (int i = 0; i < noise.Rgb.Length; i++) noise.Rgb[i] = (byte)(noise.Rgb[i] / 8 + colour[i % 3] * 7 / 8);
        string path = files.PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream => Png.Write(stream, noise));
    }

    private async Task<JsonDocument> Evaluate(string data, string output, params string[] more)
    {
        CliResult result = await RunCli.Run(["evaluate", "image-features", files.PathOf(data), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", files.PathOf(output), .. more]);
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonDocument.Parse(File.ReadAllText(files.PathOf(output)));
    }

    private static double Value(JsonDocument report, string method, string score) => report.RootElement.GetProperty("methods").EnumerateArray().Single(each => each.GetProperty("method").GetString() == method)
        .GetProperty("scores").EnumerateArray().Single(each => each.GetProperty("name").GetString() == score).GetProperty("value").GetDouble();

    [Fact]
    public async Task A_folder_a_class_is_told_apart_and_a_torn_picture_listed()
    {
        for (int i = 0; i < 10; i++)
        {
            Paint($"kinds/red/{i}.png", i, 255, 0, 0);
            Paint($"kinds/blue/{i}.png", 100 + i, 0, 0, 255);
        }
        File.WriteAllBytes(files.PathOf("kinds/red/torn.png"), File.ReadAllBytes(files.PathOf("kinds/red/1.png"))[..100]);
        using JsonDocument report = await Evaluate("kinds", "kinds.json", "--scaling", "standard");
        Assert.Equal(20, report.RootElement.GetProperty("samples").GetInt32());
        Assert.Contains("torn.png", report.RootElement.GetProperty("skipped")[0].GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal((1.0, 1.0, 0.5), (Value(report, "colour_ridge", "accuracy"), Value(report, "colour_ridge", "mAP"), Value(report, "majority", "accuracy")));
        Assert.Equal("average of the visual net's last map: 8 numbers", report.RootElement.GetProperty("choices").GetProperty("features").GetString());
        string[] samples = File.ReadAllLines(files.PathOf("kinds.samples.csv"));
        Assert.Equal(21, samples.Length);
        Assert.Equal("id,group,label,model,untrained,colour_svm,colour_ridge,majority,chance,value blue,value red", samples[0]);
    }

    [Fact]
    public async Task A_list_with_several_labels_is_scored_by_average_precision()
    {
        string[] rows = ["image,labels,group", .. Enumerable.Range(0, 12).Select(i =>
        {
            string name = $"many/{i}.png";
            Paint(name, i, (byte)(i % 3 == 1 ? 0 : 255), 0, (byte)(i % 3 == 0 ? 0 : 255));
            return $"{name},{new[] { "red", "blue", "red|blue" }[i % 3]},{(i < 6 ? "train" : "test")}";
        })];
        File.WriteAllLines(files.PathOf("many.csv"), rows);
        using JsonDocument report = await Evaluate("many.csv", "many.json", "--seed", "3");
        Assert.Equal((1.0, 1.0), (Value(report, "colour_ridge", "mAP"), Value(report, "colour_ridge", "mAP 11-point")));
        Assert.Equal(2.0 / 3, Value(report, "majority", "mAP"), 1e-12);   // each class is in four of six test pictures
        Assert.Equal("trained on train, tested on test", report.RootElement.GetProperty("choices").GetProperty("folds").GetString());
        string first = report.RootElement.ToString();
        using JsonDocument again = await Evaluate("many.csv", "many.json", "--seed", "3");
        Assert.Equal(first, again.RootElement.ToString());
    }

    [Fact]
    public async Task A_folder_of_sounds_alone_is_answered_with_a_sentence()
    {
        foreach (string name in new[] { "heard/dog/1.wav", "heard/cat/1.wav" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(files.PathOf(name))!);
            File.Copy(files.PathOf("good.wav"), files.PathOf(name));
        }
        CliResult result = await RunCli.Run(["evaluate", "image-features", files.PathOf("heard"), "--model", files.PathOf("good.safetensors"), "--device", "cpu"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("without a labelled picture", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_pictures_are_whole()
    {
        IReadOnlyList<LabelledPicture> pictures = LabelledManifest.ReadPictures(Path.Combine(Repository.Root, "samples", "pictures.csv"));
        Assert.Equal(5, pictures.Select(picture => picture.Group).Distinct().Count());
        Assert.All(pictures.GroupBy(picture => picture.Source), thing => Assert.Single(thing.Select(picture => picture.Group).Distinct()));
        Assert.All(pictures.GroupBy(picture => picture.Labels.Single()), label => Assert.Equal(5, label.Select(picture => picture.Group).Distinct().Count()));
        foreach (LabelledPicture picture in pictures) PictureReader.Check(picture.Path);
    }
}
