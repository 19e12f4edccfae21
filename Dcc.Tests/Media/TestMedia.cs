// Media made by ffmpeg for the tests: videos whose brightness tells the time, and pans over the samples' photographs with their recordings. Read next: MediaFileTests.cs.
using System.Diagnostics;
using Dcc.Data;

namespace Dcc.Tests;

internal static class TestMedia
{
    /// <summary>Null if tests that need ffmpeg should run, else why they are skipped.</summary>
    public static string? WhyNone => Environment.GetEnvironmentVariable("DCC_REQUIRE_FFMPEG") == "1" || Ffmpeg.IsPresent ? null : "ffmpeg or ffprobe is not on the PATH.";

    /// <summary>Brightness (the picture's Y) of <see cref="Clock"/> at a second: 40 a second, from 20 on.</summary>
    public static double BrightnessAt(double second) => 20 + 40 * second;

    /// <summary>An input of grey frames that grow brighter with time, 48 x 32; the left half is red-tinted, so that a turn shows.</summary>
    public static string[] Clock(double seconds, int rate = 25) =>
        ["-f", "lavfi", "-i", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"color=black:s=48x32:r={rate}:d={seconds},format=yuv444p,geq=lum='20+40*T':cb=128:cr='if(lt(X,24),168,128)'")];

    /// <summary>An input of silence with a loud tone from one second to another.</summary>
    public static string[] Beep(double seconds, double from, double to, int rate = 44100) =>
        ["-f", "lavfi", "-i", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"aevalsrc='0.5*sin(2*PI*440*t)*between(t,{from},{to})':s={rate}:d={seconds}")];

    /// <summary>A slow pan over a photograph of the samples with a recording of them, the sound repeated to the length.</summary>
    public static string Pan(string file, string picture, string sound, double seconds, params string[] more)
    {
        string length = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Make(file, ["-loop", "1", "-framerate", "10", "-t", length, "-i", Sample(picture), "-stream_loop", "-1", "-t", length, "-i", Sample(sound),
            "-vf", $"scale=96:72,crop=64:48:'(iw-ow)*t/{length}':'(ih-oh)*t/{length}',format=yuv420p", "-shortest", .. more]);
    }

    public static string Sample(string name) => Path.Combine(Repository.Root, "samples", name);

    /// <summary>Runs ffmpeg; returns the file.</summary>
    public static string Make(string file, params string[] arguments)
    {
        ProcessStartInfo start = new("ffmpeg") { RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in new[] { "-v", "error", "-nostdin", "-y" }.Concat(arguments).Append(file)) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ffmpeg could not make {Path.GetFileName(file)}: {said}");
        return file;
    }

    /// <summary>A file cut off after a share of its bytes.</summary>
    public static string Truncate(string file, double share)
    {
        using FileStream stream = new(file, FileMode.Open);
        stream.SetLength((long)(stream.Length * share));
        return file;
    }
}

/// <summary>A fact that needs ffmpeg and prints why it is skipped where there is none; DCC_REQUIRE_FFMPEG=1 (set in CI) makes its absence a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegFactAttribute : FactAttribute
{
    public FfmpegFactAttribute() => Skip = TestMedia.WhyNone;
}

/// <summary>A theory that needs ffmpeg; see <see cref="FfmpegFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegTheoryAttribute : TheoryAttribute
{
    public FfmpegTheoryAttribute() => Skip = TestMedia.WhyNone;
}
