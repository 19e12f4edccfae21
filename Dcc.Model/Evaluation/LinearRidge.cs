// Ridge regression to one-vs-rest targets: the classifier of the log-mel yardstick. Read next: LinearSvm.cs.
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Dcc.Model;

/// <summary>For each class the w, b that minimise Σ_i (w·x_i + b - y_i)² + α|w|², y_i = ±1. The intercept is not regularised: features and targets are centred.</summary>
public static class LinearRidge
{
    /// <summary>Trains on samples [samples][dims]; <paramref name="positive"/> [classes][samples] says which are of a class.</summary>
    /// <exception cref="ArgumentException">No sample, features of different number or not finite, alpha not positive.</exception>
    public static LinearClassifier Train(IReadOnlyList<double[]> features, IReadOnlyList<bool[]> positive, double alpha = 1)
    {
        LinearClassifier.Check(features, positive);
        if (!(alpha > 0) || !double.IsFinite(alpha)) throw new ArgumentException($"alpha must be positive and finite, is {alpha}.");
        int samples = features.Count, dims = features[0].Length, classes = positive.Count;
        double[] mean = [.. Enumerable.Range(0, dims).Select(j => features.Average(x => x[j]))];
        DenseMatrix x = DenseMatrix.Create(samples, dims, (i, j) => features[i][j] - mean[j]);
        double[] targetMean = [.. positive.Select(each => each.Average(yes => yes ? 1.0 : -1.0))];
        DenseMatrix y = DenseMatrix.Create(samples, classes, (i, k) => (positive[k][i] ? 1 : -1) - targetMean[k]);
        Matrix<double> solution = (x.TransposeThisAndMultiply(x) + DenseMatrix.CreateDiagonal(dims, dims, alpha)).Cholesky().Solve(x.TransposeThisAndMultiply(y));
        return new LinearClassifier([.. Enumerable.Range(0, classes).Select(k =>
        {
            double[] w = solution.Column(k).ToArray();
            return (double[])[.. w, targetMean[k] - DoubleVectors.Dot(w, mean)];
        })]);
    }
}
