// Places pictures and sounds on a plane. Read next: ../../Dcc.Model/Evaluation/PrincipalAxes.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal static class EmbeddingMap
{
    /// <summary>Classes with a colour of their own; the rarer ones share one.</summary>
    public const int Classes = 9;

    private const int Fewest = 3, Most = 200, ThumbnailSide = 64;

    /// <summary>Null if there are fewer than three samples. Of many the first.</summary>
    public static EmbeddingView? Of(IEnumerable<Analysed> analysed, DccOptions options)
    {
        Analysed[] items = [.. analysed.Take(Most)];
        if (items.Length < Fewest) return null;
        float[][] pictures = [.. items.Select(item => Vector(item.Analysis.VisualCentres, options))], sounds = [.. items.Select(item => Vector(item.Analysis.AudioCentres, options))];
        PrincipalAxes axes = PrincipalAxes.Of([.. Centred(pictures), .. Centred(sounds)]);
        return new EmbeddingView(
            [.. items.Select((item, i) => new EmbeddedPair(item.Sample.Title, item.Sample.Class, item.Cluster, item.Analysis.Similarity, axes.Coordinates[i], axes.Coordinates[items.Length + i],
                Images.Small(Thumbnail.Of(item.Sample.Picture(), ThumbnailSide))))],
            axes.Shares);
    }

    /// <summary>All centres one after the other. The Euclidean profile may have other numbers of clusters for pictures and sounds: there the mean centre.</summary>
    private static float[] Vector(float[] centres, DccOptions options)
    {
        if (options.Profile == ClusteringProfile.Projected) return centres;
        int dims = options.Visual.OutChannels;
        float[] mean = new float[dims];
        for (int i = 0; i < centres.Length; i++) mean[i % dims] += centres[i] * dims / centres.Length;
        return mean;
    }

    private static IEnumerable<float[]> Centred(float[][] rows)
    {
        float[] mean = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Average(row => row[c]))];
        return rows.Select(row => row.Select((value, c) => value - mean[c]).ToArray());
    }
}
