// Which kernel of the ladder a product gets, and into how many chunks its sums are cut. The one place where this is decided. Read next: GpuDevice.Product.cs.
namespace Dcc.Kernels;

/// <summary>The ladder.</summary>
internal enum ProductVariant
{
    /// <summary>A thread per element of C; any device.</summary>
    Naive,
    /// <summary>16 x 16 of C a group, a thread per element, factors through shared memory.</summary>
    Tile16,
    /// <summary>64 x 64 of C a group, 4 x 4 of them a thread, in registers.</summary>
    Tile64,
    /// <summary>128 x 128 of C a group, 8 x 8 of them a thread, all accesses 16 bytes, the next depths on their way while these are multiplied.</summary>
    Tile128,
    /// <summary>256 x 64 of C a group, otherwise as the 128-tile: for products of few columns.</summary>
    Tile256,
}

/// <summary>How the factors of a product can be walked through: each step admits more rungs.</summary>
internal enum ProductReads
{
    /// <summary>A float at a time.</summary>
    Single,
    /// <summary>Four floats and a lot of depths at a time.</summary>
    Fours,
    /// <summary>As that, and with few enough registers for the 256 x 64 tile: <see cref="INarrowProductSource"/>.</summary>
    FoursNarrow,
}

internal static class GpuKernelChoice
{
    /// <summary>Threads of a tile's group.</summary>
    public const int TileThreads = 256;

    /// <summary>Terms of the sum that are in shared memory at a time.</summary>
    public const int TileDepth = 16;

    /// <summary>Floats from one depth to the next of a 64-wide tile in shared memory: 2 more than 64, so that 16 depths by 2 rows lie in 32 banks.</summary>
    public const int Pitch64 = 66;

    /// <summary>Depths that a 128-wide tile has in shared memory at a time, twice: one lot is multiplied while the next comes.</summary>
    public const int Depth128 = 8;

    /// <summary>The same for a 128-wide tile, in fours: one more than 32, so that the columns of a transposing store fall into different banks.</summary>
    public const int Pitch128 = 33;

    /// <summary>Shared memory of a 128-tile: two lots of two tiles.</summary>
    public const int Tile128SharedBytes = 2 * 2 * Depth128 * Pitch128 * 16;

    /// <summary>The same for the two tiles of 256 x 64.</summary>
    public const int Pitch256 = 65, Pitch64Fours = 17;

    /// <summary>Shared memory of a 256 x 64-tile.</summary>
    public const int Tile256SharedBytes = 2 * Depth128 * (Pitch256 + Pitch64Fours) * 16;

    /// <summary>Floats from one depth to the next of a 16-wide tile.</summary>
    public const int Pitch16 = 17;

    /// <summary>Groups that keep a large card busy; sums are cut until there are about as many.</summary>
    private const int WantedGroups = 128;

    /// <summary>Shortest chunk of a sum that is worth a partial result.</summary>
    private const int ShortestChunk = 256;

    /// <summary>Most floats of partial results (32 MiB).</summary>
    private const int MostPartials = 8 * 1024 * 1024;

    /// <summary>Rows or columns of C below which a tile has nothing to share: 12 or more of 16 threads would compute what is thrown away.</summary>
    private const int NarrowestTile = 4;

    /// <summary>
    /// The rung for a product. A 64-tile does four times as many multiply-adds per float read from shared memory as a 16-tile, so it wins until three quarters of it hang
    /// over C's edge; the tiles of 8 x 8 a thread do twice as many as a 64-tile, so the one that covers C with less wins until half of it hangs over (the 128-tile if both cover alike: it reads
    /// less from memory).
    /// </summary>
    public static ProductVariant Variant(in ProductSizes s, ProductReads reads, DeviceLimits limits)
    {
        if (limits.MaxGroupSize < TileThreads) return ProductVariant.Naive;
        double area64 = Area(s, 64, 64);
        double area128 = reads >= ProductReads.Fours && limits.SharedMemoryBytes >= Tile128SharedBytes ? Area(s, 128, 128) : double.PositiveInfinity;
        double area256 = reads >= ProductReads.FoursNarrow && limits.SharedMemoryBytes >= Tile256SharedBytes ? Area(s, 256, 64) : double.PositiveInfinity;
        if (Math.Min(area128, area256) >= 2 * area64) return Variant(s.M, s.N, limits);
        return area128 <= area256 ? ProductVariant.Tile128 : ProductVariant.Tile256;
    }

    /// <summary>What a rung asks of the factors.</summary>
    public static ProductReads Needs(ProductVariant variant) => variant switch
    {
        ProductVariant.Tile128 => ProductReads.Fours,
        ProductVariant.Tile256 => ProductReads.FoursNarrow,
        _ => ProductReads.Single,
    };

    /// <summary>What tiles of a size cover, to cover C.</summary>
    private static double Area(in ProductSizes s, int rows, int columns) => (double)RoundUp(s.M, rows) * RoundUp(s.N, columns);

    /// <summary>Every rung that a device can run and that is not out of the question, for one that measures: the naive one only where nothing else goes.</summary>
    public static IReadOnlyList<ProductVariant> Candidates(in ProductSizes s, ProductReads reads, DeviceLimits limits)
    {
        List<ProductVariant> rungs = [];
        if (limits.MaxGroupSize >= TileThreads && Math.Min(s.M, s.N) >= NarrowestTile)
        {
            if (limits.SharedMemoryBytes >= 2 * TileDepth * Pitch16 * sizeof(float)) rungs.Add(ProductVariant.Tile16);
            if (limits.SharedMemoryBytes >= 2 * TileDepth * Pitch64 * sizeof(float)) rungs.Add(ProductVariant.Tile64);
            if (reads >= Needs(ProductVariant.Tile128) && limits.SharedMemoryBytes >= Tile128SharedBytes) rungs.Add(ProductVariant.Tile128);
            if (reads >= Needs(ProductVariant.Tile256) && limits.SharedMemoryBytes >= Tile256SharedBytes) rungs.Add(ProductVariant.Tile256);
        }
        return rungs.Count > 0 ? rungs : [ProductVariant.Naive];
    }

    /// <summary>The rung without 16-byte accesses.</summary>
    public static ProductVariant Variant(int m, int n, DeviceLimits limits)
    {
        if (limits.MaxGroupSize < TileThreads || Math.Min(m, n) < NarrowestTile) return ProductVariant.Naive;
        double area64 = (double)RoundUp(m, 64) * RoundUp(n, 64), area16 = (double)RoundUp(m, 16) * RoundUp(n, 16);
        if (area64 < 4 * area16 && limits.SharedMemoryBytes >= 2 * TileDepth * Pitch64 * sizeof(float)) return ProductVariant.Tile64;
        return limits.SharedMemoryBytes >= 2 * TileDepth * Pitch16 * sizeof(float) ? ProductVariant.Tile16 : ProductVariant.Naive;
    }

    /// <summary>
    /// Chunks of the sum over k and their length (all but the last). Depends on the shape alone, never on the device: where a sum is cut decides its last bits.
    /// </summary>
    public static (int Count, int Length) Chunks(int batch, int m, int n, int k)
    {
        long groups = (long)batch * (RoundUp(m, 64) / 64) * (RoundUp(n, 64) / 64);
        long wanted = Math.Min((WantedGroups + groups - 1) / groups, MostPartials / ((long)batch * m * n));
        int count = (int)Math.Max(1, Math.Min(wanted, k / ShortestChunk));
        if (count == 1) return (1, k);
        int length = RoundUp((k + count - 1) / count, TileDepth);
        return ((k + length - 1) / length, length);
    }

    private static int RoundUp(int value, int step) => checked((value + step - 1) / step * step);
}
