// One run of ffmpeg that writes to a pipe, read as it comes. Read next: FrameStream.cs, SoundStream.cs.
using System.ComponentModel;
using System.Diagnostics;

namespace Dcc.Data;

/// <summary>
/// The child writes no faster than it is read. It is ended when it is disposed, when the work is cancelled, and when it gives nothing for a minute; what it complains of is read beside its output.
/// </summary>
internal sealed class FfmpegChild : IDisposable
{
    /// <summary>A file may name no address of another: neither of the net nor of a device.</summary>
    public const string Protocols = "file";

    private static readonly TimeSpan stall = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string path;
    private readonly CancellationToken cancel;
    private readonly CancellationTokenRegistration cancelled, stalled;
    private readonly CancellationTokenSource silence = new();
    private readonly BufferedStream output;
    private volatile string? complaint;

    /// <summary>Starts `ffmpeg -i PATH arguments pipe:1`.</summary>
    public FfmpegChild(string path, IEnumerable<string> arguments, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        this.path = path;
        this.cancel = cancel;
        ProcessStartInfo start = new(Ffmpeg.Find("ffmpeg", $"Reading {path}")) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true };
        foreach (string argument in new[] { "-v", "error", "-nostdin", "-protocol_whitelist", Protocols, "-i", "file:" + Path.GetFullPath(path) }.Concat(arguments).Append("pipe:1")) start.ArgumentList.Add(argument);
        process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) => complaint ??= string.IsNullOrWhiteSpace(line.Data) ? null : Tidy(line.Data, Path.GetFullPath(path));
        try { process.Start(); }
        catch (Win32Exception failure) { throw new DataException($"{start.FileName} cannot be started ({failure.Message}): install ffmpeg again.", failure); }
        process.BeginErrorReadLine();
        output = new BufferedStream(process.StandardOutput.BaseStream, 1 << 16);
        cancelled = cancel.Register(Kill);
        stalled = silence.Token.Register(Kill);
    }

    /// <summary>The first thing that ffmpeg complained of, if it did.</summary>
    public string? Complaint => complaint;

    /// <summary>Fills the buffer, or as much of it as there is before the end. Throws if the work is cancelled.</summary>
    public int Read(Span<byte> buffer)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            silence.CancelAfter(stall);
            int got = output.Read(buffer[done..]);
            silence.CancelAfter(Timeout.Infinite);
            if (got == 0) break;
            done += got;
        }
        cancel.ThrowIfCancellationRequested();
        if (silence.IsCancellationRequested) throw new DataException($"{path}: ffmpeg gave nothing for {stall.TotalSeconds:F0} s and was ended: copy or convert the file again.");
        return done;
    }

    /// <summary>Call at the end of the output. Throws if ffmpeg was stopped from outside, or if it <paramref name="gave"/> nothing; <paramref name="what"/>: "frames".</summary>
    public void End(bool gave, string what)
    {
        if (!process.WaitForExit(stall)) Kill();
        process.WaitForExit();   // for the last line of its complaints
        // Ctrl-C reaches the child too, and perhaps first: its end is then no end of the file.
        if (process.ExitCode is 255 or 130 or 137 or 143 && cancel.WaitHandle.WaitOne(TimeSpan.FromSeconds(1))) cancel.ThrowIfCancellationRequested();
        if (process.ExitCode is 130 or 137 or 143) throw new DataException($"{path}: ffmpeg was ended from outside while it read the file: try again.");
        if (!gave) throw new DataException($"{path}: no {what} can be decoded ({complaint ?? "the stream is empty"}): it is damaged; copy or convert it again.");
    }

    /// <summary>A complaint without addresses of memory and without the path, short enough for a sentence.</summary>
    public static string Tidy(string line, string path)
    {
        if (line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and int end) line = line[(end + 2)..];
        line = line.Replace("file:" + path + ": ", "").Replace(path + ": ", "").Replace(path, Path.GetFileName(path)).Trim().TrimEnd('.');
        return line.Length > 160 ? line[..160] + "..." : line;
    }

    private void Kill()
    {
        try { process.Kill(); }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception) { }   // it has ended by itself
    }

    public void Dispose()
    {
        cancelled.Dispose();
        stalled.Dispose();
        if (!process.HasExited) Kill();
        process.WaitForExit();
        process.Dispose();
        silence.Dispose();
    }
}
