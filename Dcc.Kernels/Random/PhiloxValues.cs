// From random bits to numbers, written once for the host, the CPU and the GPU. Read next: Device.Random.cs.
namespace Dcc.Kernels;

internal static class PhiloxValues
{
    /// <summary>Uniform in [0, 1): the upper 24 bits, so that every value is exact in a float.</summary>
    public static float Unit(uint bits) => (int)(bits >> 8) * (1f / (1 << 24));

    /// <summary>Standard normal from two words (Box-Muller): in float, with a cosine of its own, because sine and cosine of a GPU are not exact enough.</summary>
    public static float Normal(uint radius, uint angle) =>
        // 1 - Unit is exact and never 0. The logarithm of a GPU may come out a hair above 0 near 1.
        MathF.Sqrt(MathF.Max(-2f * MathF.Log(1f - Unit(radius)), 0f)) * CosineOfTurn(angle);

    /// <summary>
    /// cos(2 pi t) for t = Unit(angle). The nearest quarter turn is taken off in integers, without rounding; what is left, at most pi/4, goes into the
    /// sine or cosine polynomial of Cephes (errors below 1e-7).
    /// </summary>
    public static float CosineOfTurn(uint angle)
    {
        int turn = (int)(angle >> 8), quarter = (turn + (1 << 21)) >> 22;
        float x = (turn - (quarter << 22)) * (float)(Math.PI / 2 / (1 << 22)), z = x * x;
        float cosine = ((2.44331571e-5f * z - 1.38873162e-3f) * z + 4.16666457e-2f) * z * z - 0.5f * z + 1f;
        float sine = ((-1.95152959e-4f * z + 8.33216087e-3f) * z - 1.66666546e-1f) * z * x + x;
        float value = (quarter & 1) == 0 ? cosine : sine;
        // 0, 1, 2, 3 quarters: cos, -sin, -cos, sin.
        return ((quarter + 1) & 2) == 0 ? value : -value;
    }
}

/// <summary>A range [low, high) that random words are spread over.</summary>
internal readonly record struct PhiloxRange(float Low, float Width, float Last)
{
    public static PhiloxRange Of(float low, float high)
    {
        if (!(low <= high) || !float.IsFinite(high - low)) throw new ArgumentException($"Philox: a range must be finite, low first, got {low} to {high}.");
        return new(low, high - low, MathF.Max(low, MathF.BitDecrement(high)));
    }

    /// <summary>
    /// low + width * unit, rounded twice on every device. The inner minimum changes nothing (unit is below 1), but stands between product and sum: many devices would
    /// do both with one rounding, and give other bits. The outer one keeps a sum that rounds up to high inside the range.
    /// </summary>
    public float Value(uint bits) => MathF.Min(Low + MathF.Min(Width * PhiloxValues.Unit(bits), Width), Last);
}

/// <summary>Key and stream as a kernel takes them.</summary>
internal readonly record struct PhiloxKey(uint Stream0, uint Stream1, uint Seed0, uint Seed1)
{
    public static PhiloxKey Of(ulong seed, ulong stream) => new((uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));

    /// <summary>The four words number 4 * block to 4 * block + 3 of the stream.</summary>
    public (uint, uint, uint, uint) Block(int block) => Philox.Block((uint)block, 0, Stream0, Stream1, Seed0, Seed1);
}
