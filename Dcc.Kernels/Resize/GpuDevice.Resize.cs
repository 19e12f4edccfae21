// Resizing on the GPU: one kernel, first along the rows, then along the columns; each thread owns one element. Bound: memory bandwidth. Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>x [outer, from, inner] -> y [outer, to, inner].</summary>
    internal readonly record struct ResizeSizes(int From, int To, int Inner, int Taps);

    private static void ResizeKernel(Index1D i, ResizeSizes s, ArrayView<int> first, ArrayView<float> weights, ArrayView<float> x, ArrayView<float> y)
    {
        int inner = i % s.Inner, rest = i / s.Inner, target = rest % s.To, outer = rest / s.To;
        int source = (outer * s.From + first[target]) * s.Inner + inner, weight = target * s.Taps;
        float sum = 0f;
        for (int tap = 0; tap < s.Taps; tap++) sum += weights[weight + tap] * x[source + tap * s.Inner];
        y[i] = sum;
    }

    private static void NormalizePixelsKernel(Index1D pixel, PixelNormalization n, ArrayView<float> x, ArrayView<float> y)
    {
        int first = n.SwapRedBlue != 0 ? 2 : 0, at = 3 * pixel;
        y[at] = x[at + first] * n.Scale0 + n.Offset0;
        y[at + 1] = x[at + 1] * n.Scale1 + n.Offset1;
        y[at + 2] = x[at + 2 - first] * n.Scale2 + n.Offset2;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, ResizeSizes, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? resize;
    private GpuKernel<Action<Index1D, PixelNormalization, ArrayView<float>, ArrayView<float>>>? normalizePixels;

    private protected override void ResizeForwardCore(in ResizeShape shape, ResizeAxis rows, ResizeAxis columns, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        using DeviceBuffer<float> between = Rent<float>(checked(shape.Batch * shape.OutHeight * shape.Width * shape.Channels));
        ResizeAlong(rows, shape.Height, shape.Width * shape.Channels, x, between);
        ResizeAlong(columns, shape.Width, shape.Channels, between, y);
    }

    private void ResizeAlong(ResizeAxis axis, int from, int inner, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        resize ??= Load(nameof(ResizeKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ResizeSizes, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ResizeKernel));
        // Given back while the launch may still wait: whoever rents them next writes on the same stream, after it.
        using DeviceBuffer<int> first = Upload<int>(axis.First);
        using DeviceBuffer<float> weights = Upload<float>(axis.Weights);
        resize.Launch(y.Length, new ResizeSizes(from, axis.First.Length, inner, axis.Taps), View(first), View(weights), View(x), View(y));
    }

    private protected override void NormalizePixelsCore(in PixelNormalization normalization, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        normalizePixels ??= Load(nameof(NormalizePixelsKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, PixelNormalization, ArrayView<float>, ArrayView<float>>(NormalizePixelsKernel));
        if (x.Length > 0) normalizePixels.Launch(x.Length / 3, normalization, View(x), View(y));
    }
}
