// The figures of docs/dcc.md, drawn from a finished demo run: dcc demo --figures docs/figures. Read next: Overlay.cs.
using Dcc.Data;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Cli;

/// <summary>Columns are the first test scenes, not chosen ones; rows are what the model makes of them.</summary>
internal static class Figures
{
    private const int Gap = 6, Columns = 6;

    /// <summary>Pixels a side of one picture of a figure.</summary>
    internal const int Cell = 128;

    private static readonly Rgb Sounding = new(255, 255, 255), Silent = new(20, 20, 20);

    /// <summary>one-of-two.png: frame, map against the mean audio centre, the paper's map. clusters.png: frame by cluster, spectrogram, spectrogram by cluster.</summary>
    public static void Write(DemoRun run, string folder)
    {
        Scene[] scenes = [.. run.Tests.OneOfTwo.Take(Columns)];
        IReadOnlyList<UnitAnalysis> analyses = run.Model.Analyze(SceneTestSet.Batch(scenes));
        Picture[][] maps = [.. scenes.Select((scene, i) => new[]
        {
            WithBoxes(Enlarge(scene.Frame(0)), scene),
            WithBoxes(Overlay.Blend(Enlarge(scene.Frame(0)), analyses[i].Map(HeatMapKind.AgainstMean)), scene),
            WithBoxes(Overlay.Blend(Enlarge(scene.Frame(0)), analyses[i].Map(HeatMapKind.Paper)), scene),
        })];
        Picture[][] clusters = [.. analyses.Select(unit => new[]
        {
            Draw((x, y) => Shares(unit.Assignments.Clusters, k => unit.Assignments.Visual[(k * unit.Assignments.Frames * unit.Assignments.MapHeight + Scaled(y, unit.Assignments.MapHeight)) * unit.Assignments.MapWidth + Scaled(x, unit.Assignments.MapWidth)])),
            Draw((x, y) => Grey(unit, x, y, run.Model.Options.LogMel.Bands)),
            Draw((x, y) => Shares(unit.Assignments.AudioClusters, k => unit.Assignments.Audio[(k * unit.Assignments.AudioHeight + Scaled(x, unit.Assignments.AudioHeight)) * unit.Assignments.AudioWidth + unit.Assignments.AudioWidth - 1 - Scaled(y, unit.Assignments.AudioWidth)])),
        })];
        Save(Path.Combine(folder, "one-of-two.png"), Grid(maps));
        Save(Path.Combine(folder, "clusters.png"), Grid(clusters));
    }

    internal static void Save(string path, Picture picture) => AtomicFile.Write(path, stream => Png.Write(stream, picture));

    private static int Scaled(int at, int count) => at * count / Cell;

    internal static Picture Draw(Func<int, int, Rgb> pixel)
    {
        byte[] rgb = new byte[Cell * Cell * 3];
        for (int i = 0; i < Cell * Cell; i++) Put(rgb, i, pixel(i % Cell, i / Cell));
        return new Picture(Cell, Cell, rgb);
    }

    internal static Picture Enlarge(Picture frame) => Draw((x, y) =>
    {
        int at = 3 * (y * frame.Height / Cell * frame.Width + x * frame.Width / Cell);
        return new Rgb(frame.Rgb[at], frame.Rgb[at + 1], frame.Rgb[at + 2]);
    });

    private static Rgb Shares(int clusters, Func<int, float> share)
    {
        float r = 0, g = 0, b = 0;
        for (int k = 0; k < clusters; k++)
        {
            Rgb colour = ColourMap.Cluster(k);
            (r, g, b) = (r + share(k) * colour.R, g + share(k) * colour.G, b + share(k) * colour.B);
        }
        return new Rgb((byte)Math.Min(255, r), (byte)Math.Min(255, g), (byte)Math.Min(255, b));
    }

    /// <summary>Time from left to right, low bands at the bottom.</summary>
    internal static Rgb Grey(UnitAnalysis unit, int x, int y, int bands)
    {
        float low = unit.LogMel.Min(), range = Math.Max(unit.LogMel.Max() - low, 1e-6f);
        byte grey = (byte)(255 * (unit.LogMel[Scaled(x, unit.LogMel.Length / bands) * bands + bands - 1 - Scaled(y, bands)] - low) / range);
        return new Rgb(grey, grey, grey);
    }

    /// <summary>White around what sounds, black around what is silent.</summary>
    private static Picture WithBoxes(Picture picture, Scene scene) => WithBoxes(picture, scene.Objects.Select(seen => (seen.Boxes[0], seen.Sounds)), scene.Size);

    /// <summary>Boxes in a frame of so many pixels a side.</summary>
    internal static Picture WithBoxes(Picture picture, IEnumerable<(Box Box, bool Sounds)> boxes, int size)
    {
        byte[] rgb = [.. picture.Rgb];
        foreach ((Box box, bool sounds) in boxes)
        {
            int left = box.Left * Cell / size, right = Math.Min(Cell, box.Right * Cell / size) - 1, top = box.Top * Cell / size, bottom = Math.Min(Cell, box.Bottom * Cell / size) - 1;
            for (int x = left; x <= right; x++) foreach (int y in new[] { top, bottom }) Put(rgb, y * Cell + x, sounds ? Sounding : Silent);
            for (int y = top; y <= bottom; y++) foreach (int x in new[] { left, right }) Put(rgb, y * Cell + x, sounds ? Sounding : Silent);
        }
        return new Picture(Cell, Cell, rgb);
    }

    internal static Picture Grid(Picture[][] columns)
    {
        int width = columns.Length * (Cell + Gap) - Gap, height = columns[0].Length * (Cell + Gap) - Gap;
        byte[] rgb = new byte[width * height * 3];
        Array.Fill(rgb, (byte)255);
        for (int column = 0; column < columns.Length; column++)
        for (int row = 0; row < columns[column].Length; row++)
        for (int y = 0; y < Cell; y++)
            columns[column][row].Rgb.AsSpan(y * Cell * 3, Cell * 3).CopyTo(rgb.AsSpan(((row * (Cell + Gap) + y) * width + column * (Cell + Gap)) * 3));
        return new Picture(width, height, rgb);
    }

    internal static void Put(byte[] rgb, int pixel, Rgb colour) => (rgb[3 * pixel], rgb[3 * pixel + 1], rgb[3 * pixel + 2]) = (colour.R, colour.G, colour.B);
}
