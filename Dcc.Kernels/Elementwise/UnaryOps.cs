// The unary functions, each written once for reference and GPU and once for SIMD. Read next: Device.Elementwise.cs.
using System.Numerics;

namespace Dcc.Kernels;

/// <summary>Names a unary function for the device contract.</summary>
public enum Unary
{
    Relu,
    Tanh,
}

/// <summary>A function of one element and the factor its gradient brings: gradX = gradY * Slope(x).</summary>
internal interface IUnaryOp
{
    float Forward(float x);
    float Slope(float x);
    Vector<float> Forward(Vector<float> x);
    Vector<float> Slope(Vector<float> x);
}

internal readonly struct ReluOp : IUnaryOp
{
    // Written so that NaN stays NaN: a trainer must see it.
    public float Forward(float x) => x < 0f ? 0f : x;
    public float Slope(float x) => x > 0f ? 1f : 0f;
    public Vector<float> Forward(Vector<float> x) => Vector.Max(x, Vector<float>.Zero);
    public Vector<float> Slope(Vector<float> x) => Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.One, Vector<float>.Zero);
}

internal readonly struct TanhOp : IUnaryOp
{
    // Kept within 20: compiled to PTX, MathF.Tanh is (e^2x - 1) / (e^2x + 1), not a number from 45 on.
    public float Forward(float x) => MathF.Tanh(MathF.Max(-20f, MathF.Min(20f, x)));
    public float Slope(float x)
    {
        float y = Forward(x);
        return 1f - y * y;
    }

    // tanh x = 1 - 2 / (exp(2x) + 1); exact in both tails because exp saturates to infinity or to zero.
    public Vector<float> Forward(Vector<float> x) => Vector<float>.One - new Vector<float>(2f) / (Vector.Exp(x + x) + Vector<float>.One);
    public Vector<float> Slope(Vector<float> x)
    {
        Vector<float> y = Forward(x);
        return Vector<float>.One - y * y;
    }
}
