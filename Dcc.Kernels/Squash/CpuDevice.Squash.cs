// Squash, SIMD along the channels of a row. Read next: GpuDevice.Squash.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void SquashForwardCore(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        int channels = shape.Channels;
        float* xs = Pointer(x), ys = Pointer(y);
        RunRanges(shape.Rows, SquashGrain(channels), (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                float* source = xs + (nint)row * channels;
                VectorLoops.Scale(SquashFactors.Forward(VectorLoops.Dot(source, source, channels)), source, ys + (nint)row * channels, channels);
            }
        });
    }

    private protected override void SquashBackwardCore(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        int channels = shape.Channels;
        float* xs = Pointer(x), gradYs = Pointer(gradY), gradXs = Pointer(gradX);
        RunRanges(shape.Rows, SquashGrain(channels), (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                float* source = xs + (nint)row * channels, from = gradYs + (nint)row * channels, to = gradXs + (nint)row * channels;
                float square = VectorLoops.Dot(source, source, channels), phi = SquashFactors.Forward(square);
                float along = SquashFactors.Along(square) * VectorLoops.Dot(source, from, channels);
                int c = 0;
                for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count) (phi * Vector.Load(from + c) + along * Vector.Load(source + c)).Store(to + c);
                for (; c < channels; c++) to[c] = phi * from[c] + along * source[c];
            }
        });
    }

    /// <summary>Rows a thread takes at a time.</summary>
    private static int SquashGrain(int channels) => Math.Max(1, ElementGrain / channels);
}
