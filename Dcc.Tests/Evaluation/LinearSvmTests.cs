// The linear SVM against scikit-learn's numbers, its own optimality conditions and blind search, and on awkward data. Read next: Dcc.Model/Evaluation/LinearSvm.cs.
using System.Globalization;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Tests.Evaluation;

public sealed class LinearSvmTests
{
    public static TheoryData<string> Cases => ["three_classes", "three_classes_large_c", "separable", "duplicate_and_constant", "more_features_than_samples", "large_features"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_are_those_of_liblinear(string name)
    {
        // Both stop at a gradient that is small, not zero: the weights agree to what that leaves open.
        (double[][] x, int[] y, double[][] expected, double c) = Golden(name);
        LinearClassifier learnt = LinearSvm.Train(x, y, expected.Length, c);
        Assert.True(learnt.Converged);
        double size = expected.SelectMany(row => row).Max(Math.Abs);
        for (int k = 0; k < expected.Length; k++)
            for (int j = 0; j < expected[k].Length; j++)
                Assert.True(Math.Abs(learnt.Weights[k][j] - expected[k][j]) <= 1e-7 * size, $"class {k}, weight {j}: {learnt.Weights[k][j]:R}, scikit-learn {expected[k][j]:R}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_step_in_any_direction_is_lower(string name)
    {
        (double[][] x, int[] y, double[][] expected, double c) = Golden(name);
        LinearClassifier learnt = LinearSvm.Train(x, y, expected.Length, c);
        Philox random = new(3);
        for (int k = 0; k < expected.Length; k++)
        {
            double least = Objective(learnt.Weights[k], x, y, k, c), size = learnt.Weights[k].Max(Math.Abs);
            for (int trial = 0; trial < 200; trial++)
            {
                double scale = size * Math.Pow(10, -1 - trial % 4);
                double[] other = Array.ConvertAll(learnt.Weights[k], weight => weight + scale * random.NextNormal());
                Assert.True(Objective(other, x, y, k, c) > least, $"class {k}, step {scale}");
            }
        }
    }

    [Fact]
    public void The_minimum_is_where_a_blind_search_finds_it()
    {
        // One feature and the intercept: a grid that is halved around its best point needs no gradient.
        double[][] x = [[-2], [-0.5], [0.3], [1.5], [4]];
        int[] y = [0, 1, 0, 1, 1];
        (double w, double b, double width) = (0, 0, 4);
        while (width > 1e-9)
        {
            (double bestW, double bestB, double best) = (w, b, double.PositiveInfinity);
            for (int i = -10; i <= 10; i++)
                for (int j = -10; j <= 10; j++)
                    if (Objective([w + i * width / 10, b + j * width / 10], x, y, 1, 0.7) is double value && value < best) (bestW, bestB, best) = (w + i * width / 10, b + j * width / 10, value);
            (w, b, width) = (bestW, bestB, width / 2);
        }
        LinearClassifier learnt = LinearSvm.Train(x, y, 2, 0.7);
        Assert.Equal(w, learnt.Weights[1][0], 1e-7);
        Assert.Equal(b, learnt.Weights[1][1], 1e-7);
        Assert.Equal(-w, learnt.Weights[0][0], 1e-7);   // the other class is the mirror image
    }

    [Fact]
    public void The_gradient_vanishes_at_the_paper_s_width()
    {
        Philox random = new(5);
        double[][] x = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 512).Select(_ => (double)Math.Max(0f, random.NextNormal())).ToArray())];
        bool[] positive = [.. Enumerable.Range(0, 300).Select(i => i % 5 == 0)];
        double[] rows = [.. x.SelectMany(row => row.Append(1.0))];
        SquaredHinge problem = new(rows, 513, positive, 0.01);
        (double[] w, bool converged) = problem.Minimize();
        Assert.True(converged);
        Assert.True(problem.GradientNorm(w) <= 1e-9 * problem.GradientNorm(new double[513]));
    }

    [Fact]
    public void A_single_class_is_always_answered()
    {
        LinearClassifier learnt = LinearSvm.Train([[1, 2], [3, -4]], [0, 0], 1, 1);
        Assert.True(learnt.Decide([1, 2])[0] > 0 && learnt.Decide([3, -4])[0] > 0);
    }

    [Fact]
    public void A_class_without_samples_is_never_answered()
    {
        LinearClassifier learnt = LinearSvm.Train([[1.0], [-1.0], [2.0], [-2.0]], [0, 2, 0, 2], 3, 1);
        foreach (double x in new[] { -2.0, -1, 0.5, 2 }) Assert.NotEqual(1, Array.IndexOf(learnt.Decide([x]), learnt.Decide([x]).Max()));
    }

    [Fact]
    public void Features_that_are_all_zero_leave_the_intercept()
    {
        // f(b) = b²/2 + C (3 (1 - b)² + (1 + b)²): b = 2C (3 - 1) / (1 + 2C 4).
        LinearClassifier learnt = LinearSvm.Train([[0, 0], [0, 0], [0, 0], [0, 0]], [0, 0, 0, 1], 2, 0.5);
        Assert.Equal([0, 0], learnt.Weights[0][..2]);
        Assert.Equal(0.4, learnt.Weights[0][2], 1e-12);
    }

    [Fact]
    public void Same_data_give_the_same_bits()
    {
        (double[][] x, int[] y, double[][] expected, double c) = Golden("three_classes");
        Assert.Equal(LinearSvm.Train(x, y, expected.Length, c).Weights, LinearSvm.Train(x, y, expected.Length, c).Weights);
    }

    [Fact]
    public void What_cannot_be_learnt_is_refused_in_a_sentence()
    {
        Assert.Contains("at least one sample", Refusal([], []), StringComparison.Ordinal);
        Assert.Contains("Sample 1 has 1 features, the first 2", Refusal([[1, 2], [1]], [0, 1]), StringComparison.Ordinal);
        Assert.Contains("Sample 1 has a feature", Refusal([[1], [double.NaN]], [0, 1]), StringComparison.Ordinal);
        Assert.Contains("label of sample 1 is 2", Refusal([[1], [2]], [0, 2]), StringComparison.Ordinal);
        Assert.Contains("C must be", Assert.Throws<ArgumentException>(() => LinearSvm.Train([[1.0]], [0], 1, 0)).Message, StringComparison.Ordinal);

        static string Refusal(double[][] x, int[] y) => Assert.Throws<ArgumentException>(() => LinearSvm.Train(x, y, 2)).Message;
    }

    [Fact]
    public void Ridge_solves_its_normal_equations()
    {
        // One feature: w = Σ x̃ ỹ / (Σ x̃² + α) with x̃, ỹ centred; x = 0, 1, 2, 5, y = -1, -1, 1, 1.
        LinearClassifier learnt = LinearRidge.Train([[0], [1], [2], [5]], [[false, false, true, true]], 2);
        double w = 6.0 / (14 + 2);
        Assert.Equal(w, learnt.Weights[0][0], 1e-12);
        Assert.Equal(-2 * w, learnt.Weights[0][1], 1e-12);
    }

    private static double Objective(double[] w, double[][] x, int[] y, int positive, double c)
    {
        double value = 0.5 * w.Sum(each => each * each);
        for (int i = 0; i < x.Length; i++)
        {
            double decided = w[^1];
            for (int j = 0; j < x[i].Length; j++) decided += w[j] * x[i][j];
            double gap = Math.Max(0, 1 - (y[i] == positive ? decided : -decided));
            value += c * gap * gap;
        }
        return value;
    }

    private static (double[][] X, int[] Y, double[][] Weights, double C) Golden(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "Dcc.Tests", "Evaluation", "Golden", "linear-svm.txt"));
        int start = Array.FindIndex(lines, line => line.StartsWith($"case {name} ", StringComparison.Ordinal));
        string[] head = lines[start].Split(' ');
        int samples = int.Parse(head[3], CultureInfo.InvariantCulture), classes = int.Parse(head[7], CultureInfo.InvariantCulture);
        double[][] rows = [.. lines.Skip(start + 1).Take(samples + classes).Select(line => Array.ConvertAll(line.Split(' '), text => double.Parse(text, CultureInfo.InvariantCulture)))];
        return ([.. rows.Take(samples).Select(row => row[1..])], [.. rows.Take(samples).Select(row => (int)row[0])], rows[samples..], double.Parse(head[9], CultureInfo.InvariantCulture));
    }
}
