// A picture at several sizes, for sampling it quickly at any scale without aliasing. Read next: Stamp.cs.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Dcc.Data;

/// <summary>
/// RGBA pictures (alpha premultiplied), each 1/sqrt(2) the size of the one before, made by area averaging from the original.
/// Sampling picks the level whose texels are nearest in size to the target's pixels: the step is then between 0.84 and 1.19
/// texels, where plain bilinear interpolation neither aliases nor blurs visibly.
/// </summary>
internal sealed class Pyramid
{
    private readonly Level[] levels;

    /// <param name="rgba">Premultiplied RGBA bytes.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="scale">Size of the first level against the original; at most 1.</param>
    /// <param name="depth">The last level is at least this many times smaller than the first.</param>
    /// <param name="transparentBorder">Outside is transparent (a stamp), else the edge repeats (a background).</param>
    public Pyramid(byte[] rgba, int width, int height, double scale, double depth, bool transparentBorder)
    {
        List<Level> made = [];
        for (double shrink = 1; ; shrink *= Math.Sqrt(2))
        {
            int w = Math.Max(1, (int)Math.Round(width * scale / shrink)), h = Math.Max(1, (int)Math.Round(height * scale / shrink));
            made.Add(new Level(AreaResize(rgba, width, height, w, h), w, h, transparentBorder));
            if (shrink >= depth || Math.Max(w, h) <= 4) break;
        }
        levels = [.. made];
    }

    /// <summary>Size of the first level. Coordinates are in its pixels.</summary>
    public int Width => levels[0].Width;

    public int Height => levels[0].Height;

    /// <summary>The level to read when neighbouring target pixels lie <paramref name="step"/> first-level pixels apart.</summary>
    public Level For(float step) => levels[Math.Clamp((int)MathF.Round(2 * MathF.Log2(MathF.Max(step, 1e-6f))), 0, levels.Length - 1)];

    /// <summary>Alpha of the first level, 0..255, for outlines.</summary>
    public byte Alpha(int x, int y) => levels[0].AlphaAt(x, y);

    /// <summary>Each target pixel is the mean of the source area under it.</summary>
    internal static byte[] AreaResize(byte[] source, int width, int height, int newWidth, int newHeight)
    {
        if (newWidth == width && newHeight == height) return source;
        (int First, float[] Weights)[] columns = Spans(width, newWidth), rows = Spans(height, newHeight);
        float[] half = new float[checked(height * newWidth * 4)];   // [height, newWidth, 4]
        for (int y = 0; y < height; y++)
            for (int x = 0; x < newWidth; x++)
                for (int c = 0; c < 4; c++)
                {
                    float sum = 0;
                    for (int i = 0; i < columns[x].Weights.Length; i++) sum += columns[x].Weights[i] * source[(y * width + columns[x].First + i) * 4 + c];
                    half[(y * newWidth + x) * 4 + c] = sum;
                }
        byte[] result = new byte[checked(newHeight * newWidth * 4)];
        for (int y = 0; y < newHeight; y++)
            for (int i = 0; i < newWidth * 4; i++)
            {
                float sum = 0;
                for (int j = 0; j < rows[y].Weights.Length; j++) sum += rows[y].Weights[j] * half[(rows[y].First + j) * newWidth * 4 + i];
                result[y * newWidth * 4 + i] = (byte)Math.Clamp(sum + 0.5f, 0, 255);
            }
        return result;
    }

    private static (int First, float[] Weights)[] Spans(int size, int newSize)
    {
        var spans = new (int, float[])[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double from = (double)i * size / newSize, to = (double)(i + 1) * size / newSize;
            int first = (int)from, last = Math.Min(size - 1, (int)Math.Ceiling(to) - 1);
            float[] weights = new float[last - first + 1];
            for (int j = first; j <= last; j++) weights[j - first] = (float)((Math.Min(to, j + 1) - Math.Max(from, j)) / (to - from));
            spans[i] = (first, weights);
        }
        return spans;
    }

    /// <summary>One size, with a border of one pixel so that the four neighbours of any inside point exist.</summary>
    internal sealed class Level
    {
        private readonly byte[] pixels;   // [Height + 2, Width + 2, 4]
        private readonly int stride;

        public Level(byte[] rgba, int width, int height, bool transparentBorder)
        {
            Width = width;
            Height = height;
            stride = (width + 2) * 4;
            pixels = new byte[stride * (height + 2)];
            for (int y = 0; y < height + 2; y++)
            {
                int sourceY = Math.Clamp(y - 1, 0, height - 1);
                if (transparentBorder && sourceY != y - 1) continue;
                rgba.AsSpan(sourceY * width * 4, width * 4).CopyTo(pixels.AsSpan(y * stride + 4));
                if (transparentBorder) continue;
                rgba.AsSpan(sourceY * width * 4, 4).CopyTo(pixels.AsSpan(y * stride));
                rgba.AsSpan((sourceY * width + width - 1) * 4, 4).CopyTo(pixels.AsSpan(y * stride + stride - 4));
            }
        }

        public int Width { get; }
        public int Height { get; }

        public byte AlphaAt(int x, int y) => pixels[(y + 1) * stride + (x + 1) * 4 + 3];

        /// <summary>Bilinear value 0..255 at (x, y) in this level's pixels, where pixel centres lie at halves. All zero more than half a pixel outside.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Sample(float x, float y)
        {
            x += 0.5f;   // the border moves pixel i's centre from i + 0.5 to i + 1.5
            y += 0.5f;
            if (!(x >= 0 && y >= 0 && x < Width + 1 && y < Height + 1)) return Vector128<float>.Zero;
            int column = (int)x, row = (int)y;
            // The test above keeps both rows and both columns inside the bordered array.
            ref byte top = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(pixels), row * stride + column * 4);
            (Vector128<float> topLeft, Vector128<float> topRight) = Pair(ref top);
            (Vector128<float> bottomLeft, Vector128<float> bottomRight) = Pair(ref Unsafe.Add(ref top, stride));
            Vector128<float> across = Vector128.Create(x - column), down = Vector128.Create(y - row);
            Vector128<float> upper = topLeft + (topRight - topLeft) * across, lower = bottomLeft + (bottomRight - bottomLeft) * across;
            return upper + (lower - upper) * down;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (Vector128<float> Left, Vector128<float> Right) Pair(ref byte pixel)
        {
            Vector128<ushort> wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref pixel)).AsByte());
            return (Vector128.ConvertToSingle(Vector128.WidenLower(wide).AsInt32()), Vector128.ConvertToSingle(Vector128.WidenUpper(wide).AsInt32()));
        }
    }
}
