// The definition of the similarity of centres, in double. Read next: Device.CentreSimilarity.cs.
namespace Dcc.Kernels;

public static class CentreSimilarityReference
{
    /// <summary>A centre shorter than this is divided by this.</summary>
    public const double NormFloor = 1e-6;

    /// <summary>S[i, j] = sum over k of cos(a_ik, v_jk).</summary>
    public static double[] Forward(CentreSimilarityShape shape, double[] a, double[] v)
    {
        double[] similarity = new double[shape.LengthSimilarity];
        for (int i = 0; i < shape.BatchA; i++)
        for (int j = 0; j < shape.BatchV; j++)
        for (int k = 0; k < shape.Clusters; k++)
            similarity[i * shape.BatchV + j] += Cosine(Centre(shape, a, i, k), Centre(shape, v, j, k));
        return similarity;
    }

    public static (double[] GradA, double[] GradV) Backward(CentreSimilarityShape shape, double[] a, double[] v, double[] gradSimilarity)
    {
        double[] gradA = new double[shape.LengthA], gradV = new double[shape.LengthV];
        for (int i = 0; i < shape.BatchA; i++)
        for (int j = 0; j < shape.BatchV; j++)
        for (int k = 0; k < shape.Clusters; k++)
            AddCosineGradient(shape, a, i, v, j, k, gradSimilarity[i * shape.BatchV + j], gradA, gradV);
        return (gradA, gradV);
    }

    /// <summary>cos(a_ik, v_ik) [batch, clusters] of pairs.</summary>
    public static double[] PairCosines(CentreSimilarityShape shape, double[] a, double[] v)
    {
        double[] cosines = new double[shape.LengthCosines];
        for (int i = 0; i < shape.BatchA; i++)
        for (int k = 0; k < shape.Clusters; k++) cosines[i * shape.Clusters + k] = Cosine(Centre(shape, a, i, k), Centre(shape, v, i, k));
        return cosines;
    }

    public static (double[] GradA, double[] GradV) PairCosinesBackward(CentreSimilarityShape shape, double[] a, double[] v, double[] gradCosines)
    {
        double[] gradA = new double[shape.LengthA], gradV = new double[shape.LengthV];
        for (int i = 0; i < shape.BatchA; i++)
        for (int k = 0; k < shape.Clusters; k++) AddCosineGradient(shape, a, i, v, i, k, gradCosines[i * shape.Clusters + k], gradA, gradV);
        return (gradA, gradV);
    }

    /// <summary>Inner product of the two vectors, each divided by its norm or by the floor.</summary>
    public static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> v) => Dot(a, v) / (Norm(a) * Norm(v));

    /// <summary>d cos / da = (v^ - cos a^) / |a|, and the same with a and v exchanged; below the floor the norm is a constant.</summary>
    private static void AddCosineGradient(CentreSimilarityShape shape, double[] a, int i, double[] v, int j, int k, double gradCosine, double[] gradA, double[] gradV)
    {
        ReadOnlySpan<double> left = Centre(shape, a, i, k), right = Centre(shape, v, j, k);
        double normA = Norm(left), normV = Norm(right), cosine = Cosine(left, right);
        for (int c = 0; c < shape.Dims; c++)
        {
            double unitA = left[c] / normA, unitV = right[c] / normV;
            gradA[(i * shape.Clusters + k) * shape.Dims + c] += gradCosine * (unitV - (normA > NormFloor ? cosine * unitA : 0)) / normA;
            gradV[(j * shape.Clusters + k) * shape.Dims + c] += gradCosine * (unitA - (normV > NormFloor ? cosine * unitV : 0)) / normV;
        }
    }

    private static double Norm(ReadOnlySpan<double> x) => Math.Max(Math.Sqrt(Dot(x, x)), NormFloor);

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static ReadOnlySpan<double> Centre(CentreSimilarityShape shape, double[] centres, int sample, int cluster) =>
        centres.AsSpan((sample * shape.Clusters + cluster) * shape.Dims, shape.Dims);
}
