// Pools on the GPU: each thread owns one element of what is written. Bound: memory bandwidth. Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>A <see cref="PoolShape"/> as a kernel takes it: integers only.</summary>
    internal readonly record struct PoolSizes(int Height, int Width, int Channels, int OutHeight, int OutWidth, int Window, int Stride, int Padding)
    {
        public static PoolSizes Of(PoolShape s) => new(s.Height, s.Width, s.Channels, s.OutHeight, s.OutWidth, s.Window, s.Stride, s.Padding);
    }

    /// <summary>Index of the first largest element of a window.</summary>
    private static int PoolWinner(PoolSizes s, ArrayView<float> x, int n, int oy, int ox, int c)
    {
        int startY = oy * s.Stride - s.Padding, startX = ox * s.Stride - s.Padding;
        int top = Math.Max(0, startY), left = Math.Max(0, startX), bottom = Math.Min(s.Height, startY + s.Window), right = Math.Min(s.Width, startX + s.Window);
        int best = ((n * s.Height + top) * s.Width + left) * s.Channels + c;
        float value = x[best];
        for (int iy = top; iy < bottom; iy++)
        {
            for (int ix = left; ix < right; ix++)
            {
                int index = ((n * s.Height + iy) * s.Width + ix) * s.Channels + c;
                float candidate = x[index];
                if (IsLarger(candidate, value))
                {
                    value = candidate;
                    best = index;
                }
            }
        }
        return best;
    }

    /// <summary>Whether a later element takes the lead. NaN beats every number and is beaten by none, as on the CPU: a trainer must see it.</summary>
    private static bool IsLarger(float candidate, float best) => candidate > best || (float.IsNaN(candidate) && !float.IsNaN(best));

    private static void MaxPoolForwardKernel(Index1D i, PoolSizes s, ArrayView<float> x, ArrayView<float> y)
    {
        int c = i % s.Channels, pixel = i / s.Channels;
        y[i] = x[PoolWinner(s, x, pixel / (s.OutWidth * s.OutHeight), pixel / s.OutWidth % s.OutHeight, pixel % s.OutWidth, c)];
    }

    /// <summary>A thread owns one input and asks every window over it who won.</summary>
    private static void MaxPoolBackwardKernel(Index1D i, PoolSizes s, ArrayView<float> x, ArrayView<float> gradY, ArrayView<float> gradX)
    {
        int c = i % s.Channels, pixel = i / s.Channels;
        int ix = pixel % s.Width, iy = pixel / s.Width % s.Height, n = pixel / (s.Width * s.Height);
        float sum = 0f;
        int firstY = Math.Max(0, (iy + s.Padding - s.Window + s.Stride) / s.Stride), lastY = Math.Min(s.OutHeight - 1, (iy + s.Padding) / s.Stride);
        int firstX = Math.Max(0, (ix + s.Padding - s.Window + s.Stride) / s.Stride), lastX = Math.Min(s.OutWidth - 1, (ix + s.Padding) / s.Stride);
        for (int oy = firstY; oy <= lastY; oy++)
        {
            for (int ox = firstX; ox <= lastX; ox++)
            {
                if (PoolWinner(s, x, n, oy, ox, c) == i) sum += gradY[((n * s.OutHeight + oy) * s.OutWidth + ox) * s.Channels + c];
            }
        }
        gradX[i] = sum;
    }

    private static void GlobalAveragePoolForwardKernel(Index1D i, int positions, int channels, ArrayView<float> x, ArrayView<float> y)
    {
        int start = i / channels * positions * channels + i % channels;
        float sum = 0f;
        for (int p = 0; p < positions; p++) sum += x[start + p * channels];
        y[i] = sum / positions;
    }

    private static void GlobalAveragePoolBackwardKernel(Index1D i, int positions, int channels, ArrayView<float> gradY, ArrayView<float> gradX) =>
        gradX[i] = gradY[i / (positions * channels) * channels + i % channels] / positions;

    private static void GlobalMaxPoolForwardKernel(Index1D i, int positions, int channels, ArrayView<float> x, ArrayView<float> y)
    {
        int start = i / channels * positions * channels + i % channels;
        float best = x[start];
        for (int p = 1; p < positions; p++)
        {
            float candidate = x[start + p * channels];
            if (IsLarger(candidate, best)) best = candidate;
        }
        y[i] = best;
    }

    private static void GlobalMaxPoolBackwardKernel(Index1D i, int positions, int channels, ArrayView<float> x, ArrayView<float> y, ArrayView<float> gradY, ArrayView<float> gradX)
    {
        int start = i / channels * positions * channels + i % channels;
        float largest = y[i], left = gradY[i];
        for (int p = 0; p < positions; p++)
        {
            bool wins = x[start + p * channels] == largest;
            gradX[start + p * channels] = wins ? left : 0f;
            if (wins) left = 0f;
        }
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, PoolSizes, ArrayView<float>, ArrayView<float>>>? maxPoolForward;
    private GpuKernel<Action<Index1D, PoolSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? maxPoolBackward;
    private GpuKernel<Action<Index1D, int, int, ArrayView<float>, ArrayView<float>>>? averagePoolForward, averagePoolBackward, globalMaxPoolForward;
    private GpuKernel<Action<Index1D, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? globalMaxPoolBackward;

    private protected override void MaxPoolForwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        maxPoolForward ??= Load(nameof(MaxPoolForwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, PoolSizes, ArrayView<float>, ArrayView<float>>(MaxPoolForwardKernel));
        maxPoolForward.Launch(shape.LengthY, PoolSizes.Of(shape), View(x), View(y));
    }

    private protected override void MaxPoolBackwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        maxPoolBackward ??= Load(nameof(MaxPoolBackwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, PoolSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>>(MaxPoolBackwardKernel));
        maxPoolBackward.Launch(shape.LengthX, PoolSizes.Of(shape), View(x), View(gradY), View(gradX));
    }

    private protected override void GlobalAveragePoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        averagePoolForward ??= Load(nameof(GlobalAveragePoolForwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, int, ArrayView<float>, ArrayView<float>>(GlobalAveragePoolForwardKernel));
        averagePoolForward.Launch(batch * channels, positions, channels, View(x), View(y));
    }

    private protected override void GlobalAveragePoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        averagePoolBackward ??= Load(nameof(GlobalAveragePoolBackwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, int, ArrayView<float>, ArrayView<float>>(GlobalAveragePoolBackwardKernel));
        averagePoolBackward.Launch(batch * positions * channels, positions, channels, View(gradY), View(gradX));
    }

    private protected override void GlobalMaxPoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        globalMaxPoolForward ??= Load(nameof(GlobalMaxPoolForwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, int, ArrayView<float>, ArrayView<float>>(GlobalMaxPoolForwardKernel));
        globalMaxPoolForward.Launch(batch * channels, positions, channels, View(x), View(y));
    }

    private protected override void GlobalMaxPoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        globalMaxPoolBackward ??= Load(nameof(GlobalMaxPoolBackwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(GlobalMaxPoolBackwardKernel));
        globalMaxPoolBackward.Launch(batch * channels, positions, channels, View(x), View(y), View(gradY), View(gradX));
    }
}
