// The definition of the element-wise ops, in double. Read next: Device.Elementwise.cs.
namespace Dcc.Kernels;

public static class ElementwiseReference
{
    public static double[] Forward(Unary op, double[] x) => Array.ConvertAll(x, value => op switch
    {
        Unary.Relu => Math.Max(value, 0),
        Unary.Tanh => Math.Tanh(value),
        _ => throw new ArgumentOutOfRangeException(nameof(op)),
    });

    public static double[] Backward(Unary op, double[] x, double[] gradY)
    {
        double[] gradX = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double slope = op switch
            {
                Unary.Relu => x[i] > 0 ? 1 : 0,
                Unary.Tanh => 1 - Math.Tanh(x[i]) * Math.Tanh(x[i]),
                _ => throw new ArgumentOutOfRangeException(nameof(op)),
            };
            gradX[i] = gradY[i] * slope;
        }
        return gradX;
    }
}
