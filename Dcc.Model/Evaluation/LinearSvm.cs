// The linear SVM by which the field judges frozen features: squared hinge, L2, one-vs-rest. Read next: SquaredHinge.cs.
namespace Dcc.Model;

/// <summary>
/// For each class the w that minimises ½|w|² + C Σ_i max(0, 1 - y_i w·x_i)², y_i = 1 for samples of the class and -1 for others. x_i has a constant 1 appended, so that the intercept is
/// regularised like any weight: what liblinear solves in the primal with bias 1 (Fan et al., "LIBLINEAR", JMLR 2008, solver type 2). Solved to convergence in double precision; no
/// random numbers, and the same bits for any number of threads.
/// </summary>
public static class LinearSvm
{
    /// <summary>The C of the sound feature protocols.</summary>
    public const double UsualC = 0.01;

    /// <summary>Trains on samples [samples][dims] with one label each, 0..classes-1. A class without samples, or with all of them, is learnt like any other.</summary>
    /// <exception cref="ArgumentException">No sample, features of different number or not finite, a label out of range, C not positive.</exception>
    public static LinearClassifier Train(IReadOnlyList<double[]> features, IReadOnlyList<int> labels, int classes, double c = UsualC)
    {
        int bad = labels.ToList().FindIndex(label => label < 0 || label >= classes);
        if (bad >= 0) throw new ArgumentException($"The label of sample {bad} is {labels[bad]}, it must be 0..{classes - 1}.");
        return Train(features, LinearClassifier.OneVsRest(labels, classes), c);
    }

    /// <summary>Trains one class after another on samples that may have several labels: <paramref name="positive"/> [classes][samples].</summary>
    /// <exception cref="ArgumentException">No sample, features of different number or not finite, C not positive.</exception>
    public static LinearClassifier Train(IReadOnlyList<double[]> features, IReadOnlyList<bool[]> positive, double c = UsualC)
    {
        LinearClassifier.Check(features, positive);
        if (!(c > 0) || !double.IsFinite(c)) throw new ArgumentException($"C must be positive and finite, is {c}.");
        int width = features[0].Length + 1;
        double[] rows = new double[checked(features.Count * width)];   // [samples, dims + 1]
        for (int i = 0; i < features.Count; i++)
        {
            features[i].CopyTo(rows, i * width);
            rows[i * width + width - 1] = 1;
        }
        double[][] weights = new double[positive.Count][];
        bool[] converged = new bool[positive.Count];
        Parallel.For(0, positive.Count, k => (weights[k], converged[k]) = new SquaredHinge(rows, width, positive[k], c).Minimize());
        return new LinearClassifier(weights, converged.All(each => each));
    }
}
