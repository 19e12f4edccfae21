// The definition of bilinear resizing and of pixel normalisation, in double. Read next: ResizeAxis.cs.
namespace Dcc.Kernels;

public static class ResizeReference
{
    /// <summary>Resizes the rows, then the columns; the two commute.</summary>
    public static double[] Forward(ResizeShape s, double[] x)
    {
        double[] rows = Along(s.Batch, s.Height, s.OutHeight, s.Width * s.Channels, s, x);
        return Along(s.Batch * s.OutHeight, s.Width, s.OutWidth, s.Channels, s, rows);
    }

    /// <summary>y[c] = x[source of c] * scale[c] + offset[c].</summary>
    public static double[] Normalize(PixelNormalization n, double[] x)
    {
        double[] scale = [n.Scale0, n.Scale1, n.Scale2], offset = [n.Offset0, n.Offset1, n.Offset2], y = new double[x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int c = i % 3, source = n.SwapRedBlue != 0 ? 2 - c : c;
            y[i] = x[i - c + source] * scale[c] + offset[c];
        }
        return y;
    }

    /// <summary>x [outer, from, inner] -> [outer, to, inner].</summary>
    private static double[] Along(int outer, int from, int to, int inner, ResizeShape s, double[] x)
    {
        double[] y = new double[outer * to * inner];
        for (int target = 0; target < to; target++)
        {
            (int first, double[] weights) = Weights(from, to, target, s.Antialias, s.AlignCorners);
            for (int o = 0; o < outer; o++)
            for (int tap = 0; tap < weights.Length; tap++)
            for (int i = 0; i < inner; i++)
                y[(o * to + target) * inner + i] += weights[tap] * x[(o * from + first + tap) * inner + i];
        }
        return y;
    }

    /// <summary>Which inputs make up output number <paramref name="target"/> of a side, and their shares, which sum to 1.</summary>
    internal static (int First, double[] Weights) Weights(int from, int to, int target, bool antialias, bool alignCorners)
    {
        double ratio = (double)from / to;
        if (antialias && ratio > 1)
        {
            // A triangle over the source, as wide as two output pixels, cut off at the edge.
            double centre = (target + 0.5) * ratio;
            int first = Math.Max(0, (int)Math.Floor(centre - ratio + 0.5)), end = Math.Min(from, (int)Math.Floor(centre + ratio + 0.5));
            double[] weights = new double[end - first];
            for (int tap = 0; tap < weights.Length; tap++) weights[tap] = Math.Max(0, 1 - Math.Abs(first + tap + 0.5 - centre) / ratio);
            double sum = weights.Sum();
            return (first, Array.ConvertAll(weights, weight => weight / sum));
        }
        double place = alignCorners
            ? to > 1 ? target * (from - 1.0) / (to - 1) : 0
            : Math.Max(0, (target + 0.5) * ratio - 0.5);
        int left = Math.Min((int)place, from - 1);
        return left == from - 1 ? (left, [1.0]) : (left, [1 - (place - left), place - left]);
    }
}
