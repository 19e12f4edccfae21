// The transforms of Winograd's minimal filtering for 3x3 kernels, F(4x4,3x3) and F(2x2,3x3) (Lavin and Gray 2015), one dimension at a time.
// Read next: WinogradTransforms.cs.
using System.Runtime.CompilerServices;

namespace Dcc.Kernels;

/// <summary>
/// A convolution of a tile d by a kernel g is A^T [ (G g) * (B^T d) ] with an element-wise product in the middle: n = m + 2 products for m outputs
/// instead of 3 m. Each method reads a line of values at steps and writes a line at steps, for a vector of channels at once.
/// </summary>
internal unsafe interface IWinogradForm
{
    /// <summary>m: outputs of a line.</summary>
    static abstract int Outputs { get; }

    /// <summary>B^T: n inputs to n points.</summary>
    static abstract void Input<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>;

    /// <summary>The same with an address for each input.</summary>
    static abstract void Input<T>(float** from, float* to, nint toStep) where T : struct, ILanes<T>;

    /// <summary>G: 3 taps to n points.</summary>
    static abstract void Weight<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>;

    /// <summary>A^T: n points to m outputs.</summary>
    static abstract void Output<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>;

    /// <summary>A: gradients of m outputs to n points, the transpose of <see cref="Output{T}"/>.</summary>
    static abstract void Gradient<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>;

    /// <summary>G^T: n points to gradients of 3 taps, the transpose of <see cref="Weight{T}"/>.</summary>
    static abstract void WeightGradient<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>;
}

/// <summary>F(4x4,3x3), points 0, 1, -1, 2, -2 and infinity: 36 products for 16 outputs, a quarter of the direct 144.</summary>
internal readonly unsafe struct Winograd4 : IWinogradForm
{
    public static int Outputs => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T> =>
        Input(T.Load(from), T.Load(from + fromStep), T.Load(from + 2 * fromStep), T.Load(from + 3 * fromStep), T.Load(from + 4 * fromStep), T.Load(from + 5 * fromStep), to, toStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T>(float** from, float* to, nint toStep) where T : struct, ILanes<T> =>
        Input(T.Load(from[0]), T.Load(from[1]), T.Load(from[2]), T.Load(from[3]), T.Load(from[4]), T.Load(from[5]), to, toStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input<T>(T d0, T d1, T d2, T d3, T d4, T d5, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T four = T.Broadcast(4f), five = T.Broadcast(-5f), two = T.Broadcast(2f), minusFour = T.Broadcast(-4f);
        T even = T.MultiplyAdd(minusFour, d2, d4), odd = T.MultiplyAdd(minusFour, d1, d3), far = d4 - d2, near = two * (d3 - d1);
        T.MultiplyAdd(five, d2, T.MultiplyAdd(four, d0, d4)).Store(to);
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + 2 * toStep);
        (far + near).Store(to + 3 * toStep);
        (far - near).Store(to + 4 * toStep);
        T.MultiplyAdd(five, d3, T.MultiplyAdd(four, d1, d5)).Store(to + 5 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weight<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T g0 = T.Load(from), g1 = T.Load(from + fromStep), g2 = T.Load(from + 2 * fromStep);
        T sixth = T.Broadcast(-1f / 6f), outer = sixth * (g0 + g2), middle = sixth * g1;
        T wide = T.MultiplyAdd(T.Broadcast(1f / 24f), g0, T.Broadcast(1f / 6f) * g2), half = T.Broadcast(1f / 12f) * g1;
        (T.Broadcast(0.25f) * g0).Store(to);
        (outer + middle).Store(to + toStep);
        (outer - middle).Store(to + 2 * toStep);
        (wide + half).Store(to + 3 * toStep);
        (wide - half).Store(to + 4 * toStep);
        g2.Store(to + 5 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T m1 = T.Load(from + fromStep), m2 = T.Load(from + 2 * fromStep), m3 = T.Load(from + 3 * fromStep), m4 = T.Load(from + 4 * fromStep);
        T sum = m1 + m2, difference = m1 - m2, wideSum = m3 + m4, wideDifference = m3 - m4;
        (T.Load(from) + sum + wideSum).Store(to);
        T.MultiplyAdd(T.Broadcast(2f), wideDifference, difference).Store(to + toStep);
        T.MultiplyAdd(T.Broadcast(4f), wideSum, sum).Store(to + 2 * toStep);
        (T.MultiplyAdd(T.Broadcast(8f), wideDifference, difference) + T.Load(from + 5 * fromStep)).Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T g0 = T.Load(from), g1 = T.Load(from + fromStep), g2 = T.Load(from + 2 * fromStep), g3 = T.Load(from + 3 * fromStep);
        T even = g0 + g2, odd = g1 + g3, wideEven = T.MultiplyAdd(T.Broadcast(4f), g2, g0), wideOdd = T.MultiplyAdd(T.Broadcast(8f), g3, g1 + g1);
        g0.Store(to);
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + 2 * toStep);
        (wideEven + wideOdd).Store(to + 3 * toStep);
        (wideEven - wideOdd).Store(to + 4 * toStep);
        g3.Store(to + 5 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WeightGradient<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T m1 = T.Load(from + fromStep), m2 = T.Load(from + 2 * fromStep), m3 = T.Load(from + 3 * fromStep), m4 = T.Load(from + 4 * fromStep);
        T sum = T.Broadcast(-1f / 6f) * (m1 + m2), wideSum = m3 + m4;
        T.MultiplyAdd(T.Broadcast(1f / 24f), wideSum, T.MultiplyAdd(T.Broadcast(0.25f), T.Load(from), sum)).Store(to);
        T.MultiplyAdd(T.Broadcast(1f / 12f), m3 - m4, T.Broadcast(1f / 6f) * (m2 - m1)).Store(to + toStep);
        (T.MultiplyAdd(T.Broadcast(1f / 6f), wideSum, sum) + T.Load(from + 5 * fromStep)).Store(to + 2 * toStep);
    }
}

/// <summary>F(2x2,3x3), points 0, 1, -1 and infinity: 16 products for 4 outputs instead of 36. For maps too small for tiles of four.</summary>
internal readonly unsafe struct Winograd2 : IWinogradForm
{
    public static int Outputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T> =>
        Input(T.Load(from), T.Load(from + fromStep), T.Load(from + 2 * fromStep), T.Load(from + 3 * fromStep), to, toStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T>(float** from, float* to, nint toStep) where T : struct, ILanes<T> =>
        Input(T.Load(from[0]), T.Load(from[1]), T.Load(from[2]), T.Load(from[3]), to, toStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input<T>(T d0, T d1, T d2, T d3, float* to, nint toStep) where T : struct, ILanes<T>
    {
        (d0 - d2).Store(to);
        (d1 + d2).Store(to + toStep);
        (d2 - d1).Store(to + 2 * toStep);
        (d1 - d3).Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weight<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T g0 = T.Load(from), g2 = T.Load(from + 2 * fromStep), half = T.Broadcast(0.5f), outer = half * (g0 + g2), middle = half * T.Load(from + fromStep);
        g0.Store(to);
        (outer + middle).Store(to + toStep);
        (outer - middle).Store(to + 2 * toStep);
        g2.Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T m1 = T.Load(from + fromStep), m2 = T.Load(from + 2 * fromStep);
        (T.Load(from) + m1 + m2).Store(to);
        (m1 - m2 - T.Load(from + 3 * fromStep)).Store(to + toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T g0 = T.Load(from), g1 = T.Load(from + fromStep);
        g0.Store(to);
        (g0 + g1).Store(to + toStep);
        (g0 - g1).Store(to + 2 * toStep);
        (T.Broadcast(-1f) * g1).Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WeightGradient<T>(float* from, nint fromStep, float* to, nint toStep) where T : struct, ILanes<T>
    {
        T m1 = T.Load(from + fromStep), m2 = T.Load(from + 2 * fromStep), half = T.Broadcast(0.5f), sum = half * (m1 + m2);
        (T.Load(from) + sum).Store(to);
        (half * (m1 - m2)).Store(to + toStep);
        (sum + T.Load(from + 3 * fromStep)).Store(to + 2 * toStep);
    }
}
