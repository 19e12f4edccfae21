// The definition of one optimiser step, in double. Read next: Device.Optimizers.cs.
namespace Dcc.Kernels;

public static class OptimizersReference
{
    public static (double[] Parameters, double[] First, double[] Second) Adam(AdamOptions o, int step, double gradientScale, double[] parameters, double[] gradients, double[] first, double[] second)
    {
        double[] p = [.. parameters], m = [.. first], v = [.. second];
        for (int i = 0; i < p.Length; i++)
        {
            double g = gradients[i] * gradientScale + o.WeightDecay * p[i];
            m[i] = o.Beta1 * m[i] + (1 - o.Beta1) * g;
            v[i] = o.Beta2 * v[i] + (1 - o.Beta2) * g * g;
            double unbiasedM = m[i] / (1 - Math.Pow(o.Beta1, step)), unbiasedV = v[i] / (1 - Math.Pow(o.Beta2, step));
            p[i] -= o.LearningRate * unbiasedM / (Math.Sqrt(unbiasedV) + o.Epsilon);
        }
        return (p, m, v);
    }

    public static (double[] Parameters, double[] Velocity) Sgd(SgdOptions o, double gradientScale, double[] parameters, double[] gradients, double[] velocity)
    {
        double[] p = [.. parameters], v = [.. velocity];
        for (int i = 0; i < p.Length; i++)
        {
            v[i] = o.Momentum * v[i] + gradients[i] * gradientScale + o.WeightDecay * p[i];
            p[i] -= o.LearningRate * v[i];
        }
        return (p, v);
    }
}
