// The 2x2 max pool after a convolution on the GPU: inside Winograd's output transform, or a pass of its own over the full map, which is scratch.
// Read next: GpuDevice.Conv2dWinogradPool.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>A thread per pooled element. Bound: memory bandwidth, 21 bytes an element.</summary>
    private static void PoolWinnersKernel(Index1D i, PoolSizes s, int relu, ArrayView<float> x, ArrayView<float> y, ArrayView<byte> winners)
    {
        int c = i % s.Channels, pixel = i / s.Channels;
        int ox = pixel % s.OutWidth, oy = pixel / s.OutWidth % s.OutHeight, n = pixel / (s.OutWidth * s.OutHeight);
        int first = ((n * s.Height + oy * 2) * s.Width + ox * 2) * s.Channels + c;
        int right = ox * 2 + 1 < s.Width ? s.Channels : 0, below = oy * 2 + 1 < s.Height ? s.Width * s.Channels : 0;
        float best = x[first];
        int winner = 0;
        for (int k = 1; k < 4; k++)
        {
            float next = x[first + (k & 1) * right + (k >> 1) * below];
            if (!IsLarger(next, best)) continue;
            best = next;
            winner = k;
        }
        // The convolution has applied the ReLU already: what it stopped is zero.
        if (relu != 0 && best <= 0f) winner = NoWinner;
        y[i] = best;
        winners[i] = (byte)winner;
    }

    /// <summary>A thread per element of the full map asks whether it won. Bound: memory bandwidth, about 5 bytes an element.</summary>
    private static void PoolScatterKernel(Index1D i, PoolSizes s, ArrayView<byte> winners, ArrayView<float> gradY, ArrayView<float> gradX)
    {
        int c = i % s.Channels, pixel = i / s.Channels;
        int x = pixel % s.Width, y = pixel / s.Width % s.Height, n = pixel / (s.Width * s.Height);
        int ox = x / 2, oy = y / 2;
        float value = 0f;
        if (ox < s.OutWidth && oy < s.OutHeight)
        {
            int place = ((n * s.OutHeight + oy) * s.OutWidth + ox) * s.Channels + c;
            if (winners[place] == (y - 2 * oy) * 2 + x - 2 * ox) value = gradY[place];
        }
        gradX[i] = value;
    }

    private GpuKernel<Action<Index1D, PoolSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<byte>>>? poolWinners;
    private GpuKernel<Action<Index1D, PoolSizes, ArrayView<byte>, ArrayView<float>, ArrayView<float>>>? poolScatter;

    private protected override void Conv2dPoolForwardCore(in Conv2dShape shape, in PoolShape pool, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y, DeviceBuffer<byte>? winners)
    {
        Conv2dPath path = PathOf(shape, Conv2dPass.Forward);
        if (path != Conv2dPath.Direct)
        {
            Winograd(WinogradSizes.Forward(shape, TileOf(path), epilogue), x, weight, bias, y, pool, winners);
            return;
        }
        using DeviceBuffer<float> full = Rent<float>(shape.LengthY);
        Conv2dForwardCore(shape, epilogue, x, weight, bias, full);
        if (winners is null)
        {
            MaxPoolForwardCore(pool, full, y);
            return;
        }
        poolWinners ??= Load(nameof(PoolWinnersKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, PoolSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<byte>>(PoolWinnersKernel));
        poolWinners.Launch(y.Length, PoolSizes.Of(pool), epilogue == Epilogue.BiasRelu ? 1 : 0, View(full), View(y), View(winners));
    }

    private protected override void Conv2dPoolBackwardCore(in PoolShape pool, DeviceBuffer<byte> winners, DeviceBuffer<float> gradY, DeviceBuffer<float> gradSum, DeviceBuffer<float>? gradBias)
    {
        poolScatter ??= Load(nameof(PoolScatterKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, PoolSizes, ArrayView<byte>, ArrayView<float>, ArrayView<float>>(PoolScatterKernel));
        poolScatter.Launch(gradSum.Length, PoolSizes.Of(pool), View(winners), View(gradY), View(gradSum));
        if (gradBias is not null) ColumnSumsCore(gradSum.Length / pool.Channels, pool.Channels, gradSum, gradBias);
    }
}
