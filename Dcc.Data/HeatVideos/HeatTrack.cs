// What a model says of a video, window after window. Read next: HeatTrackReader.cs, which makes it; HeatScale.cs, which colours it.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// One window: a frame and the sound around it. <paramref name="Second"/> is its middle. <paramref name="Level"/> is the loudness near it, root mean square in decibels of full scale, negative infinity for
/// digital silence. A window that is <paramref name="Silent"/> has confidence 0 and its map means nothing.
/// </summary>
/// <param name="Second">The middle, on the file's time line.</param>
/// <param name="Map">Raw heat, at the size of the network's map.</param>
/// <param name="Confidence">By <see cref="SilenceConfidence"/>, rule positive: 0..1.</param>
/// <param name="Similarity">S of sound and frame.</param>
/// <param name="Level">Decibels of full scale.</param>
/// <param name="Silent">The level is below what was asked for.</param>
/// <param name="Agreement">[clusters]: the cosine of a cluster's two centres, -1..1.</param>
/// <param name="SoundShares">[clusters, mel]: the part of the sound at the middle that a cluster takes, by pitch, low ones first; over clusters they sum to 1, but for the Euclidean profile, where clusters may have one partner.</param>
public sealed record HeatWindow(double Second, HeatMap Map, double Confidence, float Similarity, double Level, bool Silent, float[] Agreement, float[] SoundShares);

/// <summary>The windows of a video at an even step, and its spectrogram.</summary>
public sealed class HeatTrack
{
    internal HeatTrack(double hopSeconds, IReadOnlyList<HeatWindow> windows, double seconds, int clusters, int melRows, Half[] spectrogram, int bands, double columnSeconds)
    {
        HopSeconds = hopSeconds;
        Windows = windows;
        Seconds = seconds;
        Clusters = clusters;
        MelRows = melRows;
        Spectrogram = spectrogram;
        Bands = bands;
        ColumnSeconds = columnSeconds;
    }

    /// <summary>From the middle of a window to the next: window i lies at i times this.</summary>
    public double HopSeconds { get; }

    /// <summary>At least one.</summary>
    public IReadOnlyList<HeatWindow> Windows { get; }

    /// <summary>Until the last frame has shown and the sound has ended.</summary>
    public double Seconds { get; }

    public int Clusters { get; }

    /// <summary>Rows of <see cref="HeatWindow.SoundShares"/> for each cluster.</summary>
    public int MelRows { get; }

    /// <summary>[columns, bands], log-mel as the network sees it.</summary>
    public Half[] Spectrogram { get; }

    public int Bands { get; }

    /// <summary>From one column of the spectrogram to the next.</summary>
    public double ColumnSeconds { get; }

    /// <summary>How active a cluster is in a window, 0..1: its share of the sound, as far as its sound and picture agree. 0 in silence.</summary>
    public float Activity(HeatWindow window, int cluster) => window.Silent ? 0 : Math.Max(0, window.Agreement[cluster]) * SoundShare(window, cluster);

    /// <summary>The mean share of a cluster over pitches.</summary>
    public float SoundShare(HeatWindow window, int cluster) => window.SoundShares.Skip(cluster * MelRows).Take(MelRows).Average();

    /// <summary>The two windows around a second, and how far it lies from the first towards the second.</summary>
    public (HeatWindow First, HeatWindow Second, float Between) Around(double second)
    {
        double place = Math.Clamp(second / HopSeconds, 0, Windows.Count - 1);
        int first = (int)place;
        return (Windows[first], Windows[Math.Min(first + 1, Windows.Count - 1)], (float)(place - first));
    }

    /// <summary>What is said of each second: the means over its windows that are not silent; none if most are. A last second shorter than a hop is left out.</summary>
    public IReadOnlyList<HeatSecond> PerSecond() =>
        [.. Windows.GroupBy(window => (int)Math.Floor(window.Second + 1e-9)).Where(group => group.Key < Math.Max(1, Seconds - HopSeconds)).Select(group => HeatSecond.Of(this, group.Key, [.. group]))];
}

/// <summary>A second of a video. Peak is the hottest place, in shares of the frame; it and the numbers are null in silence.</summary>
public sealed record HeatSecond(int Second, bool Silent, double Level, double? Confidence, double? Similarity, double? PeakX, double? PeakY, IReadOnlyList<double> Activities)
{
    internal static HeatSecond Of(HeatTrack track, int second, IReadOnlyList<HeatWindow> windows)
    {
        HeatWindow[] sounding = [.. windows.Where(window => !window.Silent)];
        bool silent = 2 * sounding.Length < windows.Count;
        double level = 10 * Math.Log10(windows.Where(window => window.Silent == silent).Average(window => Math.Pow(10, window.Level / 10)));
        if (silent) return new HeatSecond(second, true, level, null, null, null, null, [.. Enumerable.Repeat(0.0, track.Clusters)]);
        HeatMap mean = sounding[0].Map with { Values = [.. Enumerable.Range(0, sounding[0].Map.Values.Length).Select(i => sounding.Average(window => window.Map.Values[i]))] };
        (int x, int y) = mean.Peak();
        return new HeatSecond(second, false, level, sounding.Average(window => window.Confidence), sounding.Average(window => window.Similarity), (x + 0.5) / mean.Width, (y + 0.5) / mean.Height,
            [.. Enumerable.Range(0, track.Clusters).Select(k => sounding.Average(window => (double)track.Activity(window, k)))]);
    }
}
