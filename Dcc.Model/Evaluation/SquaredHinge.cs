// One class of the linear SVM: a Newton method for a function made of quadratic pieces. Read next: LinearClassifier.cs.
namespace Dcc.Model;

/// <summary>
/// Minimises f(w) = ½|w|² + C Σ_i max(0, 1 - y_i w·x_i)². The gradient is w - 2C Σ_A y_i (1 - y_i w·x_i) x_i over the samples A inside the margin, the (generalised) Hessian I + 2C Σ_A x_i x_iᵀ. Each
/// step solves Hessian · d = -gradient by conjugate gradients and goes to the exact minimum along d. f is strictly convex with finitely many quadratic pieces, so the method ends at the one
/// minimum (Mangasarian, "A finite Newton method for classification", 2002; Keerthi and DeCoste, JMLR 2005).
/// </summary>
internal sealed class SquaredHinge(double[] rows, int width, bool[] positive, double c)
{
    /// <summary>Of the gradient's norm, relative to the one at w = 0.</summary>
    private const double Tolerance = 1e-10;

    private const int MostSteps = 500;
    private readonly int samples = positive.Length;

    /// <summary>The weights [width], and whether the gradient became as small as asked.</summary>
    public (double[] Weights, bool Converged) Minimize()
    {
        double[] w = new double[width], margins = new double[samples], along = new double[samples], gradient = new double[width], step = new double[width];
        double enough = -1;
        for (int round = 0; round < MostSteps; round++)
        {
            Gradient(w, margins, gradient);
            double norm = Norm(gradient);
            if (enough < 0) enough = Tolerance * norm;
            if (norm <= enough) return (w, true);
            Solve(gradient, margins, step);
            for (int i = 0; i < samples; i++) along[i] = Signed(i, DoubleVectors.Dot(Row(i), step));
            double t = LineMinimum(w, step, margins, along);
            DoubleVectors.Add(t, step, w);
            for (int i = 0; i < samples; i++) margins[i] = Signed(i, DoubleVectors.Dot(Row(i), w));   // y_i w·x_i, anew: no drift
        }
        return (w, false);
    }

    /// <summary>The norm of the gradient at w, for tests.</summary>
    public double GradientNorm(double[] w)
    {
        double[] margins = new double[samples], gradient = new double[width];
        for (int i = 0; i < samples; i++) margins[i] = Signed(i, DoubleVectors.Dot(Row(i), w));
        Gradient(w, margins, gradient);
        return Norm(gradient);
    }

    private ReadOnlySpan<double> Row(int i) => rows.AsSpan(i * width, width);

    private double Signed(int i, double value) => positive[i] ? value : -value;

    private static double Norm(double[] x) => Math.Sqrt(DoubleVectors.Dot(x, x));

    private void Gradient(double[] w, double[] margins, double[] gradient)
    {
        w.CopyTo(gradient, 0);
        for (int i = 0; i < samples; i++)
            if (margins[i] < 1) DoubleVectors.Add(Signed(i, -2 * c * (1 - margins[i])), Row(i), gradient);
    }

    /// <summary>Hessian · step = -gradient, by conjugate gradients scaled by the Hessian's diagonal.</summary>
    private void Solve(double[] gradient, double[] margins, double[] step)
    {
        double[] diagonal = new double[width], residual = new double[width], direction = new double[width], product = new double[width], scaled = new double[width];
        Array.Fill(diagonal, 1);
        for (int i = 0; i < samples; i++)
            if (margins[i] < 1)
                for (int j = 0; j < width; j++) diagonal[j] += 2 * c * rows[i * width + j] * rows[i * width + j];
        Array.Clear(step);
        for (int j = 0; j < width; j++)
        {
            residual[j] = -gradient[j];
            direction[j] = scaled[j] = residual[j] / diagonal[j];
        }
        double enough = 1e-4 * Norm(gradient), old = DoubleVectors.Dot(residual, scaled);
        for (int round = 0; round < 2 * width + 10 && Norm(residual) > enough; round++)
        {
            direction.CopyTo(product, 0);
            for (int i = 0; i < samples; i++)
                if (margins[i] < 1) DoubleVectors.Add(2 * c * DoubleVectors.Dot(Row(i), direction), Row(i), product);
            double length = old / DoubleVectors.Dot(direction, product);
            DoubleVectors.Add(length, direction, step);
            DoubleVectors.Add(-length, product, residual);
            for (int j = 0; j < width; j++) scaled[j] = residual[j] / diagonal[j];
            double now = DoubleVectors.Dot(residual, scaled);
            for (int j = 0; j < width; j++) direction[j] = scaled[j] + now / old * direction[j];
            old = now;
        }
    }

    /// <summary>
    /// The t where f(w + t step) is least: the root of its slope, which grows with t and is a straight line between the points where a sample crosses the margin. Newton's method on the slope,
    /// halving where it leaves the bracket. Slopes, unlike values of f, can be told apart down to the last bits.
    /// </summary>
    private double LineMinimum(double[] w, double[] step, double[] margins, double[] along)
    {
        double linear = DoubleVectors.Dot(w, step), square = DoubleVectors.Dot(step, step), low = 0, high = double.PositiveInfinity, t = 1;
        for (int round = 0; round < 100; round++)
        {
            double slope = linear + t * square, curvature = square;
            for (int i = 0; i < samples; i++)
            {
                double gap = 1 - margins[i] - t * along[i];
                if (gap <= 0) continue;
                slope -= 2 * c * gap * along[i];
                curvature += 2 * c * along[i] * along[i];
            }
            if (slope == 0) return t;
            if (slope > 0) high = t; else low = t;
            double next = t - slope / curvature;
            if (!(next > low && next < high)) next = double.IsPositiveInfinity(high) ? 2 * t : 0.5 * (low + high);
            if (Math.Abs(next - t) <= 1e-15 * Math.Abs(t)) return next;
            t = next;
        }
        return t;
    }
}
