// Vectors of doubles of three widths behind one face, so that a loop is written once and compiled for each. Read next: ../LogMel/RealTransform.cs.
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

/// <summary>A vector of <see cref="Count"/> doubles; every method is one or two instructions.</summary>
internal unsafe interface IDoubleLanes<T> where T : struct, IDoubleLanes<T>
{
    static abstract int Count { get; }
    static abstract T Zero { get; }
    static abstract T Load(double* from);
    static abstract T Broadcast(double value);
    static abstract T operator +(T a, T b);
    static abstract T operator -(T a, T b);
    static abstract T operator *(T a, T b);

    /// <summary>a * b + c.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>a * b - c.</summary>
    static abstract T MultiplySubtract(T a, T b, T c);

    void Store(double* to);

    /// <summary>Stores the values, rounded to float.</summary>
    void StoreRounded(float* to);

    /// <summary>Stores the square roots of values that are not negative, rounded to float.</summary>
    void StoreRoots(float* to);
}

/// <summary>Eight doubles: AVX-512.</summary>
internal readonly unsafe struct DoubleLanes512(Vector512<double> value) : IDoubleLanes<DoubleLanes512>
{
    private readonly Vector512<double> value = value;

    public static int Count => 8;
    public static DoubleLanes512 Zero => new(Vector512<double>.Zero);
    public static DoubleLanes512 Load(double* from) => new(Vector512.Load(from));
    public static DoubleLanes512 Broadcast(double value) => new(Vector512.Create(value));
    public static DoubleLanes512 operator +(DoubleLanes512 a, DoubleLanes512 b) => new(a.value + b.value);
    public static DoubleLanes512 operator -(DoubleLanes512 a, DoubleLanes512 b) => new(a.value - b.value);
    public static DoubleLanes512 operator *(DoubleLanes512 a, DoubleLanes512 b) => new(a.value * b.value);
    public static DoubleLanes512 MultiplyAdd(DoubleLanes512 a, DoubleLanes512 b, DoubleLanes512 c) => new(Vector512.MultiplyAddEstimate(a.value, b.value, c.value));
    public static DoubleLanes512 MultiplySubtract(DoubleLanes512 a, DoubleLanes512 b, DoubleLanes512 c) => new(Vector512.MultiplyAddEstimate(a.value, b.value, -c.value));
    public void Store(double* to) => value.Store(to);
    public void StoreRounded(float* to) => Rounded(value).Store(to);

    public void StoreRoots(float* to)
    {
        if (!Avx512F.IsSupported)
        {
            Rounded(Vector512.Sqrt(value)).Store(to);
            return;
        }
        // An estimate of 14 bits and one step of Newton's give 28, more than a float keeps, in a third of the time of the exact root.
        Vector512<double> inverse = Avx512F.ReciprocalSqrt14(Vector512.Max(value, Vector512.Create(1e-290))), root = value * inverse;
        Vector512<double> missing = Vector512.MultiplyAddEstimate(-root, root, value);
        Rounded(Vector512.MultiplyAddEstimate(missing, inverse * Vector512.Create(0.5), root)).Store(to);
    }

    private static Vector256<float> Rounded(Vector512<double> value) =>
        Avx512F.IsSupported ? Avx512F.ConvertToVector256Single(value) : Vector512.Narrow(value, value).GetLower();
}

/// <summary>Four doubles: AVX2.</summary>
internal readonly unsafe struct DoubleLanes256(Vector256<double> value) : IDoubleLanes<DoubleLanes256>
{
    private readonly Vector256<double> value = value;

    public static int Count => 4;
    public static DoubleLanes256 Zero => new(Vector256<double>.Zero);
    public static DoubleLanes256 Load(double* from) => new(Vector256.Load(from));
    public static DoubleLanes256 Broadcast(double value) => new(Vector256.Create(value));
    public static DoubleLanes256 operator +(DoubleLanes256 a, DoubleLanes256 b) => new(a.value + b.value);
    public static DoubleLanes256 operator -(DoubleLanes256 a, DoubleLanes256 b) => new(a.value - b.value);
    public static DoubleLanes256 operator *(DoubleLanes256 a, DoubleLanes256 b) => new(a.value * b.value);
    public static DoubleLanes256 MultiplyAdd(DoubleLanes256 a, DoubleLanes256 b, DoubleLanes256 c) => new(Vector256.MultiplyAddEstimate(a.value, b.value, c.value));
    public static DoubleLanes256 MultiplySubtract(DoubleLanes256 a, DoubleLanes256 b, DoubleLanes256 c) => new(Vector256.MultiplyAddEstimate(a.value, b.value, -c.value));
    public void Store(double* to) => value.Store(to);
    public void StoreRounded(float* to) => Rounded(value).Store(to);
    public void StoreRoots(float* to) => Rounded(Vector256.Sqrt(value)).Store(to);

    private static Vector128<float> Rounded(Vector256<double> value) =>
        Avx.IsSupported ? Avx.ConvertToVector128Single(value) : Vector256.Narrow(value, value).GetLower();
}

/// <summary>Two doubles: SSE2, ARM, and what the runtime makes of it where there are no vectors.</summary>
internal readonly unsafe struct DoubleLanes128(Vector128<double> value) : IDoubleLanes<DoubleLanes128>
{
    private readonly Vector128<double> value = value;

    public static int Count => 2;
    public static DoubleLanes128 Zero => new(Vector128<double>.Zero);
    public static DoubleLanes128 Load(double* from) => new(Vector128.Load(from));
    public static DoubleLanes128 Broadcast(double value) => new(Vector128.Create(value));
    public static DoubleLanes128 operator +(DoubleLanes128 a, DoubleLanes128 b) => new(a.value + b.value);
    public static DoubleLanes128 operator -(DoubleLanes128 a, DoubleLanes128 b) => new(a.value - b.value);
    public static DoubleLanes128 operator *(DoubleLanes128 a, DoubleLanes128 b) => new(a.value * b.value);

    // Without a fused instruction MultiplyAddEstimate may become a call per element: only where there is one.
    public static DoubleLanes128 MultiplyAdd(DoubleLanes128 a, DoubleLanes128 b, DoubleLanes128 c) =>
        new(Fused ? Vector128.MultiplyAddEstimate(a.value, b.value, c.value) : a.value * b.value + c.value);
    public static DoubleLanes128 MultiplySubtract(DoubleLanes128 a, DoubleLanes128 b, DoubleLanes128 c) =>
        new(Fused ? Vector128.MultiplyAddEstimate(a.value, b.value, -c.value) : a.value * b.value - c.value);

    public void Store(double* to) => value.Store(to);

    public void StoreRounded(float* to)
    {
        to[0] = (float)value[0];
        to[1] = (float)value[1];
    }

    public void StoreRoots(float* to) => new DoubleLanes128(Vector128.Sqrt(value)).StoreRounded(to);

    private static bool Fused => Fma.IsSupported || AdvSimd.Arm64.IsSupported;
}
