// Asks ffprobe, through FFMpegCore, what a file holds. Read next: FfmpegChild.cs.
using System.Globalization;
using System.Text.Json;
using FFMpegCore;
using FFMpegCore.Exceptions;

namespace Dcc.Data;

internal static class MediaProbe
{
    private const string Wanted = "a sound or a video";

    /// <summary>Lists of other files and addresses, and text drawn as pictures: a file may not make the program read another one.</summary>
    private static readonly string[] refusedFormats = ["hls", "dash", "concat", "concatf", "sdp", "rtsp", "imf", "tty", "lavfi", "vapoursynth", "libopenmpt", "image2"];

    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);

    public static MediaInfo Run(string path, CancellationToken cancel)
    {
        CheckHead(path);
        string probe = Ffmpeg.Find("ffprobe", $"Reading {path}"), full = Path.GetFullPath(path);
        // FFMpegCore puts the name between quotation marks as it is.
        if (full.Contains('"')) throw new DataException($"{path} has a quotation mark in its path, which ffprobe cannot be given: rename it.");
        IMediaAnalysis found;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(limit);
        try
        {
            found = FFProbe.AnalyseAsync(full, new FFOptions { BinaryFolder = Path.GetDirectoryName(probe)! }, $"-protocol_whitelist {FfmpegChild.Protocols}", stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new DataException($"{path}: ffprobe found nothing out in {limit.TotalSeconds:F0} s, {Wanted} was expected: copy or convert the file again.");
        }
        catch (Exception failure) when (failure is FFMpegException or JsonException or FormatException or InvalidOperationException or ArgumentException or OverflowException)
        {
            cancel.ThrowIfCancellationRequested();
            string reason = failure is FFProbeProcessException { StandardError.Count: > 0 } told ? told.StandardError[0] : failure.Message.Split('\n')[0];
            throw new DataException($"{path} cannot be read as {Wanted} ({FfmpegChild.Tidy(reason, full)}): it is damaged or something else; copy or convert it again.", failure);
        }
        return Describe(path, found);
    }

    /// <summary>What is plainly something else is refused before ffprobe sees it: it takes almost anything for media.</summary>
    private static void CheckHead(string path)
    {
        using FileStream stream = InputFile.Open(path, Wanted);
        Span<byte> head = stackalloc byte[64];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (InputFile.Kind(head) is { } kind && (kind is "a text file" or "a ZIP archive" or "a PDF document" || kind.EndsWith("picture", StringComparison.Ordinal) && kind != "a GIF picture"))
            throw new DataException($"{path} is {kind}, {Wanted} was expected: name another file.");
    }

    private static MediaInfo Describe(string path, IMediaAnalysis found)
    {
        string[] formats = (found.Format.FormatName ?? "").Split(',');
        if (formats.Intersect(refusedFormats).FirstOrDefault() is { } refused) throw new DataException($"{path} is of the format {refused}, which refers to other files or is no recording; {Wanted} was expected: name the file itself.");
        double start = Seconds(found.Raw.Format.StartTime);
        VideoStream[] videos = [.. found.VideoStreams.Where(stream => !Is(stream, "attached_pic") && stream is { Width: > 0, Height: > 0 }).OrderByDescending(stream => Is(stream, "default")).ThenBy(stream => stream.Index)];
        AudioStream[] sounds = [.. found.AudioStreams.Where(stream => stream is { SampleRateHz: > 0, Channels: > 0 }).OrderByDescending(stream => Is(stream, "default")).ThenBy(stream => stream.Index)];
        if (videos.Length == 0 && sounds.Length == 0) throw new DataException($"{path} holds no sound and no video that ffmpeg can decode: name another file.");
        return new MediaInfo(path, Math.Max(0, found.Duration.TotalSeconds), videos.Length > 0 ? Video(videos[0]) : null, sounds.Length > 0 ? Audio(sounds[0]) : null);

        VideoTrack Video(VideoStream stream)
        {
            int width = stream.Width!.Value, height = stream.Height!.Value;
            (int across, int down) = stream.SampleAspectRatio;
            if (across > 0 && down > 0) width = (int)Math.Clamp(Math.Round((double)width * across / down), 1, PictureReader.MaxSide);
            if (Math.Abs(stream.Rotation) % 180 == 90) (width, height) = (height, width);
            return new VideoTrack(width, height, double.IsFinite(stream.AverageFrameRate) ? stream.AverageFrameRate : 0, StartOf(stream.Index), stream.Index);
        }

        AudioTrack Audio(AudioStream stream) => new(stream.SampleRateHz!.Value, stream.Channels!.Value, StartOf(stream.Index), stream.Index);

        double StartOf(int index) => Seconds(found.Raw.Streams.First(stream => stream.Index == index).StartTime) - start;
    }

    private static bool Is(MediaStream stream, string disposition) => stream.Disposition is { } all && all.TryGetValue(disposition, out bool set) && set;

    /// <summary>"0:01:02.500000", or with a minus before it; 0 if the file does not tell.</summary>
    private static double Seconds(string? text)
    {
        double seconds = 0;
        foreach (string part in (text ?? "").TrimStart('-').Split(':'))
            if (double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) seconds = 60 * seconds + value;
            else return 0;
        return text!.StartsWith('-') ? -seconds : seconds;
    }
}
