// The definition of the random fills: what the host's generator gives, one number after the other. Read next: PhiloxValues.cs.
namespace Dcc.Kernels;

public static class RandomReference
{
    public static double[] Uniform(int length, ulong seed, ulong stream, float low, float high)
    {
        Philox random = new(seed, stream);
        double[] x = new double[length];
        for (int i = 0; i < length; i++) x[i] = random.NextFloat(low, high);
        return x;
    }

    public static double[] Normal(int length, ulong seed, ulong stream, float mean, float deviation)
    {
        Philox random = new(seed, stream);
        double[] x = new double[length];
        for (int i = 0; i < length; i++) x[i] = mean + (double)deviation * random.NextNormal();
        return x;
    }
}
