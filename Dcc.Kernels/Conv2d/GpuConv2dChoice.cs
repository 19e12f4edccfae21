// Which algorithm the GPU uses for a convolution, and how many tiles Winograd transforms at a time: the one place where that is decided. Read next: README.md.
namespace Dcc.Kernels;

/// <summary>
/// Compares what each path costs, in multiply-adds, by the shape alone. A path costs the multiply-adds of its products, and for every float that it moves through memory the
/// multiply-adds that a card could have done meanwhile. The implicit product moves next to nothing beside its 9 multiply-adds a pixel and pair of channels. Winograd with tiles of
/// m x m outputs needs only (m + 2)² a tile, 36 / 16 = 2.25 a pixel or 16 / 4 = 4, but writes and reads again each of these planes' elements: inputs, sums and weights.
/// </summary>
internal static class GpuConv2dChoice
{
    /// <summary>Multiply-adds in the time that one float takes through memory: 25 on an A100 (9.7 T multiply-adds/s, 1.56 TB/s), 40 on an H100 (33.5 T, 3.35 TB/s).</summary>
    private const double PerFloat = 32;

    /// <summary>
    /// Multiply-adds in the time that a launch costs, start and drain: about 2 microseconds at 20 T multiply-adds/s. An estimate; Winograd has three launches more than the direct product.
    /// </summary>
    private const double PerLaunch = 40e6;

    /// <summary>Rows of a product's tile: fewer tiles than that are paid as if they were as many.</summary>
    private const int ProductRows = 64;

    /// <summary>Most floats of inputs' and sums' planes together (256 MiB). Smaller groups could stay in a card's second-level cache, but read all weights again and launch three kernels each.</summary>
    public const int MostFloats = 64 * 1024 * 1024;

    public static Conv2dPath Choose(in Conv2dShape shape, Conv2dPass pass)
    {
        if (pass == Conv2dPass.BackwardWeight || !Conv2dChoice.Fits(shape)) return Conv2dPath.Direct;
        (int height, int width) = pass == Conv2dPass.BackwardData ? (shape.Height, shape.Width) : (shape.OutHeight, shape.OutWidth);
        double pairs = (double)shape.InChannels * shape.OutChannels;
        double direct = 9 * RoundUp((double)shape.Batch * height * width) * pairs, large = Cost(shape, height, width, 4), small = Cost(shape, height, width, 2);
        if (Math.Min(large, small) >= direct) return Conv2dPath.Direct;
        return large <= small ? Conv2dPath.Winograd4 : Conv2dPath.Winograd2;
    }

    /// <summary>Tiles of a group: all that there are, or as many as keep the planes within <paramref name="mostFloats"/>, in groups of nearly the same size.</summary>
    public static int TilesOfGroup(in WinogradSizes s, int mostFloats)
    {
        long perTile = (long)s.Planes * (s.Channels + s.OutChannels), most = Math.Max(1, mostFloats / perTile), groups = (s.AllTiles + most - 1) / most;
        return (int)((s.AllTiles + groups - 1) / groups);
    }

    private static double Cost(in Conv2dShape s, int height, int width, int tile)
    {
        double tiles = (double)s.Batch * ((height + tile - 1) / tile) * ((width + tile - 1) / tile), planes = (tile + 2) * (tile + 2), pairs = (double)s.InChannels * s.OutChannels;
        double floats = 2 * planes * (tiles * (s.InChannels + s.OutChannels) + pairs);
        return planes * RoundUp(tiles) * pairs + PerFloat * floats + 3 * PerLaunch;
    }

    private static double RoundUp(double rows) => Math.Ceiling(rows / ProductRows) * ProductRows;
}
