// Vectors of floats of three widths behind one face, so that a loop is written once and compiled for each. Read next: NarrowProducts.cs.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

/// <summary>A vector of <see cref="Count"/> floats.</summary>
internal unsafe interface IFloatLanes<T> where T : struct, IFloatLanes<T>
{
    static abstract int Count { get; }
    static abstract T Zero { get; }
    static abstract T Load(float* from);
    static abstract T Broadcast(float value);
    static abstract T operator +(T a, T b);
    static abstract T operator *(T a, T b);

    /// <summary>a * b + c.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>The sums over the lanes of four vectors.</summary>
    static abstract Vector128<float> Sums(T a, T b, T c, T d);

    void Store(float* to);
}

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly unsafe struct FloatLanes512(Vector512<float> value) : IFloatLanes<FloatLanes512>
{
    private readonly Vector512<float> value = value;

    public static int Count => 16;
    public static FloatLanes512 Zero => new(Vector512<float>.Zero);
    public static FloatLanes512 Load(float* from) => new(Vector512.Load(from));
    public static FloatLanes512 Broadcast(float value) => new(Vector512.Create(value));
    public static FloatLanes512 operator +(FloatLanes512 a, FloatLanes512 b) => new(a.value + b.value);
    public static FloatLanes512 operator *(FloatLanes512 a, FloatLanes512 b) => new(a.value * b.value);
    public static FloatLanes512 MultiplyAdd(FloatLanes512 a, FloatLanes512 b, FloatLanes512 c) => new(Vector512.MultiplyAddEstimate(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(FloatLanes512 a, FloatLanes512 b, FloatLanes512 c, FloatLanes512 d)
    {
        if (!Avx512F.IsSupported) return Vector128.Create(Vector512.Sum(a.value), Vector512.Sum(b.value), Vector512.Sum(c.value), Vector512.Sum(d.value));
        // Each 128-bit quarter becomes the sums of its own a, b, c, d.
        Vector512<float> ab = Avx512F.UnpackLow(a.value, b.value) + Avx512F.UnpackHigh(a.value, b.value);
        Vector512<float> cd = Avx512F.UnpackLow(c.value, d.value) + Avx512F.UnpackHigh(c.value, d.value);
        Vector512<float> all = Avx512F.Shuffle(ab, cd, 0x44) + Avx512F.Shuffle(ab, cd, 0xEE);
        Vector256<float> halves = all.GetLower() + all.GetUpper();
        return halves.GetLower() + halves.GetUpper();
    }

    public void Store(float* to) => value.Store(to);
}

/// <summary>Eight floats: AVX2.</summary>
internal readonly unsafe struct FloatLanes256(Vector256<float> value) : IFloatLanes<FloatLanes256>
{
    private readonly Vector256<float> value = value;

    public static int Count => 8;
    public static FloatLanes256 Zero => new(Vector256<float>.Zero);
    public static FloatLanes256 Load(float* from) => new(Vector256.Load(from));
    public static FloatLanes256 Broadcast(float value) => new(Vector256.Create(value));
    public static FloatLanes256 operator +(FloatLanes256 a, FloatLanes256 b) => new(a.value + b.value);
    public static FloatLanes256 operator *(FloatLanes256 a, FloatLanes256 b) => new(a.value * b.value);
    public static FloatLanes256 MultiplyAdd(FloatLanes256 a, FloatLanes256 b, FloatLanes256 c) => new(Vector256.MultiplyAddEstimate(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(FloatLanes256 a, FloatLanes256 b, FloatLanes256 c, FloatLanes256 d)
    {
        if (!Avx.IsSupported) return Vector128.Create(Vector256.Sum(a.value), Vector256.Sum(b.value), Vector256.Sum(c.value), Vector256.Sum(d.value));
        Vector256<float> ab = Avx.UnpackLow(a.value, b.value) + Avx.UnpackHigh(a.value, b.value), cd = Avx.UnpackLow(c.value, d.value) + Avx.UnpackHigh(c.value, d.value);
        Vector256<float> all = Avx.Shuffle(ab, cd, 0x44) + Avx.Shuffle(ab, cd, 0xEE);
        return all.GetLower() + all.GetUpper();
    }

    public void Store(float* to) => value.Store(to);
}

/// <summary>Four floats: SSE, ARM, and what the runtime makes of it where there are no vectors.</summary>
internal readonly unsafe struct FloatLanes128(Vector128<float> value) : IFloatLanes<FloatLanes128>
{
    private readonly Vector128<float> value = value;

    public static int Count => 4;
    public static FloatLanes128 Zero => new(Vector128<float>.Zero);
    public static FloatLanes128 Load(float* from) => new(Vector128.Load(from));
    public static FloatLanes128 Broadcast(float value) => new(Vector128.Create(value));
    public static FloatLanes128 operator +(FloatLanes128 a, FloatLanes128 b) => new(a.value + b.value);
    public static FloatLanes128 operator *(FloatLanes128 a, FloatLanes128 b) => new(a.value * b.value);
    public static FloatLanes128 MultiplyAdd(FloatLanes128 a, FloatLanes128 b, FloatLanes128 c) => new(Vector128.MultiplyAddEstimate(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(FloatLanes128 a, FloatLanes128 b, FloatLanes128 c, FloatLanes128 d)
    {
        if (Sse.IsSupported)
        {
            Vector128<float> ab = Sse.UnpackLow(a.value, b.value) + Sse.UnpackHigh(a.value, b.value), cd = Sse.UnpackLow(c.value, d.value) + Sse.UnpackHigh(c.value, d.value);
            return Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab);
        }
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.AddPairwise(AdvSimd.Arm64.AddPairwise(a.value, b.value), AdvSimd.Arm64.AddPairwise(c.value, d.value));
        return Vector128.Create(Vector128.Sum(a.value), Vector128.Sum(b.value), Vector128.Sum(c.value), Vector128.Sum(d.value));
    }

    public void Store(float* to) => value.Store(to);
}
