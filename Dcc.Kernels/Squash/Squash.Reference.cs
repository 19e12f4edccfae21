// The definition of the squash, in double. Read next: Device.Squash.cs.
namespace Dcc.Kernels;

public static class SquashReference
{
    /// <summary>Added to the squared length, so that the zero vector has a gradient.</summary>
    public const double Epsilon = 1e-7;

    /// <summary>How steeply short vectors grow to unit length.</summary>
    public const double Steepness = 10;

    /// <summary>q(x) = tanh(10 r) / r * x with r = sqrt(|x|^2 + 1e-7), per row.</summary>
    public static double[] Forward(SquashShape shape, double[] x)
    {
        double[] y = new double[shape.Length];
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<double> source = x.AsSpan(row * shape.Channels, shape.Channels);
            double r = Radius(source), phi = Math.Tanh(Steepness * r) / r;
            for (int c = 0; c < shape.Channels; c++) y[row * shape.Channels + c] = phi * source[c];
        }
        return y;
    }

    /// <summary>gradX = phi * gradY + (phi' / r) (x . gradY) x.</summary>
    public static double[] Backward(SquashShape shape, double[] x, double[] gradY)
    {
        double[] gradX = new double[shape.Length];
        for (int row = 0; row < shape.Rows; row++)
        {
            int first = row * shape.Channels;
            double r = Radius(x.AsSpan(first, shape.Channels)), tanh = Math.Tanh(Steepness * r), phi = tanh / r;
            double slope = (Steepness * r * (1 - tanh * tanh) - tanh) / (r * r);
            double along = 0;
            for (int c = 0; c < shape.Channels; c++) along += x[first + c] * gradY[first + c];
            for (int c = 0; c < shape.Channels; c++) gradX[first + c] = phi * gradY[first + c] + slope / r * along * x[first + c];
        }
        return gradX;
    }

    private static double Radius(ReadOnlySpan<double> x)
    {
        double sum = Epsilon;
        foreach (double value in x) sum += value * value;
        return Math.Sqrt(sum);
    }
}
