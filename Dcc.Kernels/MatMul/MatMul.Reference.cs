// The definition of the matrix product, in double. Read next: Device.MatMul.cs.
namespace Dcc.Kernels;

public static class MatMulReference
{
    public static double[] Forward(MatMulShape shape, Epilogue epilogue, double[] a, double[] b, double[]? bias)
    {
        double[] c = new double[shape.LengthC];
        for (int batch = 0; batch < shape.Batch; batch++)
        for (int m = 0; m < shape.M; m++)
        for (int n = 0; n < shape.N; n++)
        {
            double sum = epilogue == Epilogue.None ? 0 : bias![n];
            for (int k = 0; k < shape.K; k++)
            {
                double left = a[batch * shape.M * shape.K + (shape.TransposeA ? k * shape.M + m : m * shape.K + k)];
                double right = b[batch * shape.K * shape.N + (shape.TransposeB ? n * shape.K + k : k * shape.N + n)];
                sum += left * right;
            }
            c[(batch * shape.M + m) * shape.N + n] = epilogue == Epilogue.BiasRelu ? Math.Max(sum, 0) : sum;
        }
        return c;
    }
}
