// The definition of resampling: a sum over the whole filter for every output sample, in double. Read next: ResamplePlan.cs.
namespace Dcc.Kernels;

public static class ResampleReference
{
    /// <summary>x [batch, samples] -> y [batch, ceil(samples * toRate / fromRate)]; silence before and after.</summary>
    public static double[] Forward(int fromRate, int toRate, int batch, int samples, double[] x)
    {
        if (fromRate == toRate) return [.. x];
        ResampleFilter filter = new(fromRate, toRate);
        int outputs = (int)(((long)samples * toRate + fromRate - 1) / fromRate);
        double[] y = new double[batch * outputs];
        for (int clip = 0; clip < batch; clip++)
        for (int m = 0; m < outputs; m++)
        {
            double time = (double)((long)m * fromRate) / toRate;
            int first = Math.Max(0, (int)Math.Ceiling(time - filter.Reach)), last = Math.Min(samples - 1, (int)Math.Floor(time + filter.Reach));
            for (int k = first; k <= last; k++) y[clip * outputs + m] += filter.At(time - k) * x[clip * samples + k];
        }
        return y;
    }
}
