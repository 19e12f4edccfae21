// Frames become a video file, and the sound of another file is put beside them. Read next: FfmpegChild.cs, which reads; ../../docs/heat-map-videos.md.
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Dcc.Data;

/// <summary>
/// Frames are written one by one to an ffmpeg that encodes as they come; nothing else is kept. <see cref="Finish"/> ends the file and takes the sound of the source as it is, or, where the container has no
/// place for its codec, encoded anew. Until then the file named does not exist; what was encoded lies beside it and goes when this is disposed.
/// </summary>
public sealed class VideoEncoder : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<string, string> containers = new(StringComparer.OrdinalIgnoreCase) { [".mp4"] = "mp4", [".m4v"] = "mp4", [".mov"] = "mov", [".mkv"] = "matroska", [".webm"] = "webm" };

    private readonly string path, pictures;
    private readonly int width, height;
    private readonly Process process;
    private readonly Stream input;
    private volatile string? complaint;
    private bool ended;

    /// <param name="path">The video to be made; its ending says the container: .mp4, .m4v, .mov, .mkv, .webm.</param>
    /// <param name="width">Of every frame; even, as the usual pixel format asks.</param>
    /// <param name="height">Of every frame; even.</param>
    /// <param name="framesPerSecond">Greater than 0.</param>
    /// <exception cref="DataException">The ending is unknown, or ffmpeg is missing or lacks an encoder.</exception>
    public VideoEncoder(string path, int width, int height, double framesPerSecond)
    {
        if (width % 2 != 0 || height % 2 != 0 || width < 2 || height < 2) throw new ArgumentException($"Frames need an even width and height, got {width} x {height}.");
        RequireKnown(path);
        string program = Ffmpeg.Find("ffmpeg", $"Writing {path}");
        this.path = path;
        this.width = width;
        this.height = height;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        pictures = Path.Combine(folder, $"{Path.GetFileName(path)}.{Guid.NewGuid():N}.part");
        string rate = framesPerSecond.ToString("F6", CultureInfo.InvariantCulture);
        process = Start(program,
        [
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", FormattableString.Invariant($"{width}x{height}"), "-framerate", rate, "-i", "pipe:0", "-an",
            // Said once in the conversion and once in the file, or players guess the colours from the size.
            "-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
            .. Codec(program, Container), "-f", Container, pictures,
        ], readsInput: true);
        input = process.StandardInput.BaseStream;
    }

    private string Container => containers[Path.GetExtension(path)];

    public static void RequireKnown(string path)
    {
        if (!containers.ContainsKey(Path.GetExtension(path))) throw new DataException($"{path} has an ending that says no video format: end it in {string.Join(", ", containers.Keys)}.");
    }

    /// <summary>The next frame, [height * width * 3] red green blue; waits while the encoder is busy.</summary>
    public void Write(ReadOnlySpan<byte> rgb)
    {
        if (rgb.Length != 3 * width * height) throw new ArgumentException($"A frame of {width} x {height} has {3 * width * height} bytes, got {rgb.Length}.");
        try { input.Write(rgb); }
        catch (IOException failure)
        {
            process.WaitForExit(patience);
            throw new DataException($"{path}: ffmpeg stopped before the last frame ({complaint ?? "it says no reason"}): make room on the disk, or choose another ending.", failure);
        }
    }

    /// <summary>Ends the pictures, adds the sound, and gives the whole its name.</summary>
    /// <param name="name">Usually the path this was made with; another one of the same ending for a part.</param>
    /// <param name="source">The file whose sound is taken; its streams and second 0 are as <see cref="MediaFile.Probe(string)"/> says.</param>
    /// <param name="isPart">The sound ends with the pictures.</param>
    public void Finish(string name, MediaInfo source, bool isPart)
    {
        End();
        string program = Ffmpeg.Find("ffmpeg", $"Writing {name}"), whole = $"{Path.GetFullPath(name)}.{Guid.NewGuid():N}.part";
        try
        {
            string[] kept = ["-c:a", "copy"], anew = Container == "webm" ? ["-c:a", "libopus", "-b:a", "128k"] : ["-c:a", "aac", "-b:a", "192k"];
            if (Join(kept) is not null && Join(anew) is { } reason) throw new DataException($"{name}: the sound of {source.Path} cannot be put beside the pictures ({reason}): choose the ending .mkv.");
            File.Move(whole, name, overwrite: true);
        }
        finally { File.Delete(whole); }

        // What ffmpeg says if it fails.
        string? Join(string[] codec)
        {
            complaint = null;
            string[] sound = source.Audio is { } audio ? ["-map", FormattableString.Invariant($"1:{audio.Stream}"), .. codec] : [];
            using Process join = Start(program,
            [
                "-y", "-i", "file:" + pictures, "-protocol_whitelist", FfmpegChild.Protocols, "-i", "file:" + Path.GetFullPath(source.Path), "-map", "0:v", "-c:v", "copy", .. sound, "-map_metadata", "-1", "-map_chapters", "-1",
                .. isPart ? new[] { "-shortest" } : [], .. Container is "mp4" or "mov" ? new[] { "-movflags", "+faststart" } : [], "-f", Container, whole,
            ], readsInput: false);
            Wait(join);
            return join.ExitCode == 0 ? null : complaint ?? $"ffmpeg ended with {join.ExitCode}";
        }
    }

    private void End()
    {
        if (ended) return;
        ended = true;
        try { input.Dispose(); }
        catch (IOException) { }   // Ctrl-C reaches ffmpeg as well: it has ended its file already
        Wait(process);
        if (!File.Exists(pictures) || new FileInfo(pictures).Length == 0) throw new DataException($"{path}: ffmpeg wrote nothing ({complaint ?? "it says no reason"}): make room on the disk, or choose another ending.");
    }

    private Process Start(string program, IEnumerable<string> arguments, bool readsInput)
    {
        ProcessStartInfo start = new(program) { RedirectStandardInput = readsInput, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true };
        foreach (string argument in new[] { "-v", "error", "-nostdin" }.Concat(arguments)) start.ArgumentList.Add(argument);
        Process started = new() { StartInfo = start };
        started.ErrorDataReceived += (_, line) => complaint ??= string.IsNullOrWhiteSpace(line.Data) ? null : FfmpegChild.Tidy(line.Data, Path.GetFullPath(path));
        try { started.Start(); }
        catch (Win32Exception failure) { throw new DataException($"{program} cannot be started ({failure.Message}): install ffmpeg again.", failure); }
        started.BeginErrorReadLine();
        return started;
    }

    private static void Wait(Process process)
    {
        if (!process.WaitForExit(patience)) process.Kill();
        process.WaitForExit();   // for the last line of its complaints
    }

    /// <summary>H.264 where this ffmpeg has it; what every ffmpeg has, where not.</summary>
    private static string[] Codec(string program, string container)
    {
        if (container == "webm") return Has(program, "libvpx-vp9") ? ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1", "-b:v", "0", "-crf", "28"] : throw new DataException("This ffmpeg has no encoder for .webm: choose the ending .mp4.");
        return Has(program, "libx264") ? ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18"] : ["-c:v", "mpeg4", "-q:v", "3"];
    }

    private static bool Has(string program, string encoder)
    {
        using Process list = Process.Start(new ProcessStartInfo(program, ["-hide_banner", "-v", "error", "-encoders"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true })!;
        list.ErrorDataReceived += (_, _) => { };
        list.BeginErrorReadLine();
        string all = list.StandardOutput.ReadToEnd();
        list.WaitForExit();
        return all.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Contains(encoder);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
        File.Delete(pictures);
    }
}
