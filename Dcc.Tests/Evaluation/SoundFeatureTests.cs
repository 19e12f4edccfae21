// The sound feature protocol from files to report, on sounds whose classes can be told apart. Read next: Dcc.Data/Evaluation/SoundFeatures.cs.
using System.Text.Json;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tests.Cli;

namespace Dcc.Tests.Evaluation;

public sealed class SoundFeatureTests(CliFiles files) : IClassFixture<CliFiles>
{
    private const int Rate = 16000;

    [Fact]
    public void Features_of_a_batch_are_those_of_EmbedAudio()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        int unit = model.Options.SamplesPerUnit;
        Sound[] sounds = [Tone(440, unit), Tone(2000, unit / 2), Tone(100, 2 * unit)];
        float[] waveforms = new float[3 * unit];
        for (int i = 0; i < 3; i++) sounds[i].Samples.AsSpan(0, Math.Min(unit, sounds[i].Samples.Length)).CopyTo(waveforms.AsSpan(i * unit));
        float[][] mean = model.EmbedUnits(waveforms), blocks = model.EmbedUnits(waveforms, FeaturePooling.Blocks), max = model.EmbedUnits(waveforms, FeaturePooling.MeanMax);
        float[][] sounding = model.EmbedUnits(waveforms, sounding: [unit, unit / 2, unit]);
        for (int i = 0; i < 3; i++)
        {
            Close(model.EmbedAudio(sounds[i]), mean[i]);
            Assert.Equal(4 + 8, blocks[i].Length);
            Close(mean[i], blocks[i][4..]);
            Close(mean[i], max[i][..8]);
            Assert.All(Enumerable.Range(0, 8), c => Assert.True(max[i][8 + c] >= max[i][c]));
        }
        Assert.Equal(mean[0], sounding[0]);
        Assert.NotEqual(mean[1], sounding[1]);

        static void Close(float[] expected, float[] actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int c = 0; c < expected.Length; c++) Assert.Equal(expected[c], actual[c], 1e-5f);
        }
    }

    [Fact]
    public async Task The_verb_tells_classes_apart_and_lists_what_it_could_not_read()
    {
        string[] lines = ["sound,label,group,source", .. Enumerable.Range(0, 16).Select(i =>
        {
            string name = $"tone{i}.wav", label = i % 2 == 0 ? "low" : "high";
            WavWriter.Write(files.PathOf(name), Tone(i % 2 == 0 ? 200 + 10 * i : 3000 + 50 * i, Rate / 2));
            return $"{name},{label},{(i / 2 % 2 == 0 ? "a" : "b")},s{i / 4}";
        }), "missing.wav,low,a,x"];
        File.WriteAllLines(files.PathOf("tones.csv"), lines);
        string output = files.PathOf("tones.json");
        CliResult result = await RunCli.Run(["evaluate", "sound-features", files.PathOf("tones.csv"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--scaling", "standard", "--out", output]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(output));
        JsonElement root = report.RootElement;
        Assert.Equal(16, root.GetProperty("samples").GetInt32());
        Assert.Contains("missing.wav", root.GetProperty("skipped")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1.0, Accuracy("log_mel_clip_ridge"));
        Assert.Equal(0.5, Accuracy("majority"));
        string[] samples = File.ReadAllLines(files.PathOf("tones.samples.csv"));
        Assert.Equal(17, samples.Length);
        Assert.StartsWith("id,group,label,model,untrained,log_mel_unit_svm,log_mel_unit_ridge,log_mel_clip_svm,log_mel_clip_ridge,majority,value high,value low", samples[0], StringComparison.Ordinal);

        double Accuracy(string method) => root.GetProperty("methods").EnumerateArray().Single(each => each.GetProperty("method").GetString() == method).GetProperty("scores")[0].GetProperty("value").GetDouble();
    }

    [Fact]
    public async Task A_folder_as_published_is_evaluated_fold_by_fold()
    {
        string folder = files.PathOf("esc");
        Directory.CreateDirectory(Path.Combine(folder, "meta"));
        Directory.CreateDirectory(Path.Combine(folder, "audio"));
        string[] rows = ["filename,fold,target,category,esc10,src_file,take", .. Enumerable.Range(0, 8).Select(i =>
        {
            if (i < 7) WavWriter.Write(Path.Combine(folder, "audio", $"{i}.wav"), Tone(i % 2 == 0 ? 200 + 10 * i : 3000 + 50 * i, Rate / 2));
            return $"{i}.wav,{1 + i / 4},{i % 2},{(i % 2 == 0 ? "low" : "high")},False,{i},A";
        })];
        File.WriteAllLines(Path.Combine(folder, "meta", "esc50.csv"), rows);
        string output = files.PathOf("esc.json");
        CliResult result = await RunCli.Run(["evaluate", "sound-features", folder, "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", output]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("0.813 on ESC-50", result.Output, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(output));
        Assert.Equal(7, report.RootElement.GetProperty("samples").GetInt32());
        Assert.Equal("7.wav", report.RootElement.GetProperty("skipped")[0].GetProperty("id").GetString());
    }

    [Fact]
    public void Long_clips_give_sixty_segments_that_depend_on_seed_and_clip_alone()
    {
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        int unit = model.Options.SamplesPerUnit;
        SoundReader reader = new(model, [model], new SoundFeatureOptions { Seed = 4 }), other = new(model, [model], new SoundFeatureOptions { Seed = 5 });
        int[] offsets = reader.Offsets(7, 6 * unit);
        Assert.Equal(60, offsets.Length);
        Assert.All(offsets, offset => Assert.InRange(offset, 0, 5 * unit));
        Assert.Equal(offsets, reader.Offsets(7, 6 * unit));
        Assert.NotEqual(offsets, reader.Offsets(8, 6 * unit));
        Assert.NotEqual(offsets, other.Offsets(7, 6 * unit));
        Assert.Equal([0], reader.Offsets(7, 3 * unit));
        Assert.Equal([0], new SoundReader(model, [model], new SoundFeatureOptions { Segments = 5 }).Offsets(0, unit));
    }

    [Fact]
    public void A_set_that_cannot_be_split_or_told_apart_is_refused()
    {
        WavWriter.Write(files.PathOf("one.wav"), Tone(300, 4000));
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        LabelledSound Of(string label, string group, string file = "one.wav") => new(file, files.PathOf(file), label, group);
        Assert.Contains("1 class ", Refusal(Of("a", "1"), Of("a", "2")), StringComparison.Ordinal);
        Assert.Contains("two groups", Refusal(Of("a", "1"), Of("b", "1")), StringComparison.Ordinal);
        Assert.Contains("0 classes in 0 files", Refusal(Of("a", "1", "gone.wav"), Of("b", "2", "gone.wav")), StringComparison.Ordinal);

        string Refusal(params LabelledSound[] sounds) => Assert.Throws<DataException>(() => SoundFeatures.Evaluate(model, sounds, "the set", new SoundFeatureOptions())).Message;
    }

    [Fact]
    public void Lists_name_the_line_that_is_wrong()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("\"group\"", Refusal("sound,label\na.wav,x\n"), StringComparison.Ordinal);
        Assert.Contains("line 3: label is empty", Refusal("sound,label,group\na.wav,x,1\nb.wav,,1\n"), StringComparison.Ordinal);
        Assert.Contains("lists no files", Refusal("sound,label,group\n"), StringComparison.Ordinal);
        LabelledPicture picture = Assert.Single(LabelledManifest.ReadPictures(folder.File("p.csv", "image,labels,group\na.png,dog | cat|dog,train\n")));
        Assert.Equal(["dog", "cat"], picture.Labels);
        Assert.Equal(folder.Path("a.png"), picture.Path);

        string Refusal(string text) => Assert.Throws<DataException>(() => LabelledManifest.ReadSounds(folder.File("s.csv", text))).Message;
    }

    [Fact]
    public void The_drum_set_is_whole()
    {
        IReadOnlyList<LabelledSound> drums = LabelledManifest.ReadSounds(Path.Combine(Repository.Root, "samples", "drums.csv"));
        Assert.Equal((196, 11, 4), (drums.Count, drums.Select(drum => drum.Label).Distinct().Count(), drums.Select(drum => drum.Group).Distinct().Count()));
        foreach (LabelledSound drum in drums)
        {
            Sound sound = WavReader.Read(drum.Path);
            Assert.Equal(Rate, sound.SampleRate);
            Assert.InRange(sound.Samples.Length, 100, 2 * Rate);
        }
    }

    private static Sound Tone(double hertz, int samples) => new([.. Enumerable.Range(0, samples).Select(i => 0.2f * (float)Math.Sin(2 * Math.PI * hertz * i / Rate))], Rate);
}
