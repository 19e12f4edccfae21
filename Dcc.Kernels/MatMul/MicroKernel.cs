// The register tiles under the matrix product and the convolutions. Read next: MicroKernel.Product.cs, MicroKernel.Outer.cs, then CpuDevice.MatMul.cs.
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

/// <summary>
/// A tile is 12 rows by <see cref="Width"/> columns (two vectors): 24 accumulators where there are 32 vector registers (AVX-512, Neon), three tiles of
/// 4 rows where there are 16 (AVX2). Sums are fused multiply-adds in the order of the inner index, whatever the tile's height.
/// </summary>
internal static unsafe partial class MicroKernel
{
    public const int Rows = 12;

    /// <summary>Columns of a tile and of a packed panel: two vectors.</summary>
    public static readonly int Width = Vector512.IsHardwareAccelerated ? 32 : 2 * Vector<float>.Count;

    /// <summary>Floats that a tile buffer needs on any machine.</summary>
    public const int TileLength = Rows * 32;

    /// <summary>Whether 24 accumulators, two vectors of the panel and a broadcast value fit into registers.</summary>
    private static bool HasManyRegisters => Vector512.IsHardwareAccelerated || AdvSimd.IsSupported;

    /// <summary>
    /// tile[r, :] = sum over segments s and i &lt; length of row_r[offsets[s] + i] * panel[s * length + i, :]. Rows come in three groups of four; row r of
    /// a group starts at group + (r % 4) * stride, so that twelve addresses need five registers. With <paramref name="columns"/> at most half of
    /// <see cref="Width"/> only the first half of the tile is computed.
    /// </summary>
    public static void Product(float* group0, float* group1, float* group2, nint stride, int* offsets, int segments, int length, float* panel, int columns, float* tile)
    {
        if (Vector512.IsHardwareAccelerated) Product<Lanes512>(group0, group1, group2, stride, offsets, segments, length, panel, columns, tile);
        else Product<LanesNative>(group0, group1, group2, stride, offsets, segments, length, panel, columns, tile);
    }

    /// <summary>
    /// tile[r, :] = (what it was, if <paramref name="adds"/>) + sum over i &lt; length of a[r * stride + i] * panel[i * panelStep, :], for <paramref name="rows"/> rows
    /// rounded up to a multiple of four: as many must be readable and the tile must have room for them. For a panel that comes from memory, <paramref name="ahead"/> floats
    /// before it is read the first twelve rows ask for it (x86; 0 for a panel that is in cache).
    /// </summary>
    public static void Product(float* a, nint stride, int rows, int length, float* panel, int panelStep, int columns, bool adds, float* tile, nint ahead = 0)
    {
        if (!Sse.IsSupported) ahead = 0;
        if (Vector512.IsHardwareAccelerated) Product<Lanes512>(a, stride, rows, length, panel, panelStep, columns, adds, tile, ahead);
        else Product<LanesNative>(a, stride, rows, length, panel, panelStep, columns, adds, tile, ahead);
    }

    /// <summary>
    /// tile[r, :] = (what it was, if <paramref name="adds"/>) + sum over lines y and points x of a[y * aLine + x * aStep + r] * b[y * bLine + x * bStep + :]: an outer
    /// product per point, for <paramref name="rows"/> rows rounded up to a multiple of four. Reads as many floats at every a, and <see cref="Width"/> (or half of it,
    /// if <paramref name="columns"/> fits) at every b.
    /// </summary>
    public static void Outer(float* a, nint aStep, nint aLine, int rows, float* b, nint bStep, nint bLine, int lines, int points, int columns, bool adds, float* tile)
    {
        if (Vector512.IsHardwareAccelerated) Outer<Lanes512>(a, aStep, aLine, rows, b, bStep, bLine, lines, points, columns, adds, tile);
        else Outer<LanesNative>(a, aStep, aLine, rows, b, bStep, bLine, lines, points, columns, adds, tile);
    }

    private static void Product<T>(float* group0, float* group1, float* group2, nint stride, int* offsets, int segments, int length, float* panel, int columns, float* tile) where T : struct, ILanes<T>
    {
        int width = 2 * T.Count;
        if (HasManyRegisters)
        {
            if (columns > T.Count) Product12x2<T>(group0, group1, group2, stride, offsets, segments, length, panel, width, false, tile, width);
            else Product12x1<T>(group0, group1, group2, stride, offsets, segments, length, panel, width, false, tile, width);
            return;
        }
        Product4x2<T>(group0, stride, offsets, segments, length, panel, width, false, tile, width);
        Product4x2<T>(group1, stride, offsets, segments, length, panel, width, false, tile + 4 * width, width);
        Product4x2<T>(group2, stride, offsets, segments, length, panel, width, false, tile + 8 * width, width);
    }

    private static void Product<T>(float* a, nint stride, int rows, int length, float* panel, int panelStep, int columns, bool adds, float* tile, nint ahead) where T : struct, ILanes<T>
    {
        int width = 2 * T.Count, zero = 0, row = 0;
        bool wide = columns > T.Count;
        for (; HasManyRegisters && row < rows - 8; row += 12)
        {
            float* first = a + row * stride;
            if (wide) Product12x2<T>(first, first + 4 * stride, first + 8 * stride, stride, &zero, 1, length, panel, panelStep, adds, tile + row * width, width, row == 0 ? ahead : 0);
            else Product12x1<T>(first, first + 4 * stride, first + 8 * stride, stride, &zero, 1, length, panel, panelStep, adds, tile + row * width, width);
        }
        for (; row < rows; row += 4)
        {
            if (wide) Product4x2<T>(a + row * stride, stride, &zero, 1, length, panel, panelStep, adds, tile + row * width, width);
            else Product4x1<T>(a + row * stride, stride, &zero, 1, length, panel, panelStep, adds, tile + row * width, width);
        }
    }

    private static void Outer<T>(float* a, nint aStep, nint aLine, int rows, float* b, nint bStep, nint bLine, int lines, int points, int columns, bool adds, float* tile) where T : struct, ILanes<T>
    {
        int width = 2 * T.Count, row = 0;
        bool wide = columns > T.Count;
        for (; HasManyRegisters && row < rows - 8; row += 12)
        {
            if (wide) Outer12x2<T>(a + row, aStep, aLine, b, bStep, bLine, lines, points, adds, tile + row * width, width);
            else Outer12x1<T>(a + row, aStep, aLine, b, bStep, bLine, lines, points, adds, tile + row * width, width);
        }
        for (; row < rows; row += 4)
        {
            if (wide) Outer4x2<T>(a + row, aStep, aLine, b, bStep, bLine, lines, points, adds, tile + row * width, width);
            else Outer4x1<T>(a + row, aStep, aLine, b, bStep, bLine, lines, points, adds, tile + row * width, width);
        }
    }
}
