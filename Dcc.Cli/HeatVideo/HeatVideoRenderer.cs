// Draws a video anew with heat over it and the strip below, frame by frame into the encoder. Read next: HeatOverlay.cs, Strip.cs, ../../Dcc.Data/Media/VideoEncoder.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>How a video is drawn. <paramref name="MostFramesPerSecond"/> and <paramref name="MaxSide"/> (0: none) make it smaller than its source, never larger.</summary>
internal sealed record HeatVideoOptions(double MostFramesPerSecond, int MaxSide);

/// <summary>Some frames are in memory at a time, whatever the length of the video.</summary>
internal sealed class HeatVideoRenderer(HeatTrack track, MediaInfo media, HeatVideoOptions options)
{
    private const double UsualFramesPerSecond = 25;

    private readonly HeatScale scale = HeatScale.Of(track.Windows);

    public HeatScale Scale => scale;

    /// <summary>Even in time, though the source need not be: its average, or the usual rate where it tells none.</summary>
    public double FramesPerSecond => Math.Clamp(media.Video!.FramesPerSecond > 0 ? media.Video.FramesPerSecond : UsualFramesPerSecond, 1, options.MostFramesPerSecond);

    /// <summary>Pixels of the video part, without the strip; known after <see cref="Render"/>.</summary>
    public (int Width, int Height) Size { get; private set; }

    /// <summary>Makes the video. Cancelled, it makes what is done a video under another name, reports that, and throws.</summary>
    /// <param name="path">The video to be made.</param>
    /// <param name="progress">Share done, 0 to 1.</param>
    /// <param name="kept">Told the name of a part that was kept.</param>
    /// <param name="cancel">Stops between frames.</param>
    public void Render(string path, IProgress<double>? progress, Action<string> kept, CancellationToken cancel)
    {
        using NearestFrames frames = new(MediaFile.ReadFrames(media.Path, new FrameRequest(0, options.MaxSide), cancel));
        Picture first = frames.At(0);
        Size = (first.Width, first.Height);
        int width = Even(first.Width), height = Even(first.Height), done = 0, all = Math.Max(1, (int)Math.Round(track.Seconds * FramesPerSecond));
        Strip strip = new(track, width);
        Canvas canvas = new(width, height + strip.Height);
        using VideoEncoder encoder = new(path, canvas.Width, canvas.Height, FramesPerSecond);
        try
        {
            for (; done < all; done++)
            {
                cancel.ThrowIfCancellationRequested();
                Draw(canvas, frames.At(done / FramesPerSecond), strip, height, done / FramesPerSecond);
                Give(encoder, canvas, cancel);
                progress?.Report((done + 1.0) / all);
            }
        }
        catch (OperationCanceledException) when (done > 0)
        {
            string part = Path.ChangeExtension(path, $".part{Path.GetExtension(path)}");
            encoder.Finish(part, media, isPart: true);
            kept(part);
            throw;
        }
        encoder.Finish(path, media, isPart: false);
    }

    private void Draw(Canvas canvas, Picture frame, Strip strip, int top, double second)
    {
        HeatOverlay.Draw(frame, scale.MapAt(track, second), canvas);
        strip.Draw(canvas, top, second);
        (HeatWindow a, HeatWindow b, float between) = track.Around(second);
        if ((between < 0.5f ? a : b).Silent) Label(canvas, "silence");
    }

    /// <summary>Top left, dark behind it.</summary>
    private static void Label(Canvas canvas, string text)
    {
        int size = Math.Max(1, (canvas.Width + 160) / 320), width = Canvas.TextWidth(text, size);
        canvas.Fill(4 * size, 4 * size, width + 8 * size, (SmallFont.Height + 6) * size, new Rgb(0, 0, 0), 0.6f);
        canvas.Text(8 * size, 7 * size, text, new Rgb(255, 255, 255), size);
    }

    /// <summary>Ctrl-C reaches the encoder as well: its end is then not its fault.</summary>
    private static void Give(VideoEncoder encoder, Canvas canvas, CancellationToken cancel)
    {
        try { encoder.Write(canvas.Rgb); }
        catch (DataException) when (cancel.WaitHandle.WaitOne(TimeSpan.FromSeconds(1))) { cancel.ThrowIfCancellationRequested(); }
    }

    /// <summary>The usual pixel format keeps one colour for two pixels: an odd side gets a line of background.</summary>
    private static int Even(int side) => (side + 1) / 2 * 2;
}
