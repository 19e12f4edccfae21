// Which product kernel a shape gets on a device, and how long sums are cut. Read next: Dcc.Kernels/MatMul/GpuKernelChoice.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class GpuKernelChoiceTests
{
    private static readonly DeviceLimits card = new(1024, 48 * 1024);

    [Theory]
    [InlineData(512, 512, "Tile64")]
    [InlineData(2048, 33, "Tile64")]
    [InlineData(100_000, 16, "Tile16")] // three quarters of a 64-tile would be idle
    [InlineData(10, 1000, "Tile16")]
    [InlineData(1, 1000, "Naive")]
    [InlineData(5, 5, "Tile16")]
    public void A_shape_gets_the_tile_that_it_fills(int m, int n, string variant) =>
        Assert.Equal(variant, GpuKernelChoice.Variant(m, n, card).ToString());

    [Theory]
    [InlineData(512, 512, "FoursNarrow", "Tile128")]
    [InlineData(512, 512, "Single", "Tile64")]
    [InlineData(2048, 96, "FoursNarrow", "Tile128")]
    [InlineData(2048, 64, "FoursNarrow", "Tile256")] // half of a 128-tile would be idle
    [InlineData(2048, 64, "Fours", "Tile64")]        // the forward gather of a convolution has no registers for the 256 x 64 tile
    [InlineData(2048, 160, "FoursNarrow", "Tile256")]
    [InlineData(2048, 48, "FoursNarrow", "Tile256")]
    [InlineData(128, 64, "FoursNarrow", "Tile64")]   // half of either would be idle
    [InlineData(64, 64, "FoursNarrow", "Tile64")]
    public void Whole_fours_get_the_large_tile_that_they_fill_more_than_half_of(int m, int n, string reads, string variant) =>
        Assert.Equal(variant, GpuKernelChoice.Variant(ProductSizes.Of(1, m, n, 64), Enum.Parse<ProductReads>(reads), card).ToString());

    [Fact]
    public void A_device_with_small_groups_gets_the_naive_kernel() =>
        Assert.Equal(ProductVariant.Naive, GpuKernelChoice.Variant(512, 512, new DeviceLimits(64, 48 * 1024)));

    [Fact]
    public void A_device_with_little_shared_memory_gets_a_smaller_tile()
    {
        Assert.Equal(ProductVariant.Tile16, GpuKernelChoice.Variant(512, 512, new DeviceLimits(256, 4096)));
        Assert.Equal(ProductVariant.Naive, GpuKernelChoice.Variant(512, 512, new DeviceLimits(256, 1024)));
    }

    [Fact]
    public void Sums_are_cut_only_where_C_has_few_tiles_and_the_sum_is_long()
    {
        Assert.Equal((1, 64), GpuKernelChoice.Chunks(1, 4096, 4096, 64));
        Assert.Equal((1, 100_000), GpuKernelChoice.Chunks(128, 64, 64, 100_000));
        Assert.Equal((128, 1024), GpuKernelChoice.Chunks(1, 64, 64, 131_072));
    }

    [Theory]
    [InlineData(1, 64, 64, 100_003)]
    [InlineData(3, 576, 64, 50_176)]
    [InlineData(1, 4608, 512, 3136)]
    [InlineData(1, 1, 1, 257)]
    [InlineData(1, 2, 3, 517)]
    public void Chunks_cover_the_sum_and_none_is_empty(int batch, int m, int n, int k)
    {
        (int count, int length) = GpuKernelChoice.Chunks(batch, m, n, k);
        Assert.InRange(k, (count - 1) * length + 1, count * length);
        Assert.True(count == 1 || (long)batch * m * n * count <= 8 * 1024 * 1024);
    }
}
