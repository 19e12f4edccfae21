// Max pools on the CPU, vectorised along channels, one output row a part. Read next: CpuDevice.GlobalPooling.cs, GpuDevice.Pooling.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void MaxPoolForwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> y) =>
        Run(shape.Batch * shape.OutHeight, new MaxPoolForwardWork(shape, Pointer(x), Pointer(y)));

    private protected override void MaxPoolBackwardCore(in PoolShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX)
    {
        // A part owns what it writes: the rows under one row of windows, or where windows overlap or there is padding a whole picture.
        if (shape is { Padding: 0 } && shape.Stride >= shape.Window) Run(shape.Batch * shape.OutHeight, new MaxPoolBackwardRows(shape, Pointer(x), Pointer(gradY), Pointer(gradX)));
        else Run(shape.Batch, new MaxPoolBackwardPictures(shape, Pointer(x), Pointer(gradY), Pointer(gradX)));
    }

    private readonly struct MaxPoolForwardWork(PoolShape s, float* x, float* y) : IParts
    {
        public void Part(int part)
        {
            int outHeight = s.OutHeight, outWidth = s.OutWidth, channels = s.Channels, n = part / outHeight, oy = part % outHeight, top = s.First(oy), bottom = s.End(oy, s.Height);
            float* rows = x + ((nint)n * s.Height + top) * s.Width * channels, target = y + (nint)part * outWidth * channels;
            // Whole windows of the usual 2 x 2 first, then whatever is left.
            int ox = s is { Window: 2, Stride: 2, Padding: 0 } && bottom - top == 2 ? MaxOfFour(rows, (nint)s.Width * channels, s.Width / 2, channels, target) : 0;
            for (; ox < outWidth; ox++)
            {
                int left = s.First(ox), right = s.End(ox, s.Width);
                float* best = target + (nint)ox * channels;
                new ReadOnlySpan<float>(rows + (nint)left * channels, channels).CopyTo(new Span<float>(best, channels));
                for (int iy = 0; iy < bottom - top; iy++)
                for (int ix = left; ix < right; ix++)
                    MaxInto(rows + ((nint)iy * s.Width + ix) * channels, best, channels);
            }
        }

        private static int MaxOfFour(float* top, nint below, int windows, int channels, float* target)
        {
            for (int window = 0; window < windows; window++, top += 2 * channels, target += channels)
            {
                int c = 0;
                for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                {
                    float* at = top + c;
                    Vector<float> upper = Vector.Max(Vector.Load(at), Vector.Load(at + channels)), lower = Vector.Max(Vector.Load(at + below), Vector.Load(at + below + channels));
                    Vector.Max(upper, lower).Store(target + c);
                }
                for (; c < channels; c++) target[c] = Math.Max(Math.Max(top[c], top[c + channels]), Math.Max(top[c + below], top[c + below + channels]));
            }
            return windows;
        }
    }

    /// <summary>target[i] = max(target[i], source[i]); NaN stays.</summary>
    private static void MaxInto(float* source, float* target, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) Vector.Max(Vector.Load(target + i), Vector.Load(source + i)).Store(target + i);
        for (; i < count; i++) target[i] = Math.Max(target[i], source[i]);
    }

    private readonly struct MaxPoolBackwardRows(PoolShape s, float* x, float* gradY, float* gradX) : IParts
    {
        public void Part(int part)
        {
            int outHeight = s.OutHeight, outWidth = s.OutWidth, channels = s.Channels, n = part / outHeight, oy = part % outHeight, top = oy * s.Stride;
            int height = Math.Min(s.Window, s.Height - top), end = oy == outHeight - 1 ? s.Height : top + s.Stride;
            nint first = ((nint)n * s.Height + top) * s.Width * channels, row = (nint)s.Width * channels;
            float* from = x + first, to = gradX + first, grad = gradY + (nint)part * outWidth * channels;
            int ox = 0;
            if (s is { Window: 2, Stride: 2 } && height == 2)
            {
                ox = s.Width / 2;
                PassToOneOfFour(from, row, ox, channels, grad, to);
                if (s.Width % 2 == 1)
                    for (int iy = 0; iy < 2; iy++) new Span<float>(to + iy * row + (nint)2 * ox * channels, channels).Clear();
                for (int iy = 2; iy < end - top; iy++) new Span<float>(to + iy * row, (int)row).Clear();
            }
            else
            {
                for (int iy = 0; iy < end - top; iy++) new Span<float>(to + iy * row, (int)row).Clear();
            }
            for (; ox < outWidth; ox++) AddToWinners(s, from, 0, height, ox, grad + (nint)ox * channels, to);
        }

        /// <summary>Whole 2 x 2 windows: each element is written once, with the gradient or with zero.</summary>
        private static void PassToOneOfFour(float* top, nint below, int windows, int channels, float* grad, float* target)
        {
            for (int window = 0; window < windows; window++, top += 2 * channels, target += 2 * channels, grad += channels)
            {
                int c = 0;
                for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                {
                    float* at = top + c, to = target + c;
                    Vector<float> a = Vector.Load(at), b = Vector.Load(at + channels), d = Vector.Load(at + below), e = Vector.Load(at + below + channels), left = Vector.Load(grad + c);
                    Vector<float> best = Vector.Max(Vector.Max(a, b), Vector.Max(d, e));
                    left = Give(a, best, left, to);
                    left = Give(b, best, left, to + channels);
                    left = Give(d, best, left, to + below);
                    Give(e, best, left, to + below + channels);
                }
                for (; c < channels; c++)
                {
                    nint winner = c;
                    if (top[c + channels] > top[winner]) winner = c + channels;
                    if (top[c + below] > top[winner]) winner = c + below;
                    if (top[c + below + channels] > top[winner]) winner = c + below + channels;
                    target[c] = target[c + channels] = target[c + below] = target[c + below + channels] = 0f;
                    target[winner] = grad[c];
                }
            }
        }

        /// <summary>What is left of the gradient goes to the first element that equals the maximum; then nothing is left.</summary>
        private static Vector<float> Give(Vector<float> value, Vector<float> best, Vector<float> left, float* target)
        {
            Vector<float> given = Vector.ConditionalSelect(Vector.Equals(value, best), left, Vector<float>.Zero);
            given.Store(target);
            return Vector.ConditionalSelect(Vector.Equals(value, best), Vector<float>.Zero, left);
        }
    }

    private readonly struct MaxPoolBackwardPictures(PoolShape s, float* x, float* gradY, float* gradX) : IParts
    {
        public void Part(int n)
        {
            int outHeight = s.OutHeight, outWidth = s.OutWidth;
            nint picture = (nint)s.Height * s.Width * s.Channels;
            new Span<float>(gradX + n * picture, (int)picture).Clear();
            for (int oy = 0; oy < outHeight; oy++)
            for (int ox = 0; ox < outWidth; ox++)
                AddToWinners(s, x + n * picture, s.First(oy), s.End(oy, s.Height), ox, gradY + (((nint)n * outHeight + oy) * outWidth + ox) * s.Channels, gradX + n * picture);
        }
    }

    /// <summary>Adds a window's gradients to its winners: rows top..bottom-1 of x and gradX, window <paramref name="ox"/> of its row.</summary>
    private static void AddToWinners(in PoolShape s, float* x, int top, int bottom, int ox, float* grad, float* gradX)
    {
        int channels = s.Channels, first = s.First(ox), right = s.End(ox, s.Width), c = 0;
        for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector<float> best = new(float.NegativeInfinity);
            for (int iy = top; iy < bottom; iy++)
            for (int ix = first; ix < right; ix++)
                best = Vector.Max(best, Vector.Load(x + ((nint)iy * s.Width + ix) * channels + c));
            Vector<float> left = Vector.Load(grad + c);
            for (int iy = top; iy < bottom; iy++)
            for (int ix = first; ix < right; ix++)
            {
                nint place = ((nint)iy * s.Width + ix) * channels + c;
                Vector<int> wins = Vector.Equals(Vector.Load(x + place), best);
                (Vector.Load(gradX + place) + Vector.ConditionalSelect(wins, left, Vector<float>.Zero)).Store(gradX + place);
                left = Vector.ConditionalSelect(wins, Vector<float>.Zero, left);
            }
        }
        for (; c < channels; c++)
        {
            nint winner = -1;
            for (int iy = top; iy < bottom; iy++)
            for (int ix = first; ix < right; ix++)
            {
                nint place = ((nint)iy * s.Width + ix) * channels + c;
                if (winner < 0 || x[place] > x[winner]) winner = place;
            }
            gradX[winner] += grad[c];
        }
    }
}
