// Matrix product: B packed into panels, register tiles over them. Read next: MicroKernel.cs, then ../Conv2d/CpuDevice.Conv2d.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Rows of C that one thread takes at a time: eight tiles, so that a panel is read from cache several times.</summary>
    private const int MatMulRowBlock = 8 * MicroKernel.Rows;

    private protected override void MatMulCore(in MatMulShape shape, Epilogue epilogue, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float>? bias, DeviceBuffer<float> c)
    {
        MatMulShape s = shape;
        int width = MicroKernel.Width, panels = (s.N + width - 1) / width, blocks = (s.M + MatMulRowBlock - 1) / MatMulRowBlock;
        using DeviceBuffer<float> packed = Rent<float>(checked(s.Batch * panels * s.K * width));
        using DeviceBuffer<float> turned = Rent<float>(s.TransposeA ? s.LengthA : 0);
        float* left = Pointer(a), right = Pointer(b), panel = Pointer(packed), result = Pointer(c), biases = bias is null ? null : Pointer(bias);

        Run(s.Batch * panels, part =>
        {
            int batch = part / panels, first = part % panels * width;
            PackPanel(right + (nint)batch * s.K * s.N, s, first, panel + (nint)part * s.K * width);
        });
        if (s.TransposeA)
        {
            float* target = Pointer(turned), source = left;
            Run(s.Batch * blocks, part =>
            {
                int batch = part / blocks, start = part % blocks * MatMulRowBlock;
                nint origin = (nint)batch * s.M * s.K;
                for (int k = 0; k < s.K; k++)
                for (int m = start; m < Math.Min(s.M, start + MatMulRowBlock); m++)
                    target[origin + (nint)m * s.K + k] = source[origin + (nint)k * s.M + m];
            });
            left = target;
        }
        float* rows = left;
        Run(s.Batch * blocks * panels, part =>
        {
            int batch = part / (blocks * panels), block = part / panels % blocks, which = part % panels;
            float* tile = stackalloc float[MicroKernel.TileLength];
            int zero = 0, columns = Math.Min(width, s.N - which * width);
            float* own = panel + ((nint)batch * panels + which) * s.K * width, batchRows = rows + (nint)batch * s.M * s.K;
            int start = block * MatMulRowBlock, end = Math.Min(s.M, start + MatMulRowBlock);
            for (int m = start; m < end;)
            {
                // Whole groups of four rows; what is left (at most three rows) is computed as groups that repeat one row (stride 0).
                int groups = Math.Min(3, (end - m) / 4), count = groups > 0 ? groups * 4 : end - m;
                nint stride = groups > 0 ? s.K : 0;
                float* group0 = batchRows + (nint)m * s.K;
                int step = groups > 0 ? 4 : 1, last = groups > 0 ? groups - 1 : count - 1;
                float* group1 = group0 + (nint)Math.Min(1, last) * step * s.K, group2 = group0 + (nint)Math.Min(2, last) * step * s.K;
                MicroKernel.Product(group0, group1, group2, stride, &zero, 1, s.K, own, columns, tile);
                for (int r = 0; r < count; r++)
                {
                    float* line = tile + (groups > 0 ? r : 4 * r) * width;
                    StoreRow(line, columns, epilogue, biases + which * width, result + ((nint)batch * s.M + m + r) * s.N + which * width);
                }
                m += count;
            }
        });
    }

    /// <summary>Copies columns first.. of B into [k, width], zero beyond the last column.</summary>
    private static void PackPanel(float* b, MatMulShape s, int first, float* panel)
    {
        int width = MicroKernel.Width, columns = Math.Min(width, s.N - first);
        for (int k = 0; k < s.K; k++, panel += width)
        {
            if (s.TransposeB) for (int n = 0; n < columns; n++) panel[n] = b[(nint)(first + n) * s.K + k];
            else new ReadOnlySpan<float>(b + (nint)k * s.N + first, columns).CopyTo(new Span<float>(panel, columns));
            new Span<float>(panel + columns, width - columns).Clear();
        }
    }

    /// <summary>Bias and ReLU on one row of a tile, on the way to memory.</summary>
    private static void StoreRow(float* tile, int columns, Epilogue epilogue, float* bias, float* target)
    {
        int n = 0, lanes = Vector<float>.Count;
        for (; n <= columns - lanes; n += lanes)
        {
            Vector<float> value = Vector.Load(tile + n);
            if (epilogue != Epilogue.None) value += Vector.Load(bias + n);
            if (epilogue == Epilogue.BiasRelu) value = Vector.Max(value, Vector<float>.Zero);
            value.Store(target + n);
        }
        for (; n < columns; n++)
        {
            float value = epilogue == Epilogue.None ? tile[n] : tile[n] + bias[n];
            target[n] = epilogue == Epilogue.BiasRelu ? Math.Max(value, 0f) : value;
        }
    }

    /// <summary>Row chunks of a column sum: fixed, so that the order of additions does not depend on the threads.</summary>
    private const int ColumnSumChunks = 16;

    private protected override void ColumnSumsCore(int rows, int columns, DeviceBuffer<float> x, DeviceBuffer<float> sums)
    {
        int chunk = (rows + ColumnSumChunks - 1) / ColumnSumChunks;
        using DeviceBuffer<float> partial = Rent<float>(ColumnSumChunks * columns);
        float* source = Pointer(x), parts = Pointer(partial), target = Pointer(sums);
        Run(ColumnSumChunks, part =>
        {
            Span<float> sum = new(parts + part * columns, columns);
            sum.Clear();
            for (int row = part * chunk; row < Math.Min(rows, (part + 1) * chunk); row++) AddInto(source + (nint)row * columns, parts + part * columns, columns);
        });
        new Span<float>(parts, columns).CopyTo(new Span<float>(target, columns));
        for (int part = 1; part < ColumnSumChunks; part++) AddInto(parts + part * columns, target, columns);
    }

    private static void AddInto(float* source, float* target, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) (Vector.Load(target + i) + Vector.Load(source + i)).Store(target + i);
        for (; i < count; i++) target[i] += source[i];
    }
}
