// How an op case is checked: device against reference, reference gradient against central differences. Read next: OpTests.cs.
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Tests;

internal static class OpCheck
{
    public static void AgainstReference(Device device, OpCase op)
    {
        float[][] inputs = op.Inputs(op.Random());
        double[][] exactInputs = Array.ConvertAll(inputs, ToDouble);
        double[][] expected = op.Forward(exactInputs);

        DeviceBuffer<float>[] x = Array.ConvertAll(inputs, values => device.Upload<float>(values));
        DeviceBuffer<float>[] y = Array.ConvertAll(expected, values => Poisoned(device, values.Length));
        op.RunForward(device, x, y);
        for (int i = 0; i < y.Length; i++) AssertClose(op, $"output {i} on {device.Name}", y[i].ToArray(), expected[i]);

        if (op.Backward is not null)
        {
            float[][] gradY = GradientsOfOutputs(op, expected);
            double[]?[] expectedGrad = op.Backward(exactInputs, Array.ConvertAll(gradY, ToDouble));
            DeviceBuffer<float>[] gradYs = Array.ConvertAll(gradY, values => device.Upload<float>(values));
            DeviceBuffer<float>?[] gradX = Array.ConvertAll(expectedGrad, values => values is null ? null : Poisoned(device, values.Length));
            op.RunBackward!(device, x, y, gradYs, gradX);
            for (int i = 0; i < gradX.Length; i++)
                if (gradX[i] is { } grad) AssertClose(op, $"gradient of input {i} on {device.Name}", grad.ToArray(), expectedGrad[i]!);
            foreach (DeviceBuffer<float> buffer in gradYs) buffer.Dispose();
            foreach (DeviceBuffer<float>? buffer in gradX) buffer?.Dispose();
        }
        foreach (DeviceBuffer<float> buffer in x) buffer.Dispose();
        foreach (DeviceBuffer<float> buffer in y) buffer.Dispose();
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

    private static void AssertClose(OpCase op, string what, float[] actual, double[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double error = 0, norm = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(float.IsFinite(actual[i]), $"{op}: {what}: element {i} is {actual[i]}, expected {expected[i]:G9}. Was it written at all?");
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        double relative = Math.Sqrt(error) / Math.Max(Math.Sqrt(norm), 1e-12);
        Assert.True(relative <= op.Tolerance || (norm == 0 && error <= 1e-14), $"{op}: {what}: relative error {relative:E2}, allowed {op.Tolerance:E2}.");
    }

    /// <summary>A buffer full of NaN: an element that the op forgets to write is seen.</summary>
    private static DeviceBuffer<float> Poisoned(Device device, int length)
    {
        DeviceBuffer<float> buffer = device.Rent<float>(length);
        float[] poison = new float[length];
        Array.Fill(poison, float.NaN);
        buffer.CopyFrom(poison);
        return buffer;
    }

    private static float[][] GradientsOfOutputs(OpCase op, double[][] outputs)
    {
        // Not the generator of the inputs: a gradient equal to the input is a special case for many ops.
        Random random = new(op.Random().Next());
        return Array.ConvertAll(outputs, values => OpCase.Uniform(random, values.Length));
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
