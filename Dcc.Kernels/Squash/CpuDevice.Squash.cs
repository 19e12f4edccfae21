// Squash, SIMD along the channels of a row. Read next: GpuDevice.Squash.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void SquashForwardCore(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        RunRanges(shape.Rows, SquashGrain(shape.Channels), new SquashForwardWork(shape.Channels, Pointer(x), Pointer(y)));
    }

    private protected override void SquashBackwardCore(in SquashShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        RunRanges(shape.Rows, SquashGrain(shape.Channels), new SquashBackwardWork(shape.Channels, Pointer(x), Pointer(gradY), Pointer(gradX)));
    }

    private readonly struct SquashForwardWork(int channels, float* x, float* y) : IRanges
    {
        public void Range(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                float* source = x + (nint)row * channels;
                VectorLoops.Scale(SquashFactors.Forward(VectorLoops.Dot(source, source, channels)), source, y + (nint)row * channels, channels);
            }
        }
    }

    private readonly struct SquashBackwardWork(int channels, float* x, float* gradY, float* gradX) : IRanges
    {
        public void Range(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                float* source = x + (nint)row * channels, from = gradY + (nint)row * channels, to = gradX + (nint)row * channels;
                float square = VectorLoops.Dot(source, source, channels), phi = SquashFactors.Forward(square);
                float along = SquashFactors.Along(square) * VectorLoops.Dot(source, from, channels);
                int c = 0;
                for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count) (phi * Vector.Load(from + c) + along * Vector.Load(source + c)).Store(to + c);
                for (; c < channels; c++) to[c] = phi * from[c] + along * source[c];
            }
        }
    }

    /// <summary>Rows a thread takes at a time.</summary>
    private static int SquashGrain(int channels) => Math.Max(1, ElementGrain / channels);
}
