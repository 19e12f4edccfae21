// The strip below a video: time and confidence in words, the spectrogram in the clusters' colours, the confidence of each second, the clusters' activity, and a line that moves. Read next: HeatVideoRenderer.cs.
using System.Globalization;
using Dcc.Data;

namespace Dcc.Cli;

/// <summary>A page of the strip shows ten seconds, or the whole of a video little longer; it is drawn once, and the moving line over it.</summary>
internal sealed class Strip
{
    private const double PageSeconds = 10, WholeSeconds = 12;
    private const int MostLanes = 12;
    private const int Head = 13, Sound = 64, Bars = 13, Lane = 8, Gap = 2;   // heights, times the scale

    private static readonly Rgb ground = new(17, 18, 22), dim = new(150, 154, 162), bright = new(236, 238, 242), bar = new(88, 132, 158);

    private readonly HeatTrack track;
    private readonly IReadOnlyList<HeatSecond> seconds;
    private readonly int[] lanes;
    private readonly int width, scale;
    private readonly double pageSeconds;
    private readonly float quietest, loudest, mostActive;
    private Canvas? page;
    private int pageNumber = -1;

    /// <param name="track">What is shown.</param>
    /// <param name="width">Pixels; even.</param>
    public Strip(HeatTrack track, int width)
    {
        this.track = track;
        this.width = width;
        scale = Math.Max(1, (width + 400) / 800);
        seconds = track.PerSecond();
        pageSeconds = track.Seconds <= WholeSeconds ? Math.Max(track.Seconds, 0.1) : PageSeconds;
        lanes = [.. Enumerable.Range(0, track.Clusters).OrderByDescending(k => track.Windows.Sum(window => track.Activity(window, k))).Take(MostLanes).Order()];
        int every = Math.Max(1, track.Spectrogram.Length / 200_000);   // enough of a long sound to know its range
        float[] sorted = [.. track.Spectrogram.Where((_, i) => i % every == 0).Select(value => (float)value).Order()];
        quietest = sorted.Length > 0 ? sorted[0] : 0;
        loudest = sorted.Length > 0 ? Math.Max(sorted[(int)(0.998 * (sorted.Length - 1))], quietest + 1e-3f) : 1;
        mostActive = Math.Max(1e-6f, track.Windows.Max(window => lanes.Max(k => track.Activity(window, k))));
        Height = (scale * (Head + Sound + Gap + Bars + Gap + lanes.Length * (Lane + 1) + 1) + 1) / 2 * 2;
    }

    /// <summary>Pixels; even.</summary>
    public int Height { get; }

    /// <summary>Draws the strip as it is at a second, across the canvas from row <paramref name="top"/> on.</summary>
    public void Draw(Canvas canvas, int top, double second)
    {
        int number = (int)(Math.Clamp(second, 0, Math.Max(0, track.Seconds - 1e-6)) / pageSeconds);
        if (number != pageNumber) (page, pageNumber) = (Page(number), number);
        canvas.Draw(page!, top);
        Words(canvas, top, second);
        int at = (int)((second / pageSeconds - number) * width);
        canvas.Fill(at - scale, top + scale * Head, scale, Height - scale * Head, ground, 0.6f);
        canvas.Fill(at, top + scale * Head, scale, Height - scale * Head, bright);
        canvas.Fill(at + scale, top + scale * Head, scale, Height - scale * Head, ground, 0.6f);
    }

    private void Words(Canvas canvas, int top, double second)
    {
        HeatSecond? now = seconds.FirstOrDefault(each => each.Second == (int)second) ?? seconds.LastOrDefault();
        int y = top + 3 * scale, x = canvas.Text(4 * scale, y, $"{Clock(second)} / {Clock(track.Seconds)}", bright, scale) + 8 * scale;
        x = now is { Silent: false, Confidence: { } confidence }
            ? canvas.Text(x, y, string.Create(CultureInfo.InvariantCulture, $"confidence {confidence:F2}"), bright, scale)
            : canvas.Text(x, y, "silence", dim, scale);
        int legend = 64 * scale, left = width - legend - 4 * scale, word = left - Canvas.TextWidth("heat", scale) - 4 * scale;
        if (word < x + 8 * scale) return;
        canvas.Text(word, y, "heat", dim, scale);
        for (int i = 0; i < legend; i++) canvas.Fill(left + i, y, 1, SmallFont.Height * scale, ground.Towards(ColourMap.Heat((float)i / legend), HeatOverlay.Opacity((float)i / legend) / HeatOverlay.Opacity(1)));
    }

    private static string Clock(double second) => string.Create(CultureInfo.InvariantCulture, $"{(int)(second / 60)}:{(int)(second % 60):00}");

    private Canvas Page(int number)
    {
        Canvas drawn = new(width, Height);
        drawn.Fill(0, 0, width, Height, ground);
        double start = number * pageSeconds;
        int top = scale * Head, bars = top + scale * (Sound + Gap), first = bars + scale * (Bars + Gap);
        for (int x = 0; x < width; x++)
        {
            double second = start + (x + 0.5) / width * pageSeconds;
            if (second >= track.Seconds) break;
            DrawColumn(drawn, x, top, second);
            for (int lane = 0; lane < lanes.Length; lane++)
                drawn.Fill(x, first + lane * scale * (Lane + 1), 1, scale * Lane, ColourMap.Cluster(lanes[lane]), Math.Clamp(ActivityAt(second, lanes[lane]) / mostActive, 0.06f, 1));
        }
        foreach (HeatSecond each in seconds) DrawSecond(drawn, each, start, bars);
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            string name = $"{lanes[lane] + 1}";
            int row = first + lane * scale * (Lane + 1);
            drawn.Fill(0, row, Canvas.TextWidth(name, scale) + 5 * scale, scale * Lane, ground);
            drawn.Text(2 * scale, row + scale, name, ColourMap.Cluster(lanes[lane]), scale);
        }
        return drawn;
    }

    /// <summary>One column of the spectrogram: as bright as it is loud, in the clusters' colours by their shares at that pitch.</summary>
    private void DrawColumn(Canvas drawn, int x, int top, double second)
    {
        (HeatWindow a, HeatWindow b, float between) = track.Around(second);
        Rgb[] colours = [.. Enumerable.Range(0, track.MelRows).Select(mel => Mixed(k => a.SoundShares[k * track.MelRows + mel] * (1 - between) + b.SoundShares[k * track.MelRows + mel] * between))];
        int columns = track.Spectrogram.Length / track.Bands, column = Math.Clamp((int)(second / track.ColumnSeconds), 0, columns - 1), height = scale * Sound;
        for (int y = 0; y < height; y++)
        {
            int band = (height - 1 - y) * track.Bands / height;
            float loud = Math.Clamp(((float)track.Spectrogram[column * track.Bands + band] - quietest) / (loudest - quietest), 0, 1);
            loud = MathF.Sqrt(loud);   // brighter, or quiet tones would not be seen
            drawn.Put(x, top + y, new Rgb(0, 0, 0).Towards(colours[band * track.MelRows / track.Bands], loud));
        }
    }

    /// <summary>The mean of the clusters' colours, weighted by the cubes of their shares: nearly even ones would all give the same grey.</summary>
    private Rgb Mixed(Func<int, float> share)
    {
        float r = 0, g = 0, b = 0, sum = 1e-12f;
        for (int k = 0; k < track.Clusters; k++)
        {
            Rgb colour = ColourMap.Cluster(k);
            float part = share(k) * share(k) * share(k);
            (r, g, b, sum) = (r + part * colour.R, g + part * colour.G, b + part * colour.B, sum + part);
        }
        return new Rgb((byte)(r / sum), (byte)(g / sum), (byte)(b / sum));
    }

    private void DrawSecond(Canvas drawn, HeatSecond each, double start, int top)
    {
        int left = (int)((each.Second - start) / pageSeconds * width), right = (int)((Math.Min(each.Second + 1, track.Seconds) - start) / pageSeconds * width);
        if (right <= 0 || left >= width) return;
        drawn.Fill(left, top, scale, scale * Bars, dim, 0.5f);
        int room = right - left - 3 * scale, high = (int)Math.Round(scale * Bars * Math.Clamp(each.Confidence ?? 0, 0, 1));
        drawn.Fill(left + scale, top + scale * Bars - high, right - left - scale, high, bar);
        string text = each.Confidence is { } confidence ? confidence.ToString("F2", CultureInfo.InvariantCulture) : "silence";
        if (Canvas.TextWidth(text, scale) <= room) drawn.Text(left + 3 * scale, top + 3 * scale, text, each.Silent ? dim : bright, scale);
    }

    private float ActivityAt(double second, int cluster)
    {
        (HeatWindow a, HeatWindow b, float between) = track.Around(second);
        return track.Activity(a, cluster) * (1 - between) + track.Activity(b, cluster) * between;
    }
}
