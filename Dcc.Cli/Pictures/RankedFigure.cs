// One scene by its best clusters: the frame above, the spectrogram below, then both under the shares of the first, second and third cluster. Read next: ../Commands/Evaluate/UnderstandingCommand.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal static class RankedFigure
{
    /// <summary>Clusters shown.</summary>
    public const int Top = 3;

    private const int Border = 4;

    /// <summary>Columns are the scene and its best clusters, each in a border of the cluster's colour: the same colour is the same cluster in every figure.</summary>
    public static Picture Draw(LabelledPair pair, UnitAnalysis unit, IReadOnlyList<RankedCluster> ranked, int bands)
    {
        Picture given = pair.Picture();
        Picture frame = Figures.Enlarge(given), spectrogram = Figures.Draw((x, y) => Figures.Grey(unit, x, y, bands));
        Picture Boxed(Picture picture) => Figures.WithBoxes(picture, pair.Boxes.Select(box => (box.Box, box.Sounds)), given.Width);
        return Figures.Grid(
        [
            [Boxed(frame), spectrogram],
            .. ranked.Take(Top).Select(cluster => new[]
            {
                Bordered(Boxed(Overlay.Blend(frame, ClusterRanking.InPicture(unit.Assignments, cluster.Cluster))), cluster.Cluster),
                Bordered(Overlay.Blend(spectrogram, ClusterRanking.InSound(unit.Assignments, cluster.AudioCluster)), cluster.Cluster),
            }),
        ]);
    }

    private static Picture Bordered(Picture picture, int cluster)
    {
        byte[] rgb = [.. picture.Rgb];
        for (int y = 0; y < picture.Height; y++)
            for (int x = 0; x < picture.Width; x++)
                if (Math.Min(Math.Min(x, picture.Width - 1 - x), Math.Min(y, picture.Height - 1 - y)) < Border) Figures.Put(rgb, y * picture.Width + x, ColourMap.Cluster(cluster));
        return new Picture(picture.Width, picture.Height, rgb);
    }
}
