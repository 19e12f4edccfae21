// Real files of many kinds, made by ffmpeg: frames at their true times, sound on the same time line, and every kind of bad file. Read next: RawMatroskaTests.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class MediaFileTests : IDisposable
{
    private const int Rate = 16000;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [FfmpegTheory]
    [InlineData("a.mp4", "libx264", "yuv420p")]
    [InlineData("a.mkv", "libx264", "yuv444p")]
    [InlineData("a.mkv", "libx264", "yuv420p10le")]
    [InlineData("a.mkv", "ffv1", "gray")]
    [InlineData("a.mkv", "ffv1", "rgb48le")]
    [InlineData("a.avi", "mpeg4", "yuv420p")]
    [InlineData("a.mov", "mjpeg", "yuvj422p")]
    [InlineData("a.webm", "libvpx", "yuv420p")]
    [InlineData("a.ts", "mpeg2video", "yuv422p")]
    public void Frames_show_what_the_file_shows_at_their_times(string name, string codec, string pixels)
    {
        string file = TestMedia.Make(folder.Path(name), [.. TestMedia.Clock(2), .. TestMedia.Beep(2, 0.5, 1), "-c:v", codec, "-pix_fmt", pixels, "-q:v", "2"]);
        TimedFrame[] frames = Frames(file, new FrameRequest(5));
        Assert.InRange(frames.Length, 10, 11);   // ffmpeg's AVI files hold their frames one later
        for (int i = 0; i < frames.Length; i++) Assert.Equal(0.2 * i, frames[i].Seconds, 0.05);
        AssertClock(frames, pixels.StartsWith("rgb", StringComparison.Ordinal) ? 6 : 4);
        MediaInfo media = MediaFile.Probe(file);
        Assert.Equal((48, 32), (media.Video!.Width, media.Video.Height));
        Assert.Equal(25, media.Video.FramesPerSecond, 0.5);
        Assert.Equal(2, media.Seconds, 0.1);
        AssertBeep(MediaFile.ReadSound(file, Rate), 0.5, 1);
    }

    [FfmpegFact]
    public void Variable_frame_rate_keeps_each_frames_own_time()
    {
        string file = TestMedia.Make(folder.Path("vfr.mkv"), [.. TestMedia.Clock(4), "-vf", "select='not(mod(n,7))+gt(t,2)*not(mod(n,3))'", "-fps_mode", "vfr", "-c:v", "libx264"]);
        TimedFrame[] all = Frames(file, new FrameRequest());
        double[] expected = [.. Enumerable.Range(0, 100).Where(n => n % 7 == 0 || (n > 50 && n % 3 == 0)).Select(n => n / 25.0)];
        Assert.Equal(expected, all.Select(frame => frame.Seconds));
        AssertClock(all, 3);
        TimedFrame[] two = Frames(file, new FrameRequest(2));
        Assert.Equal([0, 0.56, 1.12, 1.68, 2.04, 2.52, 3, 3.6], two.Select(frame => frame.Seconds));
    }

    [FfmpegFact]
    public void Streams_that_start_late_lie_on_one_time_line()
    {
        string beeps = TestMedia.Make(folder.Path("beep.wav"), TestMedia.Beep(2, 0.5, 1)), clock = TestMedia.Make(folder.Path("clock.mkv"), [.. TestMedia.Clock(2), "-c:v", "ffv1"]);
        string lateSound = TestMedia.Make(folder.Path("sound.mkv"), ["-i", clock, "-itsoffset", "0.75", "-i", beeps, "-c:v", "copy", "-c:a", "pcm_s16le"]);
        AssertBeep(MediaFile.ReadSound(lateSound, Rate), 1.25, 1.75);
        Assert.Equal(0.75, MediaFile.Probe(lateSound).Audio!.StartSeconds, 0.01);
        AssertClock(Frames(lateSound, new FrameRequest(5)), 3);

        string lateVideo = TestMedia.Make(folder.Path("video.mkv"), ["-i", beeps, "-itsoffset", "0.6", "-i", clock, "-c:v", "copy", "-c:a", "pcm_s16le"]);
        AssertBeep(MediaFile.ReadSound(lateVideo, Rate), 0.5, 1);
        TimedFrame[] frames = Frames(lateVideo, new FrameRequest(5));
        Assert.Equal(0.6, frames[0].Seconds, 0.001);
        Assert.Equal(0.6, MediaFile.Probe(lateVideo).Video!.StartSeconds, 0.001);
        AssertClock([.. frames.Select(frame => frame with { Seconds = frame.Seconds - 0.6 })], 3);

        // Both late, as in a piece cut out of a broadcast: second 0 is where the first of them starts.
        string both = TestMedia.Make(folder.Path("both.ts"), ["-i", clock, "-i", beeps, "-c:v", "mpeg2video", "-q:v", "2", "-c:a", "mp2", "-output_ts_offset", "30"]);
        AssertBeep(MediaFile.ReadSound(both, Rate), 0.5, 1);
        AssertClock(Frames(both, new FrameRequest(5)), 5);
    }

    [FfmpegFact]
    public void Turned_and_stretched_videos_come_as_they_are_shown()
    {
        string upright = TestMedia.Make(folder.Path("upright.mp4"), [.. TestMedia.Clock(0.4), "-c:v", "libx264", "-pix_fmt", "yuv444p"]);
        string turned = folder.File("turned.mp4", Turned(File.ReadAllBytes(upright)));
        MediaInfo media = MediaFile.Probe(turned);
        Assert.Equal((32, 48), (media.Video!.Width, media.Video.Height));
        Picture picture = Frames(turned, new FrameRequest())[0].Picture;
        Assert.Equal((32, 48), (picture.Width, picture.Height));
        // The left half, which is red, is at the bottom or at the top now, and no longer at the left.
        int top = Red(picture, 16, 4), bottom = Red(picture, 16, 44);
        Assert.True(Math.Abs(top - bottom) > 25, $"top {top}, bottom {bottom}");
        Assert.Equal(Red(picture, 2, 4), Red(picture, 29, 4), 6.0);

        string stretched = TestMedia.Make(folder.Path("stretched.mp4"), ["-i", upright, "-vf", "setsar=2/1", "-c:v", "libx264"]);
        Assert.Equal((96, 32), (MediaFile.Probe(stretched).Video!.Width, Frames(stretched, new FrameRequest())[0].Picture.Height));
        Assert.Equal((24, 8), Size(Frames(stretched, new FrameRequest(0, 24))[0].Picture));
        Assert.Equal((96, 32), Size(Frames(stretched, new FrameRequest(0, 500))[0].Picture));
    }

    [FfmpegTheory, InlineData("mp3"), InlineData("flac"), InlineData("ogg"), InlineData("m4a"), InlineData("opus"), InlineData("wav"), InlineData("aiff")]
    public void Sound_of_any_kind_is_read_as_the_mean_of_its_channels(string kind)
    {
        string file = TestMedia.Make(folder.Path($"a.{kind}"), [.. TestMedia.Beep(1.5, 0.5, 1, 48000), "-af", "pan=stereo|c0=c0|c1=0*c0"]);
        Sound sound = MediaFile.ReadSound(file, Rate);
        Assert.Equal(Rate, sound.SampleRate);
        Assert.Equal(1.5, sound.Seconds, 0.1);
        AssertBeep(sound, 0.5, 1, loud: 0.25);
    }

    [FfmpegFact]
    public void A_picture_on_a_sleeve_is_no_video()
    {
        string file = TestMedia.Make(folder.Path("a.mp3"), [.. TestMedia.Beep(1, 0, 1), "-i", TestMedia.Sample("backgrounds/lake.jpg"), "-map", "0", "-map", "1", "-c:v", "mjpeg", "-disposition:v", "attached_pic"]);
        Assert.Null(MediaFile.Probe(file).Video);
        Refused(() => Frames(file, new FrameRequest()), "a.mp3", "no moving pictures");
    }

    [Fact]
    public void A_wav_file_needs_no_ffmpeg()
    {
        WavWriter.Write(folder.Path("a.wav"), new Sound([.. Enumerable.Range(0, 8000).Select(i => i is >= 2000 and < 4000 ? MathF.Sin(i * 0.3f) : 0)], 8000));
        AssertBeep(MediaFile.ReadSound(folder.Path("a.wav"), Rate), 0.25, 0.5, loud: 1);
    }

    [FfmpegFact]
    public void A_truncated_file_gives_what_can_be_decoded_or_a_sentence()
    {
        string mkv = TestMedia.Truncate(TestMedia.Make(folder.Path("a.mkv"), [.. TestMedia.Clock(4), .. TestMedia.Beep(4, 0.5, 1), "-c:v", "mpeg4", "-q:v", "2", "-c:a", "pcm_s16le"]), 0.5);
        TimedFrame[] frames = Frames(mkv, new FrameRequest(5));
        Assert.InRange(frames.Length, 5, 15);
        AssertClock(frames, 5);
        Assert.InRange(MediaFile.ReadSound(mkv, Rate).Seconds, 1, 3);

        // The list of contents of an MP4 file is at its end.
        string mp4 = TestMedia.Truncate(TestMedia.Make(folder.Path("a.mp4"), [.. TestMedia.Clock(1), .. TestMedia.Beep(1, 0, 1), "-c:v", "mpeg4"]), 0.5);
        Refused(() => MediaFile.Probe(mp4), "a.mp4", "moov atom not found", "copy or convert it again");
    }

    [FfmpegFact]
    public void What_is_no_recording_is_refused_in_a_sentence()
    {
        Refused(() => MediaFile.Probe(folder.File("a.mp4", "This is a text.\n")), "a.mp4 is a text file");
        Refused(() => MediaFile.Probe(folder.File("noise.mkv", [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7919 >> 3))])), "noise.mkv");
        Refused(() => MediaFile.Probe(folder.File("empty.mp4", "")), "empty.mp4 is empty");
        Refused(() => MediaFile.Probe(folder.Path("none.mp4")), "none.mp4 does not exist");
        Refused(() => MediaFile.Probe(TestMedia.Sample("backgrounds/lake.jpg")), "is a JPEG picture");
        string silent = TestMedia.Make(folder.Path("mute.mp4"), [.. TestMedia.Clock(0.2), "-c:v", "mpeg4"]);
        Assert.Null(MediaFile.Probe(silent).Audio);
        Refused(() => MediaFile.ReadSound(silent, Rate), "mute.mp4 holds no sound");
    }

    /// <summary>A file may not make the program read other files or the net.</summary>
    [FfmpegFact]
    public void A_list_of_other_files_is_refused()
    {
        TestMedia.Make(folder.Path("real.ts"), [.. TestMedia.Clock(0.2), "-c:v", "mpeg2video"]);
        Refused(() => MediaFile.Probe(folder.File("a.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nreal.ts\n#EXT-X-ENDLIST\n")), "a.mp4");
        Refused(() => MediaFile.Probe(folder.File("b.mp4", "#EXTM3U\n\u0001\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nreal.ts\n#EXT-X-ENDLIST\n")), "b.mp4");
        Refused(() => MediaFile.Probe(folder.File("c.mp4", "ffconcat version 1.0\n#\u0001\nfile real.ts\n")), "c.mp4");
    }

    [FfmpegFact]
    public void Cancelling_or_leaving_ends_the_child()
    {
        string file = TestMedia.Make(folder.Path("long.mkv"), [.. TestMedia.Clock(1), "-c:v", "ffv1"]);
        string loop = TestMedia.Make(folder.Path("loop.mkv"), "-stream_loop", "200", "-i", file, "-c", "copy");
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (TimedFrame _ in MediaFile.ReadFrames(loop, new FrameRequest(), stop.Token)) stop.Cancel();
        });
        Assert.Equal(0, MediaFile.ReadFrames(loop, new FrameRequest(), CancellationToken.None).First().Seconds);
        Assert.DoesNotContain(System.Diagnostics.Process.GetProcessesByName("ffmpeg"), child => CommandLine(child).Contains(loop, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_ffmpeg_or_ffprobe_is_missing_the_sentence_says_how_to_install_it()
    {
        Refused(() => Ffmpeg.Require("Reading film.mp4", ""), "Reading film.mp4 needs ffmpeg", "ffmpeg and ffprobe cannot be found", "apt install ffmpeg", "brew install ffmpeg", "winget install");
        string program = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        folder.File(program, "");
        Refused(() => Ffmpeg.Require("Reading film.mp4", Path.GetDirectoryName(folder.Path(program))!), "; ffprobe cannot be found");
    }

    /// <summary>Puts a quarter turn into the matrix of an MP4 file's first track header, as telephones do.</summary>
    private static byte[] Turned(byte[] mp4)
    {
        int matrix = mp4.AsSpan().IndexOf("tkhd"u8) + 44;
        int[] turn = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
        for (int i = 0; i < turn.Length; i++) System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(mp4.AsSpan(matrix + 4 * i), turn[i]);
        return mp4;
    }

    private static string CommandLine(System.Diagnostics.Process process)
    {
        try { return File.ReadAllText($"/proc/{process.Id}/cmdline"); }
        catch (IOException) { return ""; }
    }

    private static TimedFrame[] Frames(string file, FrameRequest request) => [.. MediaFile.ReadFrames(file, request, CancellationToken.None)];

    private static (int, int) Size(Picture picture) => (picture.Width, picture.Height);

    private static int Red(Picture picture, int x, int y)
    {
        int at = 3 * (y * picture.Width + x);
        return picture.Rgb[at] - picture.Rgb[at + 2];
    }

    /// <summary>Each frame is as bright as the clock is at its time. The right half is grey.</summary>
    private static void AssertClock(TimedFrame[] frames, double within)
    {
        Assert.NotEmpty(frames);
        foreach (TimedFrame frame in frames)
        {
            int at = 3 * (16 * frame.Picture.Width + 36);
            double brightness = 16 + frame.Picture.Rgb.AsSpan(at, 3).ToArray().Average(value => value) * 219 / 255;
            Assert.True(Math.Abs(brightness - TestMedia.BrightnessAt(frame.Seconds)) <= within, $"at {frame.Seconds} s the brightness is {brightness:F1}, {TestMedia.BrightnessAt(frame.Seconds):F1} was expected");
        }
    }

    /// <summary>Loud between two seconds and quiet elsewhere, to 60 ms (codecs blur edges).</summary>
    private static void AssertBeep(Sound sound, double from, double to, double loud = 0.5)
    {
        Assert.InRange(Most(from + 0.06, to - 0.06), 0.9 * loud, 1.1 * loud);
        Assert.InRange(Most(0, from - 0.06), 0, 0.15 * loud);
        Assert.InRange(Most(to + 0.06, sound.Seconds), 0, 0.15 * loud);

        double Most(double begin, double end)
        {
            int first = (int)(begin * sound.SampleRate), last = Math.Min((int)(end * sound.SampleRate), sound.Samples.Length);
            return last <= first ? 0 : sound.Samples.AsSpan(first, last - first).ToArray().Max(MathF.Abs);
        }
    }

    private static void Refused(Action read, params string[] said)
    {
        string message = Assert.Throws<DataException>(read).Message;
        foreach (string part in said) Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain("@ 0x", message, StringComparison.Ordinal);
    }
}
