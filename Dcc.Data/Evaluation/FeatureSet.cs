// Features of labelled samples and what a linear classifier makes of them, fold by fold. Read next: SoundFeatures.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Which classifier a probe trains.</summary>
internal enum ProbeClassifier
{
    /// <summary>The protocol's linear SVM.</summary>
    Svm,
    /// <summary>Ridge regression.</summary>
    Ridge,
}

/// <summary>Rows of each sample: one, or one a segment. Segments of a training sample are training samples of their own; those of a test sample have their decision values averaged.</summary>
internal sealed class FeatureSet(IReadOnlyList<float[][]> rows)
{
    /// <summary>Decision values [samples][classes]; a sample that no fold tests has none. <paramref name="positive"/> [classes][samples].</summary>
    public double[]?[] Decide(IReadOnlyList<Fold> folds, bool[][] positive, ProbeClassifier classifier, double c, bool standardize, ref bool converged)
    {
        double[]?[] values = new double[rows.Count][];
        foreach (Fold fold in folds)
        {
            (int Sample, double[] Features)[] training = [.. fold.Train.SelectMany(i => rows[i].Select(row => (i, Array.ConvertAll(row, x => (double)x))))];
            Scaling scaling = standardize ? Scaling.Of(training) : Scaling.None;
            double[][] features = Array.ConvertAll(training, each => scaling.Apply(each.Features));
            bool[][] targets = Array.ConvertAll(positive, each => Array.ConvertAll(training, sample => each[sample.Sample]));
            LinearClassifier learnt = classifier == ProbeClassifier.Svm ? LinearSvm.Train(features, targets, c) : LinearRidge.Train(features, targets);
            converged &= learnt.Converged;
            foreach (int i in fold.Test)
            {
                double[] sum = new double[positive.Length];
                foreach (float[] row in rows[i])
                {
                    double[] decided = learnt.Decide(scaling.Apply(Array.ConvertAll(row, x => (double)x)));
                    for (int k = 0; k < sum.Length; k++) sum[k] += decided[k] / rows[i].Length;
                }
                values[i] = sum;
            }
        }
        return values;
    }

    /// <summary>The class with the greatest value; the first of equals.</summary>
    public static int Best(double[] values) => Array.IndexOf(values, values.Max());

    /// <summary>(x - mean) / deviation of the training rows, per feature; a constant feature becomes 0.</summary>
    private sealed record Scaling(double[]? Mean, double[]? Inverse)
    {
        public static Scaling None { get; } = new(null, null);

        public static Scaling Of((int, double[] Features)[] rows)
        {
            int dims = rows[0].Features.Length;
            double[] mean = new double[dims], inverse = new double[dims];
            for (int j = 0; j < dims; j++)
            {
                mean[j] = rows.Average(row => row.Features[j]);
                double variance = rows.Average(row => (row.Features[j] - mean[j]) * (row.Features[j] - mean[j]));
                inverse[j] = variance > 1e-12 * mean[j] * mean[j] ? 1 / Math.Sqrt(variance) : 0;
            }
            return new Scaling(mean, inverse);
        }

        public double[] Apply(double[] x) => Mean is null ? x : [.. x.Select((value, j) => (value - Mean[j]) * Inverse![j])];
    }
}
