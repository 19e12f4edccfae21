// Transposition of matrices in memory, four by four in registers. Read next: ../Conv2d/CpuDevice.Conv2d.cs.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Rows that a part transposes: a line of the result. More rows a power of two apart would not stay in the first-level cache while the columns go by.</summary>
    private const int TransposeRows = 16;

    /// <summary>Transposes <paramref name="batch"/> matrices [rows, columns] into [columns, rows].</summary>
    private void TransposeBatch(int batch, int rows, int columns, float* from, float* to)
    {
        int strips = (rows + TransposeRows - 1) / TransposeRows;
        Run(batch * strips, new TransposeStrips(rows, columns, strips, from, to));
    }

    private readonly struct TransposeStrips(int rows, int columns, int strips, float* from, float* to) : IParts
    {
        public void Part(int part)
        {
            nint matrix = (nint)(part / strips) * rows * columns;
            int first = part % strips * TransposeRows;
            Transpose(from + matrix + (nint)first * columns, columns, to + matrix + first, rows, Math.Min(TransposeRows, rows - first), columns);
        }
    }

    /// <summary>to[c * toStep + r] = from[r * fromStep + c].</summary>
    private static void Transpose(float* from, nint fromStep, float* to, nint toStep, int rows, int columns)
    {
        int column = 0;
        for (; column <= columns - 4; column += 4)
        {
            int row = 0;
            for (; row <= rows - 4; row += 4)
            {
                float* source = from + row * fromStep + column, target = to + column * toStep + row;
                Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + fromStep), c = Vector128.Load(source + 2 * fromStep), d = Vector128.Load(source + 3 * fromStep);
                // Pairs of rows interleaved, then pairs of pairs.
                Vector128<float> acLow = InterleaveLow(a, c), acHigh = InterleaveHigh(a, c), bdLow = InterleaveLow(b, d), bdHigh = InterleaveHigh(b, d);
                InterleaveLow(acLow, bdLow).Store(target);
                InterleaveHigh(acLow, bdLow).Store(target + toStep);
                InterleaveLow(acHigh, bdHigh).Store(target + 2 * toStep);
                InterleaveHigh(acHigh, bdHigh).Store(target + 3 * toStep);
            }
            for (; row < rows; row++)
            for (int i = 0; i < 4; i++) to[(column + i) * toStep + row] = from[row * fromStep + column + i];
        }
        for (; column < columns; column++)
        for (int row = 0; row < rows; row++) to[column * toStep + row] = from[row * fromStep + column];
    }

    /// <summary>a0 b0 a1 b1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b) : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b) : Vector128.Create(a[2], b[2], a[3], b[3]);
}
