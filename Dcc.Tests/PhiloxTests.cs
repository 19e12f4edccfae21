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
    public void Uniform_fill_gives_the_numbers_of_the_host_on_the_cpu() => SameBits(TestDevices.Cpu);

    [Fact]
    public void Uniform_fill_gives_the_numbers_of_the_host_on_the_simulator() => SameBits(TestDevices.Simulator);

    [OpenClFact]
    public void Uniform_fill_gives_the_numbers_of_the_host_on_OpenCl() => SameBits(TestDevices.OpenCl);

    private static void SameBits(Device device)
    {
        // Ranges whose product and sum both round: one rounding instead of two would show.
        foreach ((float low, float high) in new[] { (0f, 1f), (-0.3f, 0.7f), (1f / 3, 100f), (1f, 2f), (2.5f, 2.5f) })
        {
            Philox random = new(0x0123456789abcdef, 0xfedcba9876543210);
            float[] expected = new float[333];
            for (int i = 0; i < expected.Length; i++) expected[i] = random.NextFloat(low, high);
            using DeviceBuffer<float> x = device.Rent<float>(expected.Length);
            device.PhiloxUniform(x, 0x0123456789abcdef, 0xfedcba9876543210, low, high);
            Assert.Equal(expected, x.ToArray());
        }
    }

    [Fact]
    public void High_end_of_a_range_is_never_reached()
    {
        // 1 + (1 - 2^-24) rounds to 2.
        Assert.Equal(MathF.BitDecrement(2f), PhiloxRange.Of(1f, 2f).Value(uint.MaxValue));
        Assert.Equal(1f, PhiloxRange.Of(1f, 2f).Value(0));
        Assert.Equal(3f, PhiloxRange.Of(3f, 3f).Value(uint.MaxValue));
    }

    [Fact]
    public void Cosine_of_a_turn_is_exact_to_a_float()
    {
        for (long angle = 0; angle <= uint.MaxValue; angle += 40_009)
            Assert.Equal(Math.Cos(2 * Math.PI * (angle >> 8) / (1 << 24)), PhiloxValues.CosineOfTurn((uint)angle), 1.2e-7);
        Assert.Equal([1f, 0f, -1f, 0f], new[] { 0u, 1u << 30, 1u << 31, 3u << 30 }.Select(PhiloxValues.CosineOfTurn));
    }

    [Fact]
    public void Largest_normal_is_finite()
    {
        Assert.Equal(5.77f, PhiloxValues.Normal(uint.MaxValue, 0), 0.01f);
        Assert.Equal(0f, PhiloxValues.Normal(0, 0));
    }

    [Fact]
    public void A_range_that_is_none_is_refused()
    {
        using DeviceBuffer<float> x = TestDevices.Cpu.Rent<float>(4);
        Assert.Throws<ArgumentException>(() => new Philox(1).NextFloat(2f, 1f));
        Assert.Throws<ArgumentException>(() => TestDevices.Cpu.PhiloxUniform(x, 1, 1, 2f, 1f));
        Assert.Throws<ArgumentException>(() => TestDevices.Cpu.PhiloxUniform(x, 1, 1, float.MinValue, float.MaxValue));
        Assert.Throws<ArgumentException>(() => TestDevices.Cpu.PhiloxNormal(x, 1, 1, 0f, -1f));
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
