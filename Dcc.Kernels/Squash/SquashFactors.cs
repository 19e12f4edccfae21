// The two factors of a row's squash, from its squared length; used by the SIMD loops and by the GPU kernels. Read next: CpuDevice.Squash.cs.
namespace Dcc.Kernels;

internal static class SquashFactors
{
    private const float Epsilon = (float)SquashReference.Epsilon;
    private const float Steepness = (float)SquashReference.Steepness;

    /// <summary>phi = tanh(10 r) / r.</summary>
    public static float Forward(float sumOfSquares)
    {
        float r = MathF.Sqrt(sumOfSquares + Epsilon);
        return TanhOfPositive(Steepness * r) / r;
    }

    /// <summary>
    /// phi' / r = (10 r sech^2(10 r) - tanh(10 r)) / r^3. The difference cancels for short vectors, where the term itself vanishes
    /// beside phi * gradY: what is left of the error is that of phi.
    /// </summary>
    public static float Along(float sumOfSquares)
    {
        float r = MathF.Sqrt(sumOfSquares + Epsilon), tanh = TanhOfPositive(Steepness * r), inverse = 1f / r;
        return (Steepness * r * (1f - tanh) * (1f + tanh) - tanh) * inverse * inverse * inverse;
    }

    /// <summary>
    /// Not MathF.Tanh: compiled to PTX that is (e^2x - 1) / (e^2x + 1), which is infinity times zero from x = 45 on, a length that
    /// features do reach, and which cancels near zero.
    /// </summary>
    private static float TanhOfPositive(float x)
    {
        float square = x * x;
        if (x < 0.2f) return x * (1f - square * (1f / 3f - square * (2f / 15f - square * (17f / 315f))));
        return 1f - 2f / (MathF.Exp(2f * MathF.Min(x, 20f)) + 1f);
    }
}
