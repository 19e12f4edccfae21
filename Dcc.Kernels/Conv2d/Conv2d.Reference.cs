// The definition of the convolution and of its three gradients, in double. Read next: Device.Conv2d.cs.
namespace Dcc.Kernels;

public static class Conv2dReference
{
    public static double[] Forward(Conv2dShape s, Epilogue epilogue, double[] x, double[] weight, double[]? bias)
    {
        double[] y = new double[s.LengthY];
        if (epilogue != Epilogue.None)
            for (int i = 0; i < y.Length; i++) y[i] = bias![i % s.OutChannels];
        ForEachTap(s, (xi, wi, yi) =>
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            for (int co = 0; co < s.OutChannels; co++)
                y[yi + co] += x[xi + ci] * weight[wi + ci * s.OutChannels + co];
        });
        if (epilogue == Epilogue.BiasRelu)
            for (int i = 0; i < y.Length; i++) y[i] = Math.Max(y[i], 0);
        return y;
    }

    /// <summary>gradX from the gradient of the sum before bias and ReLU.</summary>
    public static double[] BackwardData(Conv2dShape s, double[] weight, double[] gradY)
    {
        double[] gradX = new double[s.LengthX];
        ForEachTap(s, (xi, wi, yi) =>
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            for (int co = 0; co < s.OutChannels; co++)
                gradX[xi + ci] += gradY[yi + co] * weight[wi + ci * s.OutChannels + co];
        });
        return gradX;
    }

    /// <summary>gradWeight from the gradient of the sum before bias and ReLU.</summary>
    public static double[] BackwardWeight(Conv2dShape s, double[] x, double[] gradY)
    {
        double[] gradWeight = new double[s.LengthWeight];
        ForEachTap(s, (xi, wi, yi) =>
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            for (int co = 0; co < s.OutChannels; co++)
                gradWeight[wi + ci * s.OutChannels + co] += gradY[yi + co] * x[xi + ci];
        });
        return gradWeight;
    }

    public static double[] BackwardBias(Conv2dShape s, double[] gradY)
    {
        double[] gradBias = new double[s.OutChannels];
        for (int i = 0; i < gradY.Length; i++) gradBias[i % s.OutChannels] += gradY[i];
        return gradBias;
    }

    /// <summary>Visits every pair of an output position and a kernel tap inside the picture: (first channel in x, in weight, in y).</summary>
    private static void ForEachTap(Conv2dShape s, Action<int, int, int> visit)
    {
        for (int n = 0; n < s.Batch; n++)
        for (int oy = 0; oy < s.OutHeight; oy++)
        for (int ox = 0; ox < s.OutWidth; ox++)
        for (int ky = 0; ky < s.KernelHeight; ky++)
        for (int kx = 0; kx < s.KernelWidth; kx++)
        {
            int iy = oy * s.Stride + ky * s.Dilation - s.Padding, ix = ox * s.Stride + kx * s.Dilation - s.Padding;
            if (iy < 0 || iy >= s.Height || ix < 0 || ix >= s.Width) continue;
            visit(((n * s.Height + iy) * s.Width + ix) * s.InChannels,
                (ky * s.KernelWidth + kx) * s.InChannels * s.OutChannels,
                ((n * s.OutHeight + oy) * s.OutWidth + ox) * s.OutChannels);
        }
    }
}
