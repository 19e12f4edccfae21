// The definition of max pooling and of the global pools, in double. Read next: Device.Pooling.cs.
namespace Dcc.Kernels;

public static class PoolingReference
{
    public static double[] MaxForward(PoolShape s, double[] x)
    {
        double[] y = new double[s.LengthY];
        for (int i = 0; i < y.Length; i++) y[i] = x[Winner(s, x, i)];
        return y;
    }

    /// <summary>The whole gradient goes to the window's largest element, the first in row-major order if several are equal.</summary>
    public static double[] MaxBackward(PoolShape s, double[] x, double[] gradY)
    {
        double[] gradX = new double[s.LengthX];
        for (int i = 0; i < gradY.Length; i++) gradX[Winner(s, x, i)] += gradY[i];
        return gradX;
    }

    /// <summary>x [batch, positions, channels] -> mean over positions [batch, channels].</summary>
    public static double[] AverageForward(int batch, int positions, int channels, double[] x)
    {
        double[] y = new double[batch * channels];
        for (int i = 0; i < x.Length; i++) y[i / (positions * channels) * channels + i % channels] += x[i] / positions;
        return y;
    }

    public static double[] AverageBackward(int batch, int positions, int channels, double[] gradY)
    {
        double[] gradX = new double[batch * positions * channels];
        for (int i = 0; i < gradX.Length; i++) gradX[i] = gradY[i / (positions * channels) * channels + i % channels] / positions;
        return gradX;
    }

    /// <summary>x [batch, positions, channels] -> largest value over positions [batch, channels].</summary>
    public static double[] GlobalMaxForward(int batch, int positions, int channels, double[] x)
    {
        double[] y = new double[batch * channels];
        for (int i = 0; i < y.Length; i++) y[i] = x[GlobalWinner(positions, channels, x, i)];
        return y;
    }

    /// <summary>The whole gradient goes to the first position that holds the maximum.</summary>
    public static double[] GlobalMaxBackward(int batch, int positions, int channels, double[] x, double[] gradY)
    {
        double[] gradX = new double[batch * positions * channels];
        for (int i = 0; i < gradY.Length; i++) gradX[GlobalWinner(positions, channels, x, i)] = gradY[i];
        return gradX;
    }

    private static int GlobalWinner(int positions, int channels, double[] x, int output)
    {
        int first = output / channels * positions * channels + output % channels, best = first;
        for (int p = 1; p < positions; p++)
            if (x[first + p * channels] > x[best]) best = first + p * channels;
        return best;
    }

    private static int Winner(PoolShape s, double[] x, int output)
    {
        int c = output % s.Channels, ox = output / s.Channels % s.OutWidth, oy = output / s.Channels / s.OutWidth % s.OutHeight, n = output / s.Channels / s.OutWidth / s.OutHeight;
        int best = -1;
        for (int iy = s.First(oy); iy < s.End(oy, s.Height); iy++)
        for (int ix = s.First(ox); ix < s.End(ox, s.Width); ix++)
        {
            int index = ((n * s.Height + iy) * s.Width + ix) * s.Channels + c;
            if (best < 0 || x[index] > x[best]) best = index;
        }
        return best;
    }
}
