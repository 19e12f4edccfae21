// Counter-based random numbers: the n-th number is a function of seed, stream and n alone. Read next: PhiloxValues.cs.
namespace Dcc.Kernels;

/// <summary>
/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). No shared state: two generators with the same seed and stream give the
/// same numbers on every machine, and different streams are independent.
/// </summary>
public struct Philox
{
    private const uint MultiplierA = 0xD2511F53, MultiplierB = 0xCD9E8D57, WeylA = 0x9E3779B9, WeylB = 0xBB67AE85;

    private readonly ulong seed, stream;
    private ulong block;
    private uint r0, r1, r2, r3;
    private int used;

    public Philox(ulong seed, ulong stream = 0)
    {
        this.seed = seed;
        this.stream = stream;
        block = 0;
        r0 = r1 = r2 = r3 = 0;
        used = 4;
    }

    /// <summary>The 128-bit block of a counter under a key: ten rounds.</summary>
    public static (uint, uint, uint, uint) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong a = (ulong)MultiplierA * c0, b = (ulong)MultiplierB * c2;
            uint n0 = (uint)(b >> 32) ^ c1 ^ k0, n2 = (uint)(a >> 32) ^ c3 ^ k1;
            c1 = (uint)b;
            c3 = (uint)a;
            c0 = n0;
            c2 = n2;
            k0 += WeylA;
            k1 += WeylB;
        }
        return (c0, c1, c2, c3);
    }

    public uint NextUInt()
    {
        if (used == 4)
        {
            (r0, r1, r2, r3) = Block((uint)block, (uint)(block >> 32), (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));
            block++;
            used = 0;
        }
        return used++ switch { 0 => r0, 1 => r1, 2 => r2, _ => r3 };
    }

    /// <summary>Uniform in [0, 1): the upper 24 bits, so that every value is exact in a float.</summary>
    public float NextFloat() => PhiloxValues.Unit(NextUInt());

    /// <summary>Uniform in [low, high); low itself where the two are equal.</summary>
    public float NextFloat(float low, float high) => PhiloxRange.Of(low, high).Value(NextUInt());

    /// <summary>Standard normal (Box-Muller in double).</summary>
    public float NextNormal() => (float)(Math.Sqrt(-2 * Math.Log(1 - NextFloat())) * Math.Cos(2 * Math.PI * NextFloat()));

    /// <summary>Uniform in 0..bound-1, without bias (Lemire's multiplication with rejection).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        uint range = (uint)bound, limit = (uint)(-(int)range) % range;
        while (true)
        {
            ulong product = (ulong)NextUInt() * range;
            if ((uint)product >= limit) return (int)(product >> 32);
        }
    }

    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
