// How an op case is checked: device against reference, reference gradient against central differences. Read next: OpTests.cs.
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Tests;

internal static class OpCheck
{
    public static void AgainstReference(Device device, OpCase op)
    {
        string? failure = ReferenceCheck.Of(device, op).Failure;
        Assert.True(failure is null, failure);
    }

    /// <summary>
    /// Along one random direction per input, through L = mean of a_i y_i + b_i y_i^2 / 2 over every output: not a plain sum, whose gradient
    /// could hide a missing factor.
    /// </summary>
    public static void Gradient(OpCase op)
    {
        Random random = op.Random();
        double[][] inputs = Array.ConvertAll(op.Inputs(random), ToDouble);
        double[][] outputs = op.Forward(inputs);
        double[][] a = Array.ConvertAll(outputs, y => Directions(random, y.Length)), b = Array.ConvertAll(outputs, y => Directions(random, y.Length));
        double Loss(double[][] y) => y.Select((values, i) => values.Select((v, j) => a[i][j] * v + 0.5 * b[i][j] * v * v).DefaultIfEmpty().Average()).Sum();

        double[][] gradY = outputs.Select((values, i) => values.Select((v, j) => (a[i][j] + b[i][j] * v) / values.Length).ToArray()).ToArray();
        double[]?[] gradX = op.Backward!(inputs, gradY);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (gradX[i] is not { Length: > 0 } gradient) continue;
            double[] direction = Directions(random, inputs[i].Length);
            double analytic = gradient.Zip(direction, (g, d) => g * d).Sum();
            double up = Loss(op.Forward(Moved(inputs, i, direction, op.GradientStep))), down = Loss(op.Forward(Moved(inputs, i, direction, -op.GradientStep)));
            double numeric = (up - down) / (2 * op.GradientStep);
            double scale = Math.Max(Math.Max(Math.Abs(analytic), Math.Abs(numeric)), 1e-4);
            Assert.True(Math.Abs(analytic - numeric) <= op.GradientTolerance * scale,
                $"{op}: gradient of input {i} along a random direction is {analytic:R}, the central difference says {numeric:R}.");
        }
    }

    private static double[][] Moved(double[][] inputs, int which, double[] direction, double step)
    {
        double[][] moved = [.. inputs];
        moved[which] = inputs[which].Zip(direction, (x, d) => x + step * d).ToArray();
        return moved;
    }

    private static double[] Directions(Random random, int count) => Array.ConvertAll(OpCase.Uniform(random, count), x => (double)x);

    private static double[] ToDouble(float[] values) => Array.ConvertAll(values, x => (double)x);
}
