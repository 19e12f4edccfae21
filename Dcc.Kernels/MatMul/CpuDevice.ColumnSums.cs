// Sums over rows, the gradient of a bias, alone or in one pass with the ReLU's mask. Read next: ../Conv2d/CpuDevice.Conv2dPool.cs.
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Row chunks of a column sum: fixed, so that the order of additions does not depend on the threads.</summary>
    private const int ColumnSumChunks = 16;

    private protected override void ColumnSumsCore(int rows, int columns, DeviceBuffer<float> x, DeviceBuffer<float> sums) =>
        SumRows(rows, columns, null, Pointer(x), Pointer(sums));

    private protected override void EpilogueBackwardCore(bool relu, int rows, int columns, DeviceBuffer<float> y, DeviceBuffer<float> grad, DeviceBuffer<float> gradBias) =>
        SumRows(rows, columns, relu ? Pointer(y) : null, Pointer(grad), Pointer(gradBias));

    private void SumRows(int rows, int columns, float* y, float* x, float* sums)
    {
        using DeviceBuffer<float> partial = Rent<float>(ColumnSumChunks * columns);
        float* parts = Pointer(partial);
        if (Vector512.IsHardwareAccelerated) Run(ColumnSumChunks, new RowSums<Lanes512>(rows, columns, y, x, parts));
        else Run(ColumnSumChunks, new RowSums<LanesNative>(rows, columns, y, x, parts));
        AddChunks(columns, parts, sums);
    }

    /// <summary>sums = the sums of all chunks, in order.</summary>
    private static void AddChunks(int columns, float* parts, float* sums)
    {
        new Span<float>(parts, columns).CopyTo(new Span<float>(sums, columns));
        for (int part = 1; part < ColumnSumChunks; part++) AddInto(parts + part * columns, sums, columns);
    }

    /// <summary>Part c: sums of the rows of chunk c; where y is given, x is first set to zero in place wherever y is not positive.</summary>
    private readonly struct RowSums<T>(int rows, int columns, float* y, float* x, float* parts) : IParts where T : struct, ILanes<T>
    {
        public void Part(int part)
        {
            int chunk = (rows + ColumnSumChunks - 1) / ColumnSumChunks, end = Math.Min(rows, (part + 1) * chunk);
            float* sum = parts + part * columns;
            new Span<float>(sum, columns).Clear();
            T zero = T.Broadcast(0f);
            for (int row = part * chunk; row < end; row++)
            {
                float* own = x + (nint)row * columns, mask = y + (nint)row * columns;
                int c = 0;
                for (; c <= columns - T.Count; c += T.Count)
                {
                    T value = T.Load(own + c);
                    if (y != null)
                    {
                        value = T.SelectGreater(T.Load(mask + c), zero, value, zero);
                        value.Store(own + c);
                    }
                    (T.Load(sum + c) + value).Store(sum + c);
                }
                for (; c < columns; c++)
                {
                    if (y != null && !(mask[c] > 0f)) own[c] = 0f;
                    sum[c] += own[c];
                }
            }
        }
    }
}
