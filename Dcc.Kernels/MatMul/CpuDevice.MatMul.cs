// Matrix product: B packed into panels, or read in place where packing would not pay, and register tiles over them.
// Read next: MicroKernel.cs, then ../Conv2d/CpuDevice.Conv2d.cs.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Rows of C that a part computes with one panel: eight tiles, so that the panel is read from cache several times.</summary>
    private const int MatMulRowBlock = 8 * MicroKernel.Rows;

    /// <summary>Below this many rows a panel would be read too rarely to be worth packing.</summary>
    private const int FewRows = 24;

    /// <summary>Rows of C of a part of A^T B (four tiles), and the length of a stretch of its sums: both operands then stay in the first two caches.</summary>
    private const int OuterStrip = 48, OuterStretch = 256;

    private protected override void MatMulCore(in MatMulShape shape, Epilogue epilogue, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float>? bias, DeviceBuffer<float> c)
    {
        MatMulShape s = shape;
        int width = MicroKernel.Width, panels = (s.N + width - 1) / width;
        float* left = Pointer(a), right = Pointer(b), result = Pointer(c), biases = bias is null ? null : Pointer(bias);
        // Whole vectors of both operands can be read in place: no transposition, no packing.
        if (s is { TransposeA: true, TransposeB: false } && s.M % 4 == 0 && s.N % (width / 2) == 0)
        {
            Run(s.Batch * ((s.M + OuterStrip - 1) / OuterStrip) * panels, new OuterTiles(s, epilogue, left, right, biases, result));
            return;
        }
        using DeviceBuffer<float> turned = Rent<float>(s.TransposeA ? s.LengthA : 0);
        if (s.TransposeA)
        {
            TransposeBatch(s.Batch, s.K, s.M, left, Pointer(turned));
            left = Pointer(turned);
        }
        bool packs = s.TransposeB || s.M >= FewRows || s.N % (width / 2) != 0;
        using DeviceBuffer<float> packed = Rent<float>(packs ? checked(s.Batch * panels * s.K * width) : 0);
        float* panel = packs ? Pointer(packed) : null;
        if (packs) Run(s.Batch * panels, new PackPanels(s, panels, right, panel));
        Run(s.Batch * ((s.M + MatMulRowBlock - 1) / MatMulRowBlock) * panels, new ProductTiles(s, epilogue, left, right, panel, biases, result));
    }

    /// <summary>Part (batch, panel): its columns of B as [k, width], zero beyond the last column.</summary>
    private readonly struct PackPanels(MatMulShape s, int panels, float* b, float* packed) : IParts
    {
        public void Part(int part)
        {
            int width = MicroKernel.Width, first = part % panels * width, columns = Math.Min(width, s.N - first);
            float* from = b + (nint)(part / panels) * s.K * s.N, panel = packed + (nint)part * s.K * width;
            if (columns < width) new Span<float>(panel, s.K * width).Clear();
            if (s.TransposeB)
            {
                Transpose(from + (nint)first * s.K, s.K, panel, width, columns, s.K);
                return;
            }
            for (int k = 0; k < s.K; k++, panel += width) new ReadOnlySpan<float>(from + (nint)k * s.N + first, columns).CopyTo(new Span<float>(panel, columns));
        }
    }

    /// <summary>Part (batch, row block, panel) of A B, A being rows of k values.</summary>
    private readonly struct ProductTiles(MatMulShape s, Epilogue epilogue, float* a, float* b, float* packed, float* bias, float* c) : IParts
    {
        public void Part(int part)
        {
            int width = MicroKernel.Width, panels = (s.N + width - 1) / width, blocks = (s.M + MatMulRowBlock - 1) / MatMulRowBlock;
            int batch = part / (blocks * panels), block = part / panels % blocks, first = part % panels * width, columns = Math.Min(width, s.N - first);
            float* panel = packed != null ? packed + ((nint)batch * panels + part % panels) * s.K * width : b + (nint)batch * s.K * s.N + first;
            int panelStep = packed != null ? width : s.N;
            float* rows = a + (nint)batch * s.M * s.K, tileRoom = stackalloc float[MicroKernel.TileLength + AlignmentSlack], tile = Aligned(tileRoom);
            int end = Math.Min(s.M, (block + 1) * MatMulRowBlock);
            for (int m = block * MatMulRowBlock; m < end;)
            {
                // Whole groups of four rows; each of the last three at most is computed as four times the same.
                int count = Math.Min(MicroKernel.Rows, (end - m) / 4 * 4), step = count;
                if (count == 0) (count, step) = (1, 4);
                MicroKernel.Product(rows + (nint)m * s.K, count == 1 ? 0 : s.K, step, s.K, panel, panelStep, columns, false, tile);
                for (int r = 0; r < count; r++)
                    StoreRow(tile + r * width, columns, epilogue, bias + first, c + ((nint)batch * s.M + m + r) * s.N + first);
                m += count;
            }
        }
    }

    /// <summary>Part (batch, strip of rows, panel) of A^T B, both read in place: sums of outer products of their rows.</summary>
    private readonly struct OuterTiles(MatMulShape s, Epilogue epilogue, float* a, float* b, float* bias, float* c) : IParts
    {
        public void Part(int part)
        {
            int width = MicroKernel.Width, panels = (s.N + width - 1) / width, strips = (s.M + OuterStrip - 1) / OuterStrip;
            int batch = part / (strips * panels), m = part / panels % strips * OuterStrip, first = part % panels * width;
            int rows = Math.Min(OuterStrip, s.M - m), columns = Math.Min(width, s.N - first);
            float* left = a + (nint)batch * s.K * s.M + m, right = b + (nint)batch * s.K * s.N + first, sumsRoom = stackalloc float[OuterStrip * 32 + AlignmentSlack], sums = Aligned(sumsRoom);
            for (int k = 0; k < s.K; k += OuterStretch)
                MicroKernel.Outer(left + (nint)k * s.M, s.M, 0, rows, right + (nint)k * s.N, s.N, 0, 1, Math.Min(OuterStretch, s.K - k), columns, k > 0, sums);
            for (int r = 0; r < rows; r++)
                StoreRow(sums + r * width, columns, epilogue, bias + first, c + ((nint)batch * s.M + m + r) * s.N + first);
        }
    }

    /// <summary>Bias and ReLU on one row of a tile, on the way to memory.</summary>
    private static void StoreRow(float* tile, int columns, Epilogue epilogue, float* bias, float* target)
    {
        if (Vector512.IsHardwareAccelerated) StoreRow<Lanes512>(tile, columns, epilogue, bias, target);
        else StoreRow<LanesNative>(tile, columns, epilogue, bias, target);
    }

    private static void StoreRow<T>(float* tile, int columns, Epilogue epilogue, float* bias, float* target) where T : struct, ILanes<T>
    {
        int n = 0;
        for (; n <= columns - T.Count; n += T.Count)
        {
            T value = T.Load(tile + n);
            if (epilogue != Epilogue.None) value += T.Load(bias + n);
            if (epilogue == Epilogue.BiasRelu) value = T.Max(value, T.Broadcast(0f));
            value.Store(target + n);
        }
        for (; n < columns; n++)
        {
            float value = epilogue == Epilogue.None ? tile[n] : tile[n] + bias[n];
            target[n] = epilogue == Epilogue.BiasRelu ? Math.Max(value, 0f) : value;
        }
    }

    private static void AddInto(float* source, float* target, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) (Vector.Load(target + i) + Vector.Load(source + i)).Store(target + i);
        for (; i < count; i++) target[i] += source[i];
    }
}
