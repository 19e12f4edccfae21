// The definition of batch normalisation and its gradients, in double. Read next: Device.BatchNorm.cs.
namespace Dcc.Kernels;

public static class BatchNormReference
{
    /// <summary>y, mean [channels], inverse deviation [channels], and the biased variance [channels].</summary>
    public static (double[] Y, double[] Mean, double[] Inverse, double[] Variance) Train(BatchNormShape s, double[] x, double[] scale, double[] shift)
    {
        double[] mean = new double[s.Channels], variance = new double[s.Channels];
        for (int i = 0; i < x.Length; i++) mean[i % s.Channels] += x[i] / s.Rows;
        for (int i = 0; i < x.Length; i++) variance[i % s.Channels] += (x[i] - mean[i % s.Channels]) * (x[i] - mean[i % s.Channels]) / s.Rows;
        return (Infer(s, x, scale, shift, mean, variance), mean, Array.ConvertAll(variance, v => 1 / Math.Sqrt(v + BatchNormShape.Epsilon)), variance);
    }

    public static double[] Infer(BatchNormShape s, double[] x, double[] scale, double[] shift, double[] mean, double[] variance)
    {
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int c = i % s.Channels;
            y[i] = (x[i] - mean[c]) / Math.Sqrt(variance[c] + BatchNormShape.Epsilon) * scale[c] + shift[c];
            if (s.Relu) y[i] = Math.Max(y[i], 0);
        }
        return y;
    }

    public static (double[] GradX, double[] GradScale, double[] GradShift) Backward(BatchNormShape s, double[] x, double[] scale, double[] shift, double[] gradY)
    {
        (double[] y, double[] mean, double[] inverse, _) = Train(s, x, scale, shift);
        double[] gradX = new double[x.Length], gradScale = new double[s.Channels], gradShift = new double[s.Channels];
        double Masked(int i) => s.Relu && y[i] <= 0 ? 0 : gradY[i];
        double Unit(int i) => (x[i] - mean[i % s.Channels]) * inverse[i % s.Channels];
        for (int i = 0; i < x.Length; i++)
        {
            gradShift[i % s.Channels] += Masked(i);
            gradScale[i % s.Channels] += Masked(i) * Unit(i);
        }
        for (int i = 0; i < x.Length; i++)
        {
            int c = i % s.Channels;
            gradX[i] = scale[c] * inverse[c] * (Masked(i) - gradShift[c] / s.Rows - Unit(i) * gradScale[c] / s.Rows);
        }
        return (gradX, gradScale, gradShift);
    }
}
