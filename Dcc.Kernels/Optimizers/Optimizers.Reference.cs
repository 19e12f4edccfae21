// The definition of one optimiser step, in double. Read next: Device.Optimizers.cs.
namespace Dcc.Kernels;

public static class OptimizersReference
{
    public static (double[] Parameters, double[] First, double[] Second, double[] Average) Adam(
        AdamOptions o, AdamStepOptions step, double gradientScale, double[] parameters, double[] gradients, double[] first, double[] second, double[] average)
    {
        double[] p = [.. parameters], m = [.. first], v = [.. second], mean = [.. average];
        for (int i = 0; i < p.Length; i++)
        {
            double g = gradients[i] * gradientScale + o.WeightDecay * p[i];
            m[i] = o.Beta1 * m[i] + (1 - o.Beta1) * g;
            v[i] = o.Beta2 * v[i] + (1 - o.Beta2) * g * g;
            double unbiasedM = m[i] / (1 - Math.Pow(o.Beta1, step.Number)), unbiasedV = v[i] / (1 - Math.Pow(o.Beta2, step.Number));
            p[i] -= o.LearningRate * unbiasedM / (Math.Sqrt(unbiasedV) + o.Epsilon);
            if (i < step.Decayed) p[i] *= 1 - o.LearningRate * o.DecoupledDecay;
            mean[i] = step.AverageDecay * mean[i] + (1 - step.AverageDecay) * p[i];
        }
        return (p, m, v, mean);
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
