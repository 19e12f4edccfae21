// Known answers and properties of the random numbers. Read next: ../Dcc.Kernels/Random/README.md.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class PhiloxTests
{
    /// <summary>Random123's kat_vectors for philox4x32, 10 rounds.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Block_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal((r0, r1, r2, r3), Philox.Block(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void Streams_differ_and_repeat()
    {
        Philox a = new(1, 2), again = new(1, 2), other = new(1, 3);
        uint[] first = [.. Enumerable.Range(0, 100).Select(_ => a.NextUInt())];
        Assert.Equal(first, Enumerable.Range(0, 100).Select(_ => again.NextUInt()));
        Assert.NotEqual(first, Enumerable.Range(0, 100).Select(_ => other.NextUInt()));
    }

    [Fact]
    public void Floats_have_the_moments_of_their_distributions()
    {
        Philox random = new(7);
        float[] uniform = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextFloat())], normal = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextNormal())];
        Assert.InRange(uniform.Min(), 0f, 1e-3f);
        Assert.InRange(uniform.Max(), 0.999f, 0.99999994f);
        Assert.InRange(uniform.Average(), 0.495f, 0.505f);
        Assert.InRange(normal.Average(), -0.015f, 0.015f);
        Assert.InRange(normal.Average(x => (double)x * x), 0.98, 1.02);
    }

    [Fact]
    public void Integers_stay_in_range_and_hit_every_value()
    {
        Philox random = new(3);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[random.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt(0));
    }
}
