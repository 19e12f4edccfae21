// Test sets extended by pairs that do not sound: lists as published, beside folders with and without boxes. Read next: ../../Dcc.Data/DataSets/ExtendedList.cs.
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Dcc.Tests.Cli;

namespace Dcc.Tests.DataSets;

public sealed class ExtendedSetTests : IClassFixture<CliFiles>
{
    private const string Published = "video,audio,label\r\nb,c,non-sounding\r\nd,d,non-sounding\r\nc,b,non-sounding\r\n../a,a,non-sounding";   // as SLAVC's: no sounding row, no line end after the last
    private readonly CliFiles files;

    public ExtendedSetTests(CliFiles files)
    {
        this.files = files;
        foreach (string id in new[] { "a", "b", "c" })
        {
            AtomicFile.Write(Prepare($"set/frames/{id}.png"), stream => Png.Write(stream, CliFiles.Noise(40, id[0])));
            WavWriter.Write(Prepare($"set/audio/{id}.wav"), new Sound([.. Enumerable.Range(0, 12000).Select(i => 0.1f * MathF.Sin(0.02f * (id[0] % 7 + 1) * i))], 16000));
        }
        Text("set/metadata/vggss_test_plus_silent.csv", Published);
        Text("set/metadata/vggss_test.csv", "a\nb\n");
    }

    private string Prepare(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(files.PathOf(name))!);
        return files.PathOf(name);
    }

    private string Text(string name, string text)
    {
        File.WriteAllText(Prepare(name), text);
        return files.PathOf(name);
    }

    private string Boxes(string folder = "set") => Text($"{folder}/vggss.json",
        """[{"file": "a", "class": "x", "bbox": [[0, 0, 0.5, 0.5]]}, {"file": "b", "class": "y", "bbox": [[0.2, 0.2, 1, 1], [0, 0, 0.1, 0.1]]}, {"file": "c", "class": "y", "bbox": [[0, 0, 1, 1]]}]""");

    [Fact]
    public void A_list_without_sounding_rows_extends_the_plain_list_beside_it()
    {
        Boxes();
        DataSetContents found = DataSetFolder.Recognise(files.PathOf("set"), files.PathOf("set/metadata/vggss_test_plus_silent.csv"));
        Assert.Equal(VggSs.Layout, found.Layout);
        Assert.Equal([("a", false, 1), ("b", false, 2), ("b <- c", true, 0), ("c <- b", true, 0)], found.Boxes.Select(pair => (pair.Id, pair.Silent, pair.Boxes.Count)));
        Assert.Equal(["d <- d", "../a <- a"], found.Missing.Select(sample => sample.Id));
        Assert.EndsWith("b.wav", found.Boxes[3].SoundPath, StringComparison.Ordinal);
        DataSetDiagnosis diagnosis = DataSetDoctor.Examine(found);
        Assert.Equal((2, 2, 4), (diagnosis.Counts["pairs with boxes"], diagnosis.Counts["non-sounding pairs"], diagnosis.Evaluated));
        Assert.Contains(diagnosis.Notes, note => note.Contains("do not sound", StringComparison.Ordinal));
        DataSetContents plain = DataSetFolder.Recognise(files.PathOf("set"));
        Assert.DoesNotContain(plain.Boxes, pair => pair.Silent);
        Assert.Contains(plain.Notes, note => note.Contains("--list", StringComparison.Ordinal) && note.Contains("vggss_test_plus_silent.csv", StringComparison.Ordinal));
    }

    [Fact]
    public void Sounding_rows_of_a_list_are_the_set()
    {
        Boxes();
        DataSetContents found = DataSetFolder.Recognise(files.PathOf("set"), Text("set/some.csv", "video,audio,label\nc,c,y\na,b,non-sounding\n"));
        Assert.Equal([("c", "y"), ("a <- b", null)], found.Boxes.Select(pair => (pair.Id, pair.Label)));
    }

    [Fact]
    public void Flickr_takes_an_extended_list_too()
    {
        foreach (string id in new[] { "11", "22" })
        {
            Text($"flickr/Annotations/{id}.xml", "<a><p><bbox><l>x</l><a>1</a><b>1</b><c>9</c><d>9</d></bbox></p></a>");
            File.Copy(files.PathOf("good.png"), Prepare($"flickr/Data/{id[0]}/{id}.png"), overwrite: true);
            File.Copy(files.PathOf("good.wav"), Prepare($"flickr/Data/{id[0]}/{id}.wav"), overwrite: true);
        }
        Text("flickr/flickr_test.csv", "11,202\r\n22,0\r\n");
        DataSetContents found = DataSetFolder.Recognise(files.PathOf("flickr"), Text("flickr/flickr_test_plus_silent.csv", "video,audio,label\r\n11,22,non-sounding\r\n22,11,non-sounding"));
        Assert.Equal(["11", "22", "11 <- 22", "22 <- 11"], found.Boxes.Select(pair => pair.Id));
    }

    [Fact]
    public void Frames_and_sounds_with_a_list_are_a_layout_of_their_own()
    {
        foreach (string part in new[] { "frames/a.png", "frames/b.png", "audio/a.wav", "audio/b.wav" }) File.Copy(files.PathOf($"set/{part}"), Prepare($"bare/{part}"), overwrite: true);
        Text("bare/x_test_plus_silent.csv", "video,audio,label\na,b,non-sounding\n");
        DataSetContents alone = DataSetFolder.Recognise(files.PathOf("bare"));
        Assert.Equal((ExtendedFolder.Layout, 1), (alone.Layout, alone.Boxes.Count));
        Assert.Contains(alone.Notes, note => note.Contains("no pair that sounds", StringComparison.Ordinal));
        Text("bare/x_test.csv", "a\nb\n");
        Assert.Equal([("a", false), ("b", false), ("a <- b", true)], DataSetFolder.Recognise(files.PathOf("bare")).Boxes.Select(pair => (pair.Id, pair.Silent)));
    }

    [Fact]
    public async Task Localization_scores_confidence_over_boxed_and_silent_pairs()
    {
        Boxes();
        string output = files.PathOf("extended.json"), list = files.PathOf("set/metadata/vggss_test_plus_silent.csv");
        CliResult result = await RunCli.Run(["evaluate", "localization", files.PathOf("set"), "--list", list, "--convention", "slavc-relative", "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", output]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(output));
        Assert.Equal(4, report.RootElement.GetProperty("samples").GetInt32());

        // The same from the model's maps, directly.
        DataSetContents found = DataSetFolder.Recognise(files.PathOf("set"), list);
        LocalizationConvention convention = LocalizationConvention.All["slavc-relative"];
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        double[] ious = new double[4], confidences = new double[4];
        for (int i = 0; i < 4; i++)
        {
            BoxedPair pair = found.Boxes[i];
            HeatMap map = model.Localize(PictureReader.Read(pair.PicturePath), MiddleOf(WavReader.Read(pair.SoundPath!), model.Options.SamplesPerUnit));
            float[] truth = convention.Truth(pair.Boxes.Select(box => new FrameBox(box.Left, box.Top, box.Right, box.Bottom)), TruthRule.Union);
            if (!pair.Silent) ious[i] = LocalizationMetrics.ConsensusIou(convention.Predict(map, truth), truth);
            confidences[i] = map.Resize(224, 224, alignCorners: true).Values.OrderDescending().Take(224 * 224 / 4).Average(value => (double)value);
        }
        ConfidentLocalization expected = new([true, true, false, false], ious, confidences);
        (string, double)[] scores = [.. report.RootElement.GetProperty("methods")[0].GetProperty("scores").EnumerateArray().Select(score => (score.GetProperty("name").GetString()!, score.GetProperty("value").GetDouble()))];
        Assert.Equal(
        [
            ("cIoU@0.5", ious[..2].Average(iou => iou >= 0.5 ? 1.0 : 0)), ("AUC", ious[..2].Average(LocalizationMetrics.SampleArea)), ("mean cIoU", ious[..2].Average()),
            ("precision", expected.Precision()), ("AP", expected.AveragePrecision()), ("max-F1", expected.MaximalF1()),
        ], scores);
    }

    private static Sound MiddleOf(Sound sound, int unit) => new(sound.Samples[Math.Max(0, (sound.Samples.Length - unit) / 2)..], sound.SampleRate);

    [Fact]
    public async Task Silence_reads_the_published_list_and_finds_the_sounding_pairs_beside_it()
    {
        string output = files.PathOf("silence.json");
        CliResult result = await RunCli.Run(["evaluate", "silence", files.PathOf("set/metadata/vggss_test_plus_silent.csv"), "--media", files.PathOf("set"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", output]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(output));
        Assert.Equal((4, "2 true, 2 listed"), (report.RootElement.GetProperty("samples").GetInt32(), report.RootElement.GetProperty("choices").GetProperty("pairs").GetString()));
        Assert.Equal(2, report.RootElement.GetProperty("skipped").GetArrayLength());
    }

    [Fact]
    public async Task A_list_for_a_file_is_refused()
    {
        Text("one.csv", "id,image,sound,xmin,ymin,xmax,ymax\n1,good.png,good.wav,0,0,1,1\n");
        CliResult result = await RunCli.Run(["evaluate", "localization", files.PathOf("one.csv"), "--list", files.PathOf("one.csv"), "--model", files.PathOf("good.safetensors"), "--device", "cpu"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("--list picks pairs of a folder", result.Error, StringComparison.Ordinal);
    }
}
