// dcc localize with videos and sounds of many kinds, as a user meets it: made by ffmpeg, looked at with ffmpeg. Read next: HeatTrackTests.cs.
using System.Security.Cryptography;
using System.Text.Json;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tests.Cli;

namespace Dcc.Tests.HeatVideos;

public sealed class HeatVideoTests(CliFiles files) : IClassFixture<CliFiles>
{
    private const string Forest = "backgrounds/forest.jpg", Frog = "tuxpaint/sounds/frog.wav";

    private Task<CliResult> Localize(string video, params string[] more) => RunCli.Run(["localize", files.PathOf(video), "--model", files.PathOf("good.safetensors"), "--device", "cpu", .. more]);

    private string Pan(string name, double seconds, params string[] more) => File.Exists(files.PathOf(name)) ? files.PathOf(name) : TestMedia.Pan(files.PathOf(name), Forest, Frog, seconds, more);

    [FfmpegTheory]
    [InlineData("plain.mp4", "plain-heat.mp4")]
    [InlineData("plain.mp4", "plain-heat.mkv")]
    [InlineData("odd.mkv", "odd-heat.mp4", "-vf", "scale=65:49", "-pix_fmt", "yuv444p")]
    [InlineData("pcm.mov", "pcm-heat.mp4", "-c:a", "pcm_s16le")]   // MP4 has no place for this sound: it is encoded anew
    [InlineData("even.webm", "even-heat.webm", "-c:v", "libvpx")]
    [InlineData("slow.mp4", "slow-heat.mov", "-r", "3", "-ac", "2")]
    public async Task A_video_becomes_one_with_heat_its_sound_and_numbers(string source, string made, params string[] how)
    {
        string video = Pan(source, 1.6, how), heat = files.PathOf($"heat/{made}");
        CliResult result = await Localize(source, "--out", heat);
        Assert.True(result.ExitCode == 0, result.Error);
        MediaInfo before = MediaFile.Probe(video), after = MediaFile.Probe(heat);
        Assert.Equal((before.Video!.Width + 1) / 2 * 2, after.Video!.Width);
        Assert.True(after.Video.Height > before.Video.Height && after.Video.Height % 2 == 0, $"{after.Video.Height}");
        Assert.Equal(before.Video.FramesPerSecond, after.Video.FramesPerSecond, 0.2);
        Assert.Equal(before.Seconds, after.Seconds, 0.35);
        Assert.Equal(before.Audio!.Channels, after.Audio!.Channels);
        Sound was = MediaFile.ReadSound(video, 16000), is_ = MediaFile.ReadSound(heat, 16000);
        // Second 0 of the source is where the pictures begin. Where a container has no negative times, sound and pictures begin a little later together.
        int later = (int)Math.Round(16000 * after.Video.StartSeconds);
        Assert.InRange(later, 0, 1200);
        Assert.InRange(Enumerable.Range(later - 40, 81).Max(lag => Correlation(was.Samples, is_.Samples, lag)), 0.97, 1.01);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(heat, ".json")));
        Assert.Equal(2, json.RootElement.GetProperty("seconds").GetArrayLength());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(files.PathOf("good.safetensors")))), json.RootElement.GetProperty("model_sha256").GetString());
        string[] lines = File.ReadAllLines(Path.ChangeExtension(heat, ".csv"));
        Assert.StartsWith("second,silent,level_decibels,confidence,similarity,peak_x,peak_y,cluster_1", lines[0], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        Assert.Empty(files.Leftovers());
    }

    [FfmpegFact]
    public async Task Silence_has_no_heat_and_says_so()
    {
        string video = TestMedia.Make(files.PathOf("beep.mkv"), [.. TestMedia.Clock(4), .. TestMedia.Beep(4, 0, 1.9), "-c:v", "libx264", "-crf", "4", "-c:a", "pcm_s16le"]), heat = files.PathOf("heat/beep.mkv");
        CliResult result = await Localize("beep.mkv", "--out", heat, "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);   // nothing but JSON on the output
        JsonElement[] seconds = [.. json.RootElement.GetProperty("seconds").EnumerateArray()];
        Assert.Equal([false, false, true, true], seconds.Select(each => each.GetProperty("silent").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, seconds[3].GetProperty("confidence").ValueKind);
        Assert.Equal(JsonValueKind.Null, seconds[3].GetProperty("level_decibels").ValueKind);
        Assert.InRange(seconds[0].GetProperty("confidence").GetDouble(), 0, 1);
        Assert.InRange(seconds[0].GetProperty("level_decibels").GetDouble(), -10, -8);   // 0.5 of full scale
        // Below the word "silence" the frames are those of the source; while it sounds, some place is coloured.
        TimedFrame[] was = [.. MediaFile.ReadFrames(video, new FrameRequest(), default)], drawn = [.. MediaFile.ReadFrames(heat, new FrameRequest(), default)];
        Assert.InRange(Difference(was[80].Picture, drawn[80].Picture), 0, 3);
        Assert.InRange(Difference(was[20].Picture, drawn[20].Picture), 6, 255);
    }

    [FfmpegFact]
    public async Task A_turned_video_is_drawn_as_it_is_shown_and_smaller_if_asked()
    {
        string upright = Pan("upright.mp4", 1), turned = TestMedia.Make(files.PathOf("turned.mp4"), "-i", upright, "-c", "copy", "-metadata:s:v", "rotate=90"), heat = files.PathOf("heat/turned.mp4");
        VideoTrack source = MediaFile.Probe(turned).Video!;
        CliResult result = await Localize("turned.mp4", "--out", heat, "--max-side", "32", "--fps", "5", "--map", "paper");
        Assert.True(result.ExitCode == 0, result.Error);
        VideoTrack made = MediaFile.Probe(heat).Video!;
        Assert.Equal((32 * source.Width / source.Height, 5), (made.Width, (int)Math.Round(made.FramesPerSecond)));
    }

    [FfmpegFact]
    public async Task A_very_short_video_and_one_of_uneven_rate_are_drawn_too()
    {
        TestMedia.Make(files.PathOf("short.mp4"), [.. TestMedia.Clock(0.12), .. TestMedia.Beep(0.12, 0, 1)]);
        TestMedia.Make(files.PathOf("uneven.mkv"), [.. TestMedia.Clock(3), .. TestMedia.Beep(2, 0, 2), "-vf", "select='not(mod(n,7))+gt(t,2)*not(mod(n,3))'", "-fps_mode", "vfr", "-c:v", "libx264"]);
        foreach ((string name, double seconds) in new[] { ("short.mp4", 0.12), ("uneven.mkv", 3) })
        {
            CliResult result = await Localize(name, "--out", files.PathOf($"heat/{name}"));
            Assert.True(result.ExitCode == 0, result.Error);
            TimedFrame[] frames = [.. MediaFile.ReadFrames(files.PathOf($"heat/{name}"), new FrameRequest(), default)];
            Assert.Equal(seconds, frames[^1].Seconds, 0.3);
        }
    }

    [FfmpegTheory]
    [InlineData("mute.mp4", "mute.heat.mp4", "has no sound")]
    [InlineData("alone.mp3", "alone.heat.mp4", "holds sound alone")]
    [InlineData("cut.mp4", "cut.heat.mp4", "cut.mp4 cannot be read")]
    [InlineData("letter.mp4", "letter.heat.mp4", "is a text file")]
    [InlineData("none.mp4", "none.heat.mp4", "does not exist")]
    [InlineData("plain.mp4", "plain.gif", "no video format")]
    [InlineData("plain.mp4", "plain.mp4", "is the video itself")]
    [InlineData("plain.mp4", "good.wav/heat.mp4", "is a file")]
    [InlineData("plain.mp4", ".", "is a folder")]
    public void What_cannot_be_drawn_gets_a_sentence(string source, string made, string says)
    {
        switch (source)
        {
            case "mute.mp4": TestMedia.Make(files.PathOf(source), TestMedia.Clock(0.5)); break;
            case "alone.mp3": TestMedia.Make(files.PathOf(source), TestMedia.Beep(0.5, 0, 1)); break;
            case "cut.mp4": TestMedia.Truncate(TestMedia.Make(files.PathOf(source), [.. TestMedia.Clock(1), .. TestMedia.Beep(1, 0, 1)]), 0.5); break;
            case "letter.mp4": File.WriteAllText(files.PathOf(source), "This is a letter, nothing else.\n"); break;
            case "plain.mp4": Pan(source, 1.6); break;
        }
        Exception failure = Assert.ThrowsAny<Exception>(() => new LocalizeVideo(files.PathOf(source), files.PathOf(made), HeatMapKind.AgainstMean, new HeatVideoChoice(0.25, -60, 60, 0)));
        Assert.Contains(says, Failures.Sentence(failure), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Failures.Sentence(failure));
    }

    [FfmpegFact]
    public async Task A_hop_that_leaves_out_sound_is_refused_and_nothing_is_left_behind()
    {
        Pan("plain.mp4", 1.6);
        CliResult result = await Localize("plain.mp4", "--out", files.PathOf("hop/heat.mp4"), "--hop", "0.5");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("leaves out parts", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(files.PathOf("hop/heat.mp4")));
        Assert.Empty(files.Leftovers());
    }

    [FfmpegFact]
    public void Stopped_in_the_middle_a_playable_part_is_kept_under_another_name()
    {
        string video = Pan("plain.mp4", 1.6), heat = files.PathOf("heat/stopped.mp4");
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        MediaInfo media = MediaFile.Probe(video);
        HeatTrack track = HeatTrackReader.Read(model, media, new HeatTrackOptions(), null, CancellationToken.None);
        using CancellationTokenSource stop = new();
        string? kept = null;
        Told<double> progress = new(share =>
        {
            if (share > 0.5) stop.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => new HeatVideoRenderer(track, media, new HeatVideoOptions(60, 0)).Render(heat, progress, part => kept = part, stop.Token));
        Assert.Equal(files.PathOf("heat/stopped.part.mp4"), kept);
        Assert.False(File.Exists(heat));
        Assert.InRange(MediaFile.ReadFrames(kept!, new FrameRequest(), default).Last().Seconds, 0.6, 1.2);
        Assert.NotNull(MediaFile.Probe(kept!).Audio);
        Assert.Empty(files.Leftovers());
    }

    [FfmpegFact]
    public async Task The_sound_beside_a_picture_may_be_of_any_kind()
    {
        TestMedia.Make(files.PathOf("beep.ogg"), TestMedia.Beep(1, 0, 1));
        CliResult result = await RunCli.Run(["localize", files.PathOf("good.png"), files.PathOf("beep.ogg"), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", files.PathOf("ogg/map.png"), "--json"]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.InRange(json.RootElement.GetProperty("confidence").GetDouble(), 0, 1);
        Assert.Equal(3, json.RootElement.GetProperty("clusters").GetArrayLength());
        Assert.True(File.Exists(files.PathOf("ogg/map.png")));
    }

    /// <summary>The mean difference of a channel, outside the top where a word may stand.</summary>
    private static double Difference(Picture was, Picture drawn) => Enumerable.Range(0, was.Width * was.Height).Where(i => i / was.Width > 16)
        .Average(i => Enumerable.Range(0, 3).Average(c => Math.Abs(was.Rgb[3 * i + c] - drawn.Rgb[3 * (i / was.Width * drawn.Width + i % was.Width) + c])));

    private static double Correlation(float[] a, float[] b, int lag)
    {
        double dot = 0, aa = 1e-12, bb = 1e-12;
        for (int i = Math.Max(0, -lag); i < Math.Min(a.Length, b.Length - lag); i++) (dot, aa, bb) = (dot + (double)a[i] * b[i + lag], aa + (double)a[i] * a[i], bb + (double)b[i + lag] * b[i + lag]);
        return dot / Math.Sqrt(aa * bb);
    }
}
