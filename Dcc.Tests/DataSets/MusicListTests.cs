// MUSIC's lists of pairs and extracted seconds, and retrieval on folders of published data sets. Read next: ../../Dcc.Data/DataSets/MusicPairs.cs, ../../Dcc.Data/Evaluation/MediaPairs.cs.
using System.Text.Json;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tests.Cli;

namespace Dcc.Tests.DataSets;

public sealed class MusicListTests(CliFiles files) : IClassFixture<CliFiles>
{
    private string Text(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(files.PathOf(name))!);
        File.WriteAllText(files.PathOf(name), text);
        return files.PathOf(name);
    }

    private void Copy(string from, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(files.PathOf(name))!);
        File.Copy(files.PathOf(from), files.PathOf(name), overwrite: true);
    }

    [Fact]
    public void Lists_of_pairs_name_clips_with_their_instruments()
    {
        Text("lists/solo_training_1.txt", "2gk-IN35s5I_0_1000.flac 2gk-IN35s5I_0_1000.mp4\n-_-TDDxoaAc_5_65.flac -_-TDDxoaAc_5_65.mp4\na_0_10.flac b_0_10.mp4\nnothing\nname_x_10.flac name_x_10.mp4\n");
        Text("lists/duet_pairs_val.txt", "8DHG_hVSw1o_0_1000.flac 8DHG_hVSw1o_0_1000.mp4\n");
        Text("lists/MUSIC_solo_videos.json", """{"version": 1.0, "videos": {"flute": ["2gk-IN35s5I", "unlisted"], "tuba": []}}""");
        Text("lists/MUSIC_duet_videos.json", """{"version": 1.0, "videos": {"flute violin": ["8DHG_hVSw1o"]}}""");
        DataSetContents found = DataSetFolder.Recognise(files.PathOf("lists"));
        Assert.Equal(ClipLists.Layout, found.Layout);
        ListedClip[] listed = [.. found.Clips.Where(clip => clip.Part.Length > 0)];
        Assert.Equal(["8DHG_hVSw1o", "2gk-IN35s5I", "-_-TDDxoaAc"], listed.OrderBy(clip => clip.Part).Select(clip => clip.VideoId));
        Assert.Equal(("solo_training_1", 5.0, 65.0), (listed.Single(clip => clip.Start > 0).Part, listed.Single(clip => clip.Start > 0).Start, listed.Single(clip => clip.Start > 0).End));
        Assert.Equal(["flute", "violin"], listed.Single(clip => clip.Part == "duet_pairs_val").Labels);
        Assert.Equal(["flute"], listed.Single(clip => clip.VideoId == "2gk-IN35s5I").Labels);
        Assert.Equal(3, found.Missing.Count);
        Assert.Contains(found.Missing, sample => sample.Reason.Contains("same stem twice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Extracted_seconds_give_the_middle_of_each_clip_and_serve_retrieval()
    {
        foreach (string stem in new[] { "2gk-IN35s5I_0_1000", "-_-TDDxoaAc_0_1000", "zz_0_9" })
            foreach (string second in new[] { "000", "001", "002", "003" })
            {
                foreach (string frame in new[] { "00001", "00002", "00003" }) Copy("good.png", $"extracted/video_frames/{stem}/frame_{second}/{frame}.jpg");
                if (stem[0] != 'z' && second != "003") WavWriter.Write(files.PathOf($"{stem}{second}.wav"), new Sound([.. Enumerable.Range(0, 8000).Select(i => 0.1f * MathF.Sin(0.01f * (stem[0] + second[2]) * i))], 16000));
                if (stem[0] != 'z' && second != "003") Copy($"{stem}{second}.wav", $"extracted/audio_frames/{stem}/{second}.wav");
            }
        Text("extracted/MUSIC_solo_videos.json", """{"version": 1.0, "videos": {"flute": ["2gk-IN35s5I"]}}""");
        DataSetContents found = DataSetFolder.Recognise(files.PathOf("extracted"));
        Assert.Equal(MusicPairs.Layout, found.Layout);
        Assert.Equal([("-_-TDDxoaAc_0_1000", null), ("2gk-IN35s5I_0_1000", "flute")], found.Boxes.Select(pair => (pair.Id, pair.Label)).OrderBy(pair => pair.Id, StringComparer.Ordinal));
        Assert.All(found.Boxes, pair => Assert.EndsWith(Path.Combine("frame_001", "00002.jpg"), pair.PicturePath, StringComparison.Ordinal));   // 000, 001 and 002 have both
        Assert.All(found.Boxes, pair => Assert.EndsWith("001.wav", pair.SoundPath, StringComparison.Ordinal));
        Assert.Equal("zz_0_9", Assert.Single(found.Missing).Id);
        string list = Text("solo_validation.txt", "2gk-IN35s5I_0_1000.flac 2gk-IN35s5I_0_1000.mp4\ngone_0_1000.flac gone_0_1000.mp4\n");
        DataSetContents picked = DataSetFolder.Recognise(files.PathOf("extracted"), list);
        Assert.Equal(("2gk-IN35s5I_0_1000", "gone_0_1000"), (Assert.Single(picked.Boxes).Id, Assert.Single(picked.Missing).Id));

        CliResult result = await RunCli.Run(["evaluate", "retrieval", files.PathOf("extracted"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", files.PathOf("music-retrieval.json")]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("2 pictures, 2 sounds", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retrieval_ranks_the_pairs_of_a_published_folder()
    {
        ComposedFolders.VggSs(files.PathOf("clips"), ComposedFolders.Scenes(SceneKind.Single, 5, 1.5));
        File.Delete(Directory.EnumerateFiles(files.PathOf("clips/audio")).Order(StringComparer.Ordinal).Last());
        string output = files.PathOf("clips.json");
        CliResult result = await RunCli.Run(["evaluate", "retrieval", files.PathOf("clips"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", output]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(output));
        Assert.Equal((4, "middle of the recording", 1), (report.RootElement.GetProperty("samples").GetInt32(), report.RootElement.GetProperty("choices").GetProperty("sound").GetString(), report.RootElement.GetProperty("skipped").GetArrayLength()));

        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        BoxedPair[] pairs = [.. DataSetFolder.Recognise(files.PathOf("clips")).Boxes];
        Picture[] pictures = [.. pairs.Select(pair => PictureReader.Read(pair.PicturePath))];
        Sound[] sounds = [.. pairs.Select(pair => WavReader.Read(pair.SoundPath!)).Select(sound => new Sound(sound.Samples[((sound.Samples.Length - model.Options.SamplesPerUnit) / 2)..], sound.SampleRate))];
        float[] similarity = [.. sounds.SelectMany(sound => pictures.Select(picture => model.Similarity(picture, sound)))];
        RetrievalRank[] ranks = RetrievalRank.Of(similarity, 4, [[0], [1], [2], [3]]);
        JsonElement scores = report.RootElement.GetProperty("methods")[0].GetProperty("scores");
        Assert.Equal(ranks.Average(rank => rank.Recall(1)), scores[0].GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(RetrievalRank.Median(ranks), scores[3].GetProperty("value").GetDouble(), 1e-12);

        // The same folder serves the evaluation of clusters: its classes are known.
        CliResult clusters = await RunCli.Run(["evaluate", "understanding", files.PathOf("clips"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", output]);
        Assert.True(clusters.ExitCode == 0, clusters.Error);
        Assert.Contains("understanding: 4 samples of VGG-SS", clusters.Output, StringComparison.Ordinal);
        CliResult refused = await RunCli.Run(["evaluate", "retrieval", files.PathOf("good.wav"), "--list", "x", "--model", files.PathOf("good.safetensors"), "--device", "cpu"]);
        Assert.Contains("--list picks pairs of a folder", refused.Error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public async Task Sounds_of_a_data_set_may_be_compressed()
    {
        ComposedFolders.VggSs(files.PathOf("packed"), ComposedFolders.Scenes(SceneKind.Single, 3, 1.5));
        string[] kinds = [".flac", ".mp3", ".ogg"], sounds = [.. Directory.EnumerateFiles(files.PathOf("packed/audio"), "*.wav").Order(StringComparer.Ordinal)];
        for (int i = 0; i < 3; i++)
        {
            TestMedia.Make(Path.ChangeExtension(sounds[i], kinds[i]), "-i", sounds[i]);
            File.Delete(sounds[i]);
        }
        DataSetContents found = DataSetFolder.Recognise(files.PathOf("packed"));
        Assert.Equal(kinds, found.Boxes.Select(pair => Path.GetExtension(pair.SoundPath)));
        Assert.Equal(3, DataSetDoctor.Examine(found).Evaluated);
        File.WriteAllText(found.Boxes[1].SoundPath!, "no sound at all");
        Assert.Equal(found.Boxes[1].SoundPath, Assert.Single(DataSetDoctor.Examine(found).Broken).Id);
        string output = files.PathOf("packed.json");
        CliResult result = await RunCli.Run(["evaluate", "localization", files.PathOf("packed"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", output]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(output));
        Assert.Equal((2, 1), (report.RootElement.GetProperty("samples").GetInt32(), report.RootElement.GetProperty("skipped").GetArrayLength()));
    }
}
