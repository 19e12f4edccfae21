// Folders of good and bad files become shards: what is in them, that they are the same however they came about, and what is said of the rest. Read next: ShardSourceTests.cs.
using System.Formats.Tar;
using System.Text.Json;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class PreparationTests : IDisposable
{
    private static readonly PrepareOptions options = new() { Seconds = 0.5, Stride = 0.5, FrameSize = 48, Rate = 8000, ShardBytes = 1 << 16, Format = FrameFormat.Png };
    private readonly TemporaryFolder folder = new();

    public PreparationTests() => Directory.CreateDirectory(folder.Path("in"));

    public void Dispose() => folder.Dispose();

    [FfmpegFact]
    public void A_units_frames_and_sound_are_those_of_its_time()
    {
        TestMedia.Make(In("clock.mp4"), [.. TestMedia.Clock(2.2), .. TestMedia.Beep(2.2, 1.1, 1.4), "-c:v", "libx264", "-pix_fmt", "yuv444p"]);
        ShardIndex index = Prepare("out", options with { Frames = 2 }).Index;
        // Units 0, 1 and 3 are silent, and the file ends within the fifth.
        InputEntry input = Assert.Single(index.Inputs);
        Assert.Equal((InputState.Prepared, 1, 3), (input.State, input.Units, input.SilentUnits));
        Dictionary<string, byte[]> members = Members(folder.Path("out/shard-000000.tar"));
        Assert.Equal(["000000_000000.0.png", "000000_000000.1.png", "000000_000000.json", "000000_000000.wav"], members.Keys.Order(StringComparer.Ordinal));
        JsonElement told = JsonDocument.Parse(members["000000_000000.json"]).RootElement;
        Assert.Equal(1, told.GetProperty("start").GetDouble());
        double[] times = [.. told.GetProperty("frames").EnumerateArray().Select(time => time.GetDouble())];
        Assert.InRange(times[0], 1.06, 1.13);
        Assert.InRange(times[1], 1.31, 1.38);
        for (int f = 0; f < 2; f++)
        {
            RgbaPicture picture = PictureReader.DecodeRgba(members[$"000000_000000.{f}.png"], "frame");
            Assert.Equal(TestMedia.BrightnessAt(times[f]), 16 + picture.Rgba[4 * (16 * picture.Width + 36)] * 219 / 255.0, 4.0);
        }
        Sound sound = WavReader.Read(new MemoryStream(members["000000_000000.wav"]), "sound");
        Assert.Equal((8000, 4000), (sound.SampleRate, sound.Samples.Length));
        Assert.InRange(sound.Samples.AsSpan(1200, 1600).ToArray().Max(), 0.45f, 0.55f);
        Assert.InRange(sound.Samples.AsSpan(0, 500).ToArray().Max(), 0, 0.05f);
        Assert.Equal(-11.2, told.GetProperty("loudness_db").GetDouble(), 0.5);   // a sine of 0.5 over 0.3 of 0.5 s
    }

    [FfmpegFact]
    public void Bad_files_are_told_and_cost_nothing_but_themselves()
    {
        Videos();
        TestMedia.Make(In("mute.mp4"), [.. TestMedia.Clock(1), "-c:v", "mpeg4"]);
        TestMedia.Make(In("silent.mkv"), [.. TestMedia.Clock(1), .. TestMedia.Beep(1, 5, 6), "-c:v", "mpeg4"]);
        TestMedia.Make(In("short.avi"), [.. TestMedia.Clock(0.3), .. TestMedia.Beep(0.3, 0, 1), "-c:v", "mpeg4"]);
        TestMedia.Make(In("sound.mp3"), TestMedia.Beep(1, 0, 1));
        TestMedia.Truncate(TestMedia.Make(In("cut.mp4"), [.. TestMedia.Clock(1), .. TestMedia.Beep(1, 0, 1), "-c:v", "mpeg4"]), 0.5);
        TestMedia.Truncate(TestMedia.Make(In("torn.mkv"), [.. TestMedia.Clock(3), .. TestMedia.Beep(3, 0, 3), "-c:v", "mjpeg", "-c:a", "pcm_s16le"]), 0.7);
        File.WriteAllText(In("text.mp4"), "This is a text.\n");
        File.WriteAllText(In("empty.mp4"), "");
        File.Copy(TestMedia.Sample("backgrounds/lake.jpg"), In("still.jpg"));
        ShardIndex index = Prepare("out", options).Index;
        Dictionary<string, InputEntry> by = index.Inputs.ToDictionary(input => Path.GetFileName(input.Path));
        Assert.Equal(
            "cut.mp4 Damaged, empty.mp4 Unreadable, mute.mp4 NoSound, pan-0.mp4 Prepared, pan-1.webm Prepared, pan-2.mkv Prepared, short.avi TooShort, silent.mkv Silent, sound.mp3 NoPicture, still.jpg NotMedia, text.mp4 NotMedia, torn.mkv Prepared",
            string.Join(", ", by.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} {each.Value.State}")));
        Assert.True(index.Complete);
        Assert.Contains("is damaged, its units are what can be decoded", by["torn.mkv"].Reason, StringComparison.Ordinal);
        Assert.InRange(by["torn.mkv"].Units, 1, 5);
        Assert.All(by.Values.Where(input => input.State != InputState.Prepared), input => Assert.EndsWith(".", input.Reason, StringComparison.Ordinal));
        Assert.Equal(index.Units, index.Inputs.Sum(input => input.Units));
        Assert.Equal(index.Units, index.Shards.Sum(shard => Members(folder.Path($"out/{shard.File}")).Keys.Count(name => name.EndsWith(".wav", StringComparison.Ordinal))));
        Assert.Equal(["index.json", .. index.Shards.Select(shard => shard.File)], Directory.EnumerateFileSystemEntries(folder.Path("out")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [FfmpegFact]
    public void The_bytes_depend_neither_on_jobs_nor_on_being_stopped()
    {
        Videos();
        ShardIndex whole = Prepare("one", options, jobs: 1).Index;
        Assert.InRange(whole.Shards.Count, 2, 20);
        Prepare("three", options, jobs: 3);
        AssertSame("one", "three");

        // Stopped when the second input is done; a torn shard and a torn part are left as after kill -9.
        using (CancellationTokenSource stop = new())
            Assert.ThrowsAny<OperationCanceledException>(() => Prepare("stopped", options, jobs: 1, new Told(share => { if (share > 0.4) stop.Cancel(); }), stop.Token));
        ShardIndex half = ShardIndex.Load(folder.Path("stopped"));
        Assert.False(half.Complete);
        Assert.Contains(half.Inputs, input => input.State == InputState.Waiting);
        folder.File($"stopped/shard-{half.Shards.Count:D6}.tar.part", "torn");
        folder.File($"stopped/shard-{half.Shards.Count:D6}.tar", "renamed before the index was written");
        folder.File("stopped/parts/000002.tar", "torn");
        Assert.False(Prepare("stopped", options).NothingToDo);
        AssertSame("one", "stopped");
    }

    [FfmpegFact]
    public void A_second_run_does_nothing_and_new_files_are_added()
    {
        Videos();
        string last = In("pan-2.mkv"), aside = folder.Path("aside.mkv");
        File.Move(last, aside);
        Prepare("out", options);
        byte[] first = File.ReadAllBytes(folder.Path("out/shard-000000.tar"));
        PreparationResult again = Prepare("out", options);
        Assert.True(again.NothingToDo);
        Assert.Contains("--seconds was 0.5 and is 1", Assert.Throws<DataException>(() => Prepare("out", options with { Seconds = 1 })).Message, StringComparison.Ordinal);
        File.Move(aside, last);
        File.SetLastWriteTimeUtc(In("pan-0.mp4"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        PreparationResult more = Prepare("out", options);
        Assert.Equal((false, 1), (more.NothingToDo, more.Files));
        Assert.EndsWith("pan-0.mp4", Assert.Single(more.Changed), StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllBytes(folder.Path("out/shard-000000.tar")));
        Assert.Equal(3, more.Index.Inputs.Count);
    }

    [Fact]
    public void Pairs_of_a_manifest_need_no_ffmpeg_if_they_are_wav_and_png()
    {
        WavWriter.Write(In("long.wav"), new Sound([.. Enumerable.Range(0, 10000).Select(i => 0.25f * MathF.Sin(i))], 8000));
        WavWriter.Write(In("short.wav"), new Sound([.. Enumerable.Range(0, 1000).Select(i => 0.25f * MathF.Sin(i))], 8000));
        WavWriter.Write(In("silent.wav"), new Sound(new float[8000], 8000));
        File.Copy(TestMedia.Sample("backgrounds/lake.jpg"), In("lake.jpg"));
        File.WriteAllText(In("pairs.csv"), "image,sound\nlake.jpg,long.wav\nlake.jpg,short.wav\nlake.jpg,silent.wav\nlake.jpg,none.wav\nlake.jpg,lake.jpg\n");
        PreparationResult result = Prepare("out", options, names: [In("pairs.csv")]);
        Assert.Equal([(InputState.Prepared, 2), (InputState.Prepared, 1), (InputState.Silent, 0), (InputState.Unreadable, 0), (InputState.Damaged, 0)], result.Index.Inputs.Select(input => (input.State, input.Units)));
        Dictionary<string, byte[]> members = Members(folder.Path("out/shard-000000.tar"));
        Sound filled = WavReader.Read(new MemoryStream(members["000001_000000.wav"]), "short");
        Assert.Equal(4000, filled.Samples.Length);
        Assert.All(filled.Samples.AsSpan(1000).ToArray(), sample => Assert.Equal(0, sample));
        Assert.Equal(48, PictureReader.DecodeRgba(members["000000_000000.0.png"], "frame").Width);
    }

    [Fact]
    public void Names_patterns_and_folders_stand_for_files_in_a_fixed_order()
    {
        foreach (string name in new[] { "in/b.mp4", "in/a.mp4", "in/deep/c.mkv", "in/.hidden.mp4", "in/out/shard-000000.tar", "in/note.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.Path(name))!);
            folder.File(name, "x");
        }
        Assert.Equal(["a.mp4", "b.mp4", "c.mkv", "note.txt"], Names(folder.Path("in")));
        Assert.Equal(["a.mp4", "b.mp4"], Names(In("*.mp4")));
        Assert.Equal(["b.mp4", "a.mp4"], Names(In("b.mp4"), In("?.mp4")));
        foreach (string wrong in new[] { In("*.avi"), folder.Path("*/a.mp4"), In("none.mp4"), In("out") })
            Assert.EndsWith(".", Assert.Throws<DataException>(() => Names(wrong)).Message, StringComparison.Ordinal);

        string[] Names(params string[] names) => [.. PrepareInputs.Find(names, folder.Path("in/out")).Select(input => Path.GetFileName(input.Path))];
    }

    [Fact]
    public void A_folder_in_use_or_of_another_program_is_left_alone()
    {
        InputEntry[] inputs = [new() { Path = "none.mp4", Source = "none.mp4" }];
        using (Preparation first = new(inputs, folder.Path("busy"), options, 1))
            Assert.Contains("another run", Assert.Throws<DataException>(() => new Preparation(inputs, folder.Path("busy"), options, 1)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder.Path("foreign"));
        folder.File("foreign/shard-000000.tar", "x");
        Assert.Contains("no index.json", Assert.Throws<DataException>(() => new Preparation(inputs, folder.Path("foreign"), options, 1)).Message, StringComparison.Ordinal);
        Assert.Equal(["shard-000000.tar"], Directory.EnumerateFiles(folder.Path("foreign")).Select(Path.GetFileName));
    }

    private string In(string name) => folder.Path(Path.Combine("in", name));

    /// <summary>Three pans over photographs with recordings, each in another container.</summary>
    private void Videos()
    {
        string[] pictures = ["lake", "forest", "castle"], sounds = ["frog", "dog", "bear"], kinds = ["mp4", "webm", "mkv"];
        for (int i = 0; i < 3; i++) TestMedia.Pan(In($"pan-{i}.{kinds[i]}"), $"backgrounds/{pictures[i]}.jpg", $"tuxpaint/sounds/{sounds[i]}.wav", 2.1);
    }

    private PreparationResult Prepare(string output, PrepareOptions how, int jobs = 2, IProgress<double>? progress = null, CancellationToken cancel = default, string[]? names = null)
    {
        using Preparation preparation = new(PrepareInputs.Find(names ?? [folder.Path("in")], folder.Path(output)), folder.Path(output), how, jobs);
        return preparation.Run(progress, cancel);
    }

    private void AssertSame(string one, string other)
    {
        string[] names = [.. Directory.EnumerateFiles(folder.Path(one)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(names, Directory.EnumerateFileSystemEntries(folder.Path(other)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        foreach (string name in names) Assert.Equal(File.ReadAllBytes(folder.Path(Path.Combine(one, name))), File.ReadAllBytes(folder.Path(Path.Combine(other, name))));
    }

    private static Dictionary<string, byte[]> Members(string shard)
    {
        Dictionary<string, byte[]> members = [];
        using FileStream stream = File.OpenRead(shard);
        using TarReader tar = new(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            byte[] content = new byte[entry.Length];
            entry.DataStream?.ReadExactly(content);
            members.Add(entry.Name, content);
        }
        return members;
    }

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
