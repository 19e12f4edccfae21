// Which algorithm the GPU uses for a convolution, and how many tiles Winograd transforms at a time: the one place where that is decided. Read next: README.md.
namespace Dcc.Kernels;

/// <summary>
/// Compares what each path costs, in multiply-adds, by the shape and by what the device is. A path costs the multiply-adds of its products, and for every float that it moves through memory the
/// multiply-adds that a card could have done meanwhile. The implicit product moves next to nothing beside its 9 multiply-adds a pixel and pair of channels. Winograd with tiles of
/// m x m outputs needs only (m + 2)² a tile, 36 / 16 = 2.25 a pixel or 16 / 4 = 4, but writes and reads again each of these planes' elements: inputs, sums and weights.
/// </summary>
internal static class GpuConv2dChoice
{
    /// <summary>What a float through memory and a launch cost, in the multiply-adds that the device could have done in that time.</summary>
    private readonly record struct Prices(double PerFloat, double PerLaunch);

    /// <summary>
    /// A float: 25 on an A100 (9.7 T multiply-adds/s, 1.56 TB/s), 40 on an H100 (33.5 T, 3.35 TB/s). A launch: about 2 microseconds, start and drain, at 20 T multiply-adds/s; an estimate.
    /// Winograd has three launches more than the direct product.
    /// </summary>
    private static readonly Prices card = new(32, 40e6);

    /// <summary>Cores that emulate a card: some 10 G multiply-adds/s, 10 GB/s, and a few dozen microseconds a launch (benchmarks/ has PoCL's).</summary>
    private static readonly Prices processor = new(4, 0.5e6);

    /// <summary>Rows of a product's tile: fewer tiles than that are paid as if they were as many.</summary>
    private const int ProductRows = 64;

    /// <summary>Most floats of inputs' and sums' planes together (256 MiB). Smaller groups could stay in a card's second-level cache, but read all weights again and launch three kernels each.</summary>
    public const int MostFloats = 64 * 1024 * 1024;

    public static Conv2dPath Choose(in Conv2dShape shape, Conv2dPass pass, DeviceLimits limits)
    {
        if (pass == Conv2dPass.BackwardWeight || !Conv2dChoice.Fits(shape)) return Conv2dPath.Direct;
        (int height, int width) = pass == Conv2dPass.BackwardData ? (shape.Height, shape.Width) : (shape.OutHeight, shape.OutWidth);
        Prices prices = limits.OnProcessor ? processor : card;
        double pairs = (double)shape.InChannels * shape.OutChannels;
        double direct = 9 * RoundUp((double)shape.Batch * height * width) * pairs, large = Cost(shape, height, width, 4, prices), small = Cost(shape, height, width, 2, prices);
        if (Math.Min(large, small) >= direct) return Conv2dPath.Direct;
        return large <= small ? Conv2dPath.Winograd4 : Conv2dPath.Winograd2;
    }

    /// <summary>Tiles of a group: all that there are, or as many as keep the planes within <paramref name="mostFloats"/>, in groups of nearly the same size.</summary>
    public static int TilesOfGroup(in WinogradSizes s, int mostFloats)
    {
        long perTile = (long)s.Planes * (s.Channels + s.OutChannels), most = Math.Max(1, mostFloats / perTile), groups = (s.AllTiles + most - 1) / most;
        return (int)((s.AllTiles + groups - 1) / groups);
    }

    private static double Cost(in Conv2dShape s, int height, int width, int tile, Prices prices)
    {
        double tiles = (double)s.Batch * ((height + tile - 1) / tile) * ((width + tile - 1) / tile), planes = (tile + 2) * (tile + 2), pairs = (double)s.InChannels * s.OutChannels;
        double floats = 2 * planes * (tiles * (s.InChannels + s.OutChannels) + pairs);
        return planes * RoundUp(tiles) * pairs + prices.PerFloat * floats + 3 * prices.PerLaunch;
    }

    private static double RoundUp(double rows) => Math.Ceiling(rows / ProductRows) * ProductRows;
}
