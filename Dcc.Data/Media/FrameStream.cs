// The frames of a video, one after the other, with the times at which they show. Read next: RawMatroska.cs.
using System.Globalization;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>ffmpeg chooses, turns and scales the frames and writes them raw into a Matroska stream, which carries each frame's own time; nothing is written to disk.</summary>
internal sealed class FrameStream : IDisposable
{
    private readonly FfmpegChild child;
    private readonly RawMatroska container;
    private readonly string path;
    private double last = double.NegativeInfinity;
    private bool gave, ended;

    public FrameStream(MediaInfo media, FrameRequest request, CancellationToken cancel)
    {
        path = media.Path;
        VideoTrack video = media.Video ?? throw new DataException($"{media.Path} holds no moving pictures, only sound: name a video.");
        child = new FfmpegChild(media.Path, Arguments(video, request), cancel);
        container = new RawMatroska(child.Read, media.Path);
    }

    /// <summary>What ffmpeg complained of, known at the end: the file is damaged, and what came is what could be decoded.</summary>
    public string? Complaint => ended ? child.Complaint : null;

    /// <summary>The next frame; null at the end.</summary>
    public TimedFrame? Next()
    {
        while (!ended && container.Next() is { } block)
        {
            if (block.Pixels.Length != 3L * container.Width * container.Height)
                throw new DataException($"{path}: ffmpeg gave a frame of {block.Pixels.Length:N0} bytes, {container.Width} x {container.Height} pixels have {3L * container.Width * container.Height:N0}: convert the video again.");
            gave = true;
            double seconds = block.Milliseconds / 1000.0;
            if (seconds <= last) continue;   // two frames at one time, in a damaged file
            last = seconds;
            return new TimedFrame(seconds, new Picture(container.Width, container.Height, block.Pixels));
        }
        if (!ended) child.End(gave, "frames");
        ended = true;
        return null;
    }

    /// <summary>The size of a track's frames under a request.</summary>
    public static (int Width, int Height) Size(VideoTrack video, int maxSide)
    {
        double scale = maxSide == 0 ? 1 : Math.Min(1, (double)maxSide / Math.Max(video.Width, video.Height));
        return (Side(video.Width), Side(video.Height));

        int Side(int length) => Math.Max(1, (int)Math.Round(length * scale));
    }

    private static string[] Arguments(VideoTrack video, FrameRequest request)
    {
        (int width, int height) = Size(video, request.MaxSide);
        string scale = $"scale={width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int,setsar=1,format=rgb24";
        // The first frame of each stretch. A time that is meant to lie on the grid may be a hair before it.
        string rate = request.FramesPerSecond.ToString("R", CultureInfo.InvariantCulture);
        string select = request.FramesPerSecond == 0 ? "" : $"select='isnan(prev_selected_t)+gt(floor(t*{rate}+1e-4),floor(prev_selected_t*{rate}+1e-4))',";
        // Without -enc_time_base times are rounded to the average frame rate.
        return ["-map", $"0:{video.Stream}", "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-vf", select + scale, "-enc_time_base", "1:1000", "-c:v", "rawvideo", "-allow_raw_vfw", "1", "-f", "matroska"];
    }

    public void Dispose() => child.Dispose();
}
