// The 2x2 max pool at the end of a convolution: windows are pooled while they are in the first-level cache. Read next: Conv2dChoice.cs.
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Where a convolution's sums go: bias and ReLU on the way, and the pool if there is one. Winners may be null.</summary>
    private readonly struct ConvolutionOutput(Epilogue epilogue, float* bias, float* y, bool pools, int pooledHeight, int pooledWidth, byte* winners)
    {
        public readonly Epilogue Epilogue = epilogue;
        public readonly float* Bias = bias, Y = y;
        public readonly bool Pools = pools;
        public readonly int PooledHeight = pooledHeight, PooledWidth = pooledWidth;
        public readonly byte* Winners = winners;

        public static ConvolutionOutput Whole(Epilogue epilogue, DeviceBuffer<float>? bias, DeviceBuffer<float> y) =>
            new(epilogue, bias is null ? null : Pointer(bias), Pointer(y), false, 0, 0, null);

        public static ConvolutionOutput Pooled(Epilogue epilogue, DeviceBuffer<float>? bias, DeviceBuffer<float> y, in PoolShape pool, DeviceBuffer<byte>? winners) =>
            new(epilogue, bias is null ? null : Pointer(bias), Pointer(y), true, pool.OutHeight, pool.OutWidth, winners is null ? null : Pointer(winners));
    }

    private protected override void Conv2dPoolForwardCore(in Conv2dShape shape, in PoolShape pool, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y, DeviceBuffer<byte>? winners) =>
        Convolve(shape, Pointer(x), Pointer(weight), null, ConvolutionOutput.Pooled(epilogue, bias, y, pool, winners));

    private protected override void Conv2dPoolForwardCore(in Conv2dShape shape, in PoolShape pool, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, PreparedWeights prepared, DeviceBuffer<float>? bias, DeviceBuffer<float> y, DeviceBuffer<byte>? winners) =>
        Convolve(shape, Pointer(x), Pointer(weight), prepared, ConvolutionOutput.Pooled(epilogue, bias, y, pool, winners));

    /// <summary>
    /// Pools the windows of a block of sums, rows x columns pixels with <paramref name="channels"/> channels each, whose first pixel is (row, column) of the picture:
    /// both are even. Windows cut off by the block's end are cut off by the picture's.
    /// </summary>
    private static void StorePooled<T>(in ConvolutionOutput output, int image, int row, int column, int firstChannel, int channels, int outChannels, float* sums, int rows, int columns, nint rowStep, nint columnStep)
        where T : struct, ILanes<T>
    {
        bool relu = output.Epilogue == Epilogue.BiasRelu;
        T zero = T.Broadcast(0f);
        for (int y = 0; y < rows && (row + y) / 2 < output.PooledHeight; y += 2)
        for (int x = 0; x < columns && (column + x) / 2 < output.PooledWidth; x += 2)
        {
            float* window = sums + y * rowStep + x * columnStep;
            nint right = x + 1 < columns ? columnStep : 0, below = y + 1 < rows ? rowStep : 0, place = (((nint)image * output.PooledHeight + (row + y) / 2) * output.PooledWidth + (column + x) / 2) * outChannels + firstChannel;
            float* to = output.Y + place;
            byte* winner = output.Winners == null ? null : output.Winners + place;
            int c = 0;
            for (; c <= channels - T.Count; c += T.Count)
            {
                // A window without a right or a lower half meets its first elements again, which never beat themselves.
                T best = T.Load(window + c), who = zero, next = T.Load(window + right + c);
                who = T.SelectGreater(next, best, T.Broadcast(1f), who);
                best = T.Max(best, next);
                next = T.Load(window + below + c);
                who = T.SelectGreater(next, best, T.Broadcast(2f), who);
                best = T.Max(best, next);
                next = T.Load(window + below + right + c);
                who = T.SelectGreater(next, best, T.Broadcast(3f), who);
                best = T.Max(best, next);
                if (output.Epilogue != Epilogue.None) best += T.Load(output.Bias + firstChannel + c);
                if (relu)
                {
                    who = T.SelectGreater(best, zero, who, T.Broadcast(NoWinner));
                    best = T.Max(best, zero);
                }
                best.Store(to + c);
                if (winner != null) who.StoreBytes(winner + c);
            }
            for (; c < channels; c++)
            {
                int who = 0;
                float best = window[c];
                for (int i = 1; i < 4; i++)
                {
                    float next = window[(i & 1) * right + (i >> 1) * below + c];
                    if (next > best) who = i;
                    best = MathF.Max(best, next);
                }
                if (output.Epilogue != Epilogue.None) best += output.Bias[firstChannel + c];
                if (relu && !(best > 0f)) who = NoWinner;
                to[c] = relu ? MathF.Max(best, 0f) : best;
                if (winner != null) winner[c] = (byte)who;
            }
        }
    }

    private protected override void Conv2dPoolBackwardCore(in PoolShape pool, DeviceBuffer<byte> winners, DeviceBuffer<float> gradY, DeviceBuffer<float> gradSum, DeviceBuffer<float>? gradBias)
    {
        using DeviceBuffer<float> partial = Rent<float>(ColumnSumChunks * pool.Channels);
        if (Vector512.IsHardwareAccelerated) Run(ColumnSumChunks, new ScatterRows<Lanes512>(pool, Pointer(winners), Pointer(gradY), Pointer(gradSum), Pointer(partial)));
        else Run(ColumnSumChunks, new ScatterRows<LanesNative>(pool, Pointer(winners), Pointer(gradY), Pointer(gradSum), Pointer(partial)));
        if (gradBias is not null) AddChunks(pool.Channels, Pointer(partial), Pointer(gradBias));
    }

    /// <summary>Part c: chunk c of all pairs of rows; each gradient goes to its winner, the other three of the window get zero, and the column sums are taken on the way.</summary>
    private readonly struct ScatterRows<T>(PoolShape pool, byte* winners, float* gradY, float* gradSum, float* partial) : IParts where T : struct, ILanes<T>
    {
        public void Part(int part)
        {
            float* sums = partial + part * pool.Channels;
            new Span<float>(sums, pool.Channels).Clear();
            int pairs = (pool.Height + 1) / 2, all = pool.Batch * pairs, channels = pool.Channels;
            for (int pair = (int)((long)all * part / ColumnSumChunks); pair < (int)((long)all * (part + 1) / ColumnSumChunks); pair++)
            {
                int image = pair / pairs, row = pair % pairs, height = Math.Min(2, pool.Height - 2 * row);
                float* to = gradSum + ((nint)image * pool.Height + 2 * row) * pool.Width * channels;
                nint line = (nint)pool.Width * channels;
                for (int column = 0; column < (pool.Width + 1) / 2; column++, to += 2 * channels)
                {
                    int width = Math.Min(2, pool.Width - 2 * column);
                    if (row >= pool.OutHeight || column >= pool.OutWidth)
                    {
                        for (int y = 0; y < height; y++) new Span<float>(to + y * line, width * channels).Clear();
                        continue;
                    }
                    nint place = (((nint)image * pool.OutHeight + row) * pool.OutWidth + column) * channels;
                    Scatter(gradY + place, winners + place, to, line, height, width, channels, sums);
                }
            }
        }

        private static void Scatter(float* grad, byte* winners, float* to, nint line, int height, int width, int channels, float* sums)
        {
            T zero = T.Broadcast(0f), half = T.Broadcast(0.5f);
            int c = 0;
            for (; c <= channels - T.Count; c += T.Count)
            {
                T winner = T.LoadBytes(winners + c), value = T.Load(grad + c);
                (T.Load(sums + c) + T.SelectGreater(T.Broadcast(NoWinner), winner, value, zero)).Store(sums + c);
                for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                {
                    // winner == i: its distance from i is below one half.
                    T distance = winner - T.Broadcast(y * 2 + x);
                    T.SelectGreater(half, distance * distance, value, zero).Store(to + y * line + (nint)x * channels + c);
                }
            }
            for (; c < channels; c++)
            {
                if (winners[c] < NoWinner) sums[c] += grad[c];
                for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) to[y * line + (nint)x * channels + c] = winners[c] == y * 2 + x ? grad[c] : 0f;
            }
        }
    }
}
