// Pools on the CPU, vectorised along channels, one picture row at a time. Read next: GpuDevice.Pooling.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void MaxPoolForwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        PoolShape s = shape;
        float* from = Pointer(x), to = Pointer(y);
        int outHeight = s.OutHeight, outWidth = s.OutWidth;
        Run(s.Batch * outHeight, part =>
        {
            int n = part / outHeight, oy = part % outHeight, bottom = Math.Min(s.Height, oy * s.Stride + s.Window);
            for (int ox = 0; ox < outWidth; ox++)
            {
                int right = Math.Min(s.Width, ox * s.Stride + s.Window);
                float* target = to + ((nint)part * outWidth + ox) * s.Channels;
                for (int iy = oy * s.Stride; iy < bottom; iy++)
                for (int ix = ox * s.Stride; ix < right; ix++)
                {
                    float* source = from + (((nint)n * s.Height + iy) * s.Width + ix) * s.Channels;
                    if (iy == oy * s.Stride && ix == ox * s.Stride) new ReadOnlySpan<float>(source, s.Channels).CopyTo(new Span<float>(target, s.Channels));
                    else MaxInto(source, target, s.Channels);
                }
            }
        });
    }

    private static void MaxInto(float* source, float* target, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) Vector.Max(Vector.Load(target + i), Vector.Load(source + i)).Store(target + i);
        for (; i < count; i++) target[i] = Math.Max(target[i], source[i]);
    }

    private protected override void MaxPoolBackwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        PoolShape s = shape;
        float* from = Pointer(x), grad = Pointer(gradY), to = Pointer(gradX);
        int outHeight = s.OutHeight, outWidth = s.OutWidth;
        // One picture a part: windows may overlap, and a part must own what it writes.
        Run(s.Batch, n =>
        {
            nint picture = (nint)s.Height * s.Width * s.Channels;
            float* input = from + n * picture, output = to + n * picture;
            new Span<float>(output, (int)picture).Clear();
            for (int oy = 0; oy < outHeight; oy++)
            for (int ox = 0; ox < outWidth; ox++)
            {
                float* g = grad + (((nint)n * outHeight + oy) * outWidth + ox) * s.Channels;
                int bottom = Math.Min(s.Height, oy * s.Stride + s.Window), right = Math.Min(s.Width, ox * s.Stride + s.Window);
                int c = 0;
                for (; c <= s.Channels - Vector<float>.Count; c += Vector<float>.Count)
                {
                    Vector<float> best = new(float.NegativeInfinity);
                    for (int iy = oy * s.Stride; iy < bottom; iy++)
                    for (int ix = ox * s.Stride; ix < right; ix++)
                        best = Vector.Max(best, Vector.Load(input + ((nint)iy * s.Width + ix) * s.Channels + c));
                    Vector<float> left = Vector.Load(g + c);
                    for (int iy = oy * s.Stride; iy < bottom; iy++)
                    for (int ix = ox * s.Stride; ix < right; ix++)
                    {
                        nint place = ((nint)iy * s.Width + ix) * s.Channels + c;
                        // What is left of the gradient goes to the first element that equals the maximum; then nothing is left.
                        Vector<int> wins = Vector.Equals(Vector.Load(input + place), best);
                        (Vector.Load(output + place) + Vector.ConditionalSelect(wins, left, Vector<float>.Zero)).Store(output + place);
                        left = Vector.ConditionalSelect(wins, Vector<float>.Zero, left);
                    }
                }
                for (; c < s.Channels; c++)
                {
                    nint winner = -1;
                    for (int iy = oy * s.Stride; iy < bottom; iy++)
                    for (int ix = ox * s.Stride; ix < right; ix++)
                    {
                        nint place = ((nint)iy * s.Width + ix) * s.Channels + c;
                        if (winner < 0 || input[place] > input[winner]) winner = place;
                    }
                    output[winner] += g[c];
                }
            }
        });
    }

    private protected override void GlobalAveragePoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        float* from = Pointer(x), to = Pointer(y);
        Run(batch, n =>
        {
            Span<float> mean = new(to + (nint)n * channels, channels);
            mean.Clear();
            for (int p = 0; p < positions; p++) AddInto(from + ((nint)n * positions + p) * channels, to + (nint)n * channels, channels);
            foreach (ref float value in mean) value /= positions;
        });
    }

    private protected override void GlobalAveragePoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        float* grad = Pointer(gradY), to = Pointer(gradX);
        float share = 1f / positions;
        Run(batch, n =>
        {
            for (int p = 0; p < positions; p++)
            for (int c = 0; c < channels; c++)
                to[((nint)n * positions + p) * channels + c] = share * grad[(nint)n * channels + c];
        });
    }

    private protected override void GlobalMaxPoolForwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        float* from = Pointer(x), to = Pointer(y);
        Run(batch, n =>
        {
            float* source = from + (nint)n * positions * channels, target = to + (nint)n * channels;
            new ReadOnlySpan<float>(source, channels).CopyTo(new Span<float>(target, channels));
            for (int p = 1; p < positions; p++) MaxInto(source + (nint)p * channels, target, channels);
        });
    }

    private protected override void GlobalMaxPoolBackwardCore(int batch, int positions, int channels, DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        float* from = Pointer(x), maxima = Pointer(y), grad = Pointer(gradY), to = Pointer(gradX);
        // What is left of each gradient: all of it until the first position that holds the maximum, then nothing.
        using DeviceBuffer<float> scratch = Rent<float>(batch * channels);
        float* rest = Pointer(scratch);
        Run(batch, n =>
        {
            float* largest = maxima + (nint)n * channels, left = rest + (nint)n * channels;
            new ReadOnlySpan<float>(grad + (nint)n * channels, channels).CopyTo(new Span<float>(left, channels));
            for (int p = 0; p < positions; p++)
            {
                float* source = from + ((nint)n * positions + p) * channels, target = to + ((nint)n * positions + p) * channels;
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
        });
    }
}
