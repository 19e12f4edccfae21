// Global pools on the CPU: a picture a part, vectorised along channels. Read next: GpuDevice.Pooling.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void GlobalAveragePoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y) =>
        Run(batch, new AveragePoolForwardWork(positions, channels, Pointer(x), Pointer(y)));

    private protected override void GlobalAveragePoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX) =>
        Run(batch, new AveragePoolBackwardWork(positions, channels, Pointer(gradY), Pointer(gradX)));

    private protected override void GlobalMaxPoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y) =>
        Run(batch, new GlobalMaxForwardWork(positions, channels, Pointer(x), Pointer(y)));

    private protected override void GlobalMaxPoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        // What is left of each gradient: all of it until the first position that holds the maximum, then nothing.
        using DeviceBuffer<float> left = Rent<float>(batch * channels);
        Run(batch, new GlobalMaxBackwardWork(positions, channels, Pointer(x), Pointer(y), Pointer(gradY), Pointer(gradX), Pointer(left)));
    }

    private readonly struct AveragePoolForwardWork(int positions, int channels, float* x, float* y) : IParts
    {
        public void Part(int n)
        {
            float* from = x + (nint)n * positions * channels, mean = y + (nint)n * channels;
            new Span<float>(mean, channels).Clear();
            for (int p = 0; p < positions; p++) VectorLoops.AddScaled(1f, from + (nint)p * channels, mean, channels);
            for (int c = 0; c < channels; c++) mean[c] /= positions;
        }
    }

    private readonly struct AveragePoolBackwardWork(int positions, int channels, float* gradY, float* gradX) : IParts
    {
        public void Part(int n)
        {
            float* first = gradX + (nint)n * positions * channels;
            VectorLoops.Scale(1f / positions, gradY + (nint)n * channels, first, channels);
            ReadOnlySpan<float> share = new(first, channels);
            for (int p = 1; p < positions; p++) share.CopyTo(new Span<float>(first + (nint)p * channels, channels));
        }
    }

    private readonly struct GlobalMaxForwardWork(int positions, int channels, float* x, float* y) : IParts
    {
        public void Part(int n)
        {
            float* source = x + (nint)n * positions * channels, target = y + (nint)n * channels;
            new ReadOnlySpan<float>(source, channels).CopyTo(new Span<float>(target, channels));
            for (int p = 1; p < positions; p++) MaxInto(source + (nint)p * channels, target, channels);
        }
    }

    private readonly struct GlobalMaxBackwardWork(int positions, int channels, float* x, float* y, float* gradY, float* gradX, float* rest) : IParts
    {
        public void Part(int n)
        {
            float* largest = y + (nint)n * channels, left = rest + (nint)n * channels;
            new ReadOnlySpan<float>(gradY + (nint)n * channels, channels).CopyTo(new Span<float>(left, channels));
            for (int p = 0; p < positions; p++)
            {
                float* source = x + ((nint)n * positions + p) * channels, target = gradX + ((nint)n * positions + p) * channels;
                int c = 0;
                for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                {
                    Vector<int> wins = Vector.Equals(Vector.Load(source + c), Vector.Load(largest + c));
                    Vector<float> have = Vector.Load(left + c);
                    Vector.ConditionalSelect(wins, have, Vector<float>.Zero).Store(target + c);
                    Vector.ConditionalSelect(wins, Vector<float>.Zero, have).Store(left + c);
                }
                for (; c < channels; c++)
                {
                    bool wins = source[c] == largest[c];
                    target[c] = wins ? left[c] : 0f;
                    if (wins) left[c] = 0f;
                }
            }
        }
    }
}
