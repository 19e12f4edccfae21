// One SIMD vector of floats as a type parameter, so that a loop is written once and compiled for 512 bits and for the machine's own width.
// Read next: ../Conv2d/WinogradForm.cs.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

/// <summary>A vector of <see cref="Count"/> floats. A generic method over a struct of this kind is compiled for each of them, without calls.</summary>
internal unsafe interface ILanes<T> where T : struct, ILanes<T>
{
    static abstract int Count { get; }

    static abstract T Load(float* from);

    static abstract T Broadcast(float value);

    /// <summary>Bytes as floats.</summary>
    static abstract T LoadBytes(byte* from);

    void Store(float* to);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T Max(T a, T b);

    /// <summary>a &gt; b ? yes : no, lane by lane.</summary>
    static abstract T SelectGreater(T a, T b, T yes, T no);

    /// <summary>Whole numbers 0..255 as bytes.</summary>
    void StoreBytes(byte* to);

    /// <summary>a * b + c, fused where the machine can: without the instruction, a fused result would be emulated by a slow library call.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);
}

/// <summary>512 bits: AVX-512.</summary>
internal readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private readonly Vector512<float> value = value;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadBytes(byte* from) => new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(from))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SelectGreater(Lanes512 a, Lanes512 b, Lanes512 yes, Lanes512 no) => new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.value, b.value), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBytes(byte* to) => Avx512F.ConvertToVector128Byte(Vector512.ConvertToInt32(value)).Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a.value, b.value, c.value));
}

/// <summary>The width of <see cref="Vector{T}"/>: 256 bits with AVX2, 128 with SSE or Neon, and emulated where there is nothing.</summary>
internal readonly unsafe struct LanesNative(Vector<float> value) : ILanes<LanesNative>
{
    private readonly Vector<float> value = value;

    public static int Count => Vector<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative Load(float* from) => new(Vector.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative Broadcast(float value) => new(new Vector<float>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative LoadBytes(byte* from)
    {
        float* values = stackalloc float[64];
        for (int i = 0; i < Count; i++) values[i] = from[i];
        return Load(values);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative operator +(LanesNative a, LanesNative b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative operator -(LanesNative a, LanesNative b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative operator *(LanesNative a, LanesNative b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative Max(LanesNative a, LanesNative b) => new(Vector.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative SelectGreater(LanesNative a, LanesNative b, LanesNative yes, LanesNative no) => new(Vector.ConditionalSelect(Vector.GreaterThan(a.value, b.value), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBytes(byte* to)
    {
        for (int i = 0; i < Count; i++) to[i] = (byte)value[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesNative MultiplyAdd(LanesNative a, LanesNative b, LanesNative c) =>
        new(Fma.IsSupported || AdvSimd.Arm64.IsSupported ? Vector.FusedMultiplyAdd(a.value, b.value, c.value) : a.value * b.value + c.value);
}
