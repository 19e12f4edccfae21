// Plain loops that tests need beside the references. Read next: ClusteringGoldenTests.cs.
namespace Dcc.Tests;

internal static class Plain
{
    /// <summary>a [rows, inner] times b [inner, columns].</summary>
    public static double[] Product(double[] a, int rows, int inner, double[] b, int columns)
    {
        double[] c = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        for (int k = 0; k < inner; k++)
        for (int j = 0; j < columns; j++) c[i * columns + j] += a[i * inner + k] * b[k * columns + j];
        return c;
    }

    /// <summary>a [rows, columns] as [columns, rows].</summary>
    public static double[] Transposed(double[] a, int rows, int columns)
    {
        double[] t = new double[a.Length];
        for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) t[j * rows + i] = a[i * columns + j];
        return t;
    }

    public static double[] Random(Random random, int count, double scale = 1) => [.. Enumerable.Range(0, count).Select(_ => scale * (2 * random.NextDouble() - 1))];

    public static float[] ToFloat(double[] values) => Array.ConvertAll(values, value => (float)value);

    public static double[] ToDouble(float[] values) => Array.ConvertAll(values, value => (double)value);

    public static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    /// <summary>Central difference of a function of x in every element.</summary>
    public static double[] Differences(Func<double[], double> f, double[] x, double step)
    {
        double[] slopes = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double[] up = [.. x], down = [.. x];
            up[i] += step;
            down[i] -= step;
            slopes[i] = (f(up) - f(down)) / (2 * step);
        }
        return slopes;
    }

    /// <summary>Every element within an absolute tolerance.</summary>
    public static void Near(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"Element {i} is {actual[i]:R}, expected {expected[i]:R} within {tolerance:E1}.");
    }

    public static void Near(double[] expected, float[] actual, double tolerance) => Near(expected, ToDouble(actual), tolerance);
}
