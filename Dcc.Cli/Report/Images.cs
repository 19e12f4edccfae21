// Frames, maps and sounds as data URIs. Read next: SampleViews.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal static class Images
{
    private const int HeatSide = 24;      // enough for a smooth map; the browser enlarges it
    private const int LosslessSide = 96;  // small frames are enlarged, where JPEG's blocks would show

    public static string Photograph(Picture picture)
    {
        if (Math.Max(picture.Width, picture.Height) > LosslessSide) return $"data:image/jpeg;base64,{Convert.ToBase64String(Png.Photograph(picture))}";
        using MemoryStream stream = new();
        Png.Write(stream, picture);
        return $"data:image/png;base64,{Convert.ToBase64String(stream.ToArray())}";
    }

    /// <summary>As JPEG whatever its size: for marks on a map, where bytes count.</summary>
    public static string Small(Picture picture) => $"data:image/jpeg;base64,{Convert.ToBase64String(Png.Photograph(picture))}";

    /// <summary>A layer: the hotter, the less transparent.</summary>
    public static string Heat(HeatMap map)
    {
        HeatMap heat = map.Resize(HeatSide, HeatSide).Normalized();
        return Layer(HeatSide, HeatSide, (x, y) => (ColourMap.Heat(heat.Values[y * HeatSide + x]), Opacity(heat.Values[y * HeatSide + x])));
    }

    /// <summary>Cold places keep their picture.</summary>
    private static float Opacity(float heat) => 0.8f * heat * heat;

    /// <summary>All clusters over the first frame: each position in the mean of their colours, weighted by the cubes of their shares.</summary>
    public static string VisualClusters(UnitAssignments assignments) =>
        Layer(assignments.MapWidth, assignments.MapHeight, (x, y) => Mixed(assignments.Clusters, k => VisualShare(assignments, k, x, y)));

    /// <summary>One cluster over the first frame; opaque where its share is largest, unless that is hardly more than an even share.</summary>
    public static string VisualShare(UnitAssignments assignments, int cluster)
    {
        float most = Most(assignments.MapWidth, assignments.MapHeight, assignments.Clusters, (x, y) => VisualShare(assignments, cluster, x, y));
        HeatMap shares = new HeatMap(assignments.MapWidth, assignments.MapHeight,
            [.. Enumerable.Range(0, assignments.MapWidth * assignments.MapHeight).Select(i => VisualShare(assignments, cluster, i % assignments.MapWidth, i / assignments.MapWidth) / most)]).Resize(HeatSide, HeatSide);
        return Layer(HeatSide, HeatSide, (x, y) => (ColourMap.Cluster(cluster), 0.85f * shares.Values[y * HeatSide + x]));
    }

    /// <summary>Time from left to right, low bands at the bottom.</summary>
    public static string AudioClusters(UnitAssignments assignments) =>
        Layer(assignments.AudioHeight, assignments.AudioWidth, (x, y) => Mixed(assignments.AudioClusters, k => AudioShare(assignments, k, x, y)));

    public static string AudioShare(UnitAssignments assignments, int cluster)
    {
        float most = Most(assignments.AudioHeight, assignments.AudioWidth, assignments.AudioClusters, (x, y) => AudioShare(assignments, cluster, x, y));
        return Layer(assignments.AudioHeight, assignments.AudioWidth, (x, y) => (ColourMap.Cluster(cluster), AudioShare(assignments, cluster, x, y) / most));
    }

    /// <summary>Grey values of a log-mel spectrogram [frames, bands].</summary>
    public static string Spectrogram(float[] logMel, int bands)
    {
        int frames = logMel.Length / bands;
        float low = logMel.Min(), range = Math.Max(logMel.Max() - low, 1e-6f);
        byte[] grey = new byte[logMel.Length];
        for (int band = 0; band < bands; band++)
            for (int frame = 0; frame < frames; frame++)
                grey[(bands - 1 - band) * frames + frame] = (byte)(255 * (logMel[frame * bands + band] - low) / range);
        return $"data:image/png;base64,{Convert.ToBase64String(Png.OfGrey(frames, bands, grey))}";
    }

    public static string Wav(Sound sound)
    {
        using MemoryStream stream = new();
        WavWriter.Write(stream, sound);
        return $"data:audio/wav;base64,{Convert.ToBase64String(stream.ToArray())}";
    }

    private static float VisualShare(UnitAssignments a, int k, int x, int y) => a.Visual[(k * a.Frames * a.MapHeight + y) * a.MapWidth + x];

    private static float AudioShare(UnitAssignments a, int k, int time, int row) => a.Audio[(k * a.AudioHeight + time) * a.AudioWidth + (a.AudioWidth - 1 - row)];

    /// <summary>The largest share, but at least twice an even one.</summary>
    private static float Most(int width, int height, int clusters, Func<int, int, float> share) =>
        Math.Max(2f / clusters, Enumerable.Range(0, width * height).Max(i => share(i % width, i / width)));

    private static (Rgb, float) Mixed(int clusters, Func<int, float> share)
    {
        float r = 0, g = 0, b = 0, sum = 1e-12f;
        for (int k = 0; k < clusters; k++)
        {
            Rgb colour = ColourMap.Cluster(k);
            float part = share(k) * share(k) * share(k);   // nearly even shares would all give the same grey
            (r, g, b, sum) = (r + part * colour.R, g + part * colour.G, b + part * colour.B, sum + part);
        }
        return (new Rgb((byte)(r / sum), (byte)(g / sum), (byte)(b / sum)), 1f);
    }

    private static string Layer(int width, int height, Func<int, int, (Rgb Colour, float Opacity)> pixel)
    {
        byte[] rgba = new byte[4 * width * height];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                (Rgb colour, float opacity) = pixel(x, y);
                Span<byte> at = rgba.AsSpan(4 * (y * width + x), 4);
                (at[0], at[1], at[2], at[3]) = (colour.R, colour.G, colour.B, (byte)(255 * Math.Clamp(opacity, 0f, 1f)));
            }
        return $"data:image/png;base64,{Convert.ToBase64String(Png.OfRgba(width, height, rgba))}";
    }
}
