// A row of weights for each class: what the linear SVM and ridge regression both learn. Read next: LinearSvm.cs.
using System.Numerics;

namespace Dcc.Model;

/// <summary>
/// Decides by w_k · x + b_k for each class k. <paramref name="Weights"/> [classes][dims + 1], the last number of a row is the intercept. <paramref name="Converged"/> tells whether the solver
/// reached its tolerance.
/// </summary>
public sealed record LinearClassifier(IReadOnlyList<double[]> Weights, bool Converged = true)
{
    /// <summary>The decision value of every class for features [dims].</summary>
    public double[] Decide(ReadOnlySpan<double> features)
    {
        double[] values = new double[Weights.Count];
        for (int k = 0; k < values.Length; k++)
        {
            double[] weights = Weights[k];
            if (weights.Length != features.Length + 1) throw new ArgumentException($"The classifier takes {weights.Length - 1} features, got {features.Length}.");
            values[k] = DoubleVectors.Dot(weights.AsSpan(0, features.Length), features) + weights[^1];
        }
        return values;
    }

    /// <summary>One-vs-rest targets: [classes][samples], whether the sample is of the class.</summary>
    internal static bool[][] OneVsRest(IReadOnlyList<int> labels, int classes) => [.. Enumerable.Range(0, classes).Select(k => labels.Select(label => label == k).ToArray())];

    /// <summary>Throws unless there is at least one sample, all have the same number of finite features and every class says something about every sample.</summary>
    internal static void Check(IReadOnlyList<double[]> features, IReadOnlyList<bool[]> positive)
    {
        if (features.Count == 0) throw new ArgumentException("A classifier needs at least one sample.");
        if (positive.Count == 0) throw new ArgumentException("A classifier needs at least one class.");
        for (int i = 0; i < features.Count; i++)
        {
            if (features[i].Length != features[0].Length) throw new ArgumentException($"Sample {i} has {features[i].Length} features, the first {features[0].Length}: all must have the same number.");
            if (!features[i].All(double.IsFinite)) throw new ArgumentException($"Sample {i} has a feature that is no finite number.");
        }
        if (positive.Any(each => each.Length != features.Count)) throw new ArgumentException($"There are {features.Count} samples; every class must say for each whether it belongs to it.");
    }
}

/// <summary>Sums in a fixed order for a given vector width.</summary>
internal static class DoubleVectors
{
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> sum = default;
        int i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count) sum += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        double total = Vector.Sum(sum);
        for (; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }

    /// <summary>y += scale * x.</summary>
    public static void Add(double scale, ReadOnlySpan<double> x, Span<double> y)
    {
        Vector<double> factor = new(scale);
        int i = 0;
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count) (new Vector<double>(y[i..]) + factor * new Vector<double>(x[i..])).CopyTo(y[i..]);
        for (; i < x.Length; i++) y[i] += scale * x[i];
    }
}
