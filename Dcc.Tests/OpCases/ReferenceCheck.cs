// An op case on a device against its double reference, forward and backward. Read next: OpCase.cs; ../OpCheck.cs and Dcc.Bench's gpu command ask it.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

/// <summary><paramref name="WorstError"/> is the largest ||actual - expected|| / ||expected|| of any output or gradient; <paramref name="Failure"/> says in a sentence what is wrong, or is null.</summary>
public sealed record ReferenceCheck(double WorstError, string? Failure)
{
    public static ReferenceCheck Of(Device device, OpCase op)
    {
        List<IDisposable> rented = [];
        double worst = 0;
        string? failure = null;
        float[][] inputs = op.Inputs(op.Random());
        double[][] exactInputs = Array.ConvertAll(inputs, ToDouble), expected = op.Forward(exactInputs);
        DeviceBuffer<float>[] x = Array.ConvertAll(inputs, Uploaded), y = Array.ConvertAll(expected, values => Poisoned(values.Length));
        op.RunForward(device, x, y);
        for (int i = 0; i < y.Length; i++) Compare($"output {i}", y[i].ToArray(), expected[i]);
        if (op.Backward is not null)
        {
            float[][] gradY = GradientsOfOutputs(op, expected);
            double[]?[] expectedGrad = op.Backward(exactInputs, Array.ConvertAll(gradY, ToDouble));
            DeviceBuffer<float>?[] gradX = Array.ConvertAll(expectedGrad, values => values is null ? null : Poisoned(values.Length));
            op.RunBackward!(device, x, y, Array.ConvertAll(gradY, Uploaded), gradX);
            for (int i = 0; i < gradX.Length; i++)
                if (gradX[i] is { } grad) Compare($"gradient of input {i}", grad.ToArray(), expectedGrad[i]!);
        }
        foreach (IDisposable buffer in rented) buffer.Dispose();
        return new ReferenceCheck(worst, failure);

        DeviceBuffer<float> Uploaded(float[] values)
        {
            DeviceBuffer<float> buffer = device.Upload<float>(values);
            rented.Add(buffer);
            return buffer;
        }

        // Full of NaN: an element that the op forgets to write is seen.
        DeviceBuffer<float> Poisoned(int length)
        {
            float[] poison = new float[length];
            Array.Fill(poison, float.NaN);
            return Uploaded(poison);
        }

        void Compare(string what, float[] actual, double[] wanted)
        {
            double error = 0, norm = 0;
            for (int i = 0; i < actual.Length; i++)
            {
                if (!float.IsFinite(actual[i])) failure ??= $"{op}: {what} on {device.Name}: element {i} is {actual[i]}, expected {wanted[i]:G9}. Was it written at all?";
                error += (actual[i] - wanted[i]) * (actual[i] - wanted[i]);
                norm += wanted[i] * wanted[i];
            }
            double relative = Math.Sqrt(error) / Math.Max(Math.Sqrt(norm), 1e-12);
            if (norm == 0 && error <= 1e-14) relative = 0;
            worst = Math.Max(worst, relative);
            if (!(relative <= op.Tolerance)) failure ??= $"{op}: {what} on {device.Name}: relative error {relative:E2}, allowed {op.Tolerance:E2}.";
        }
    }

    private static float[][] GradientsOfOutputs(OpCase op, double[][] outputs)
    {
        // Not the generator of the inputs: a gradient equal to the input is a special case for many ops.
        Random random = new(op.Random().Next());
        return Array.ConvertAll(outputs, values => OpCase.Uniform(random, values.Length));
    }

    private static double[] ToDouble(float[] values) => Array.ConvertAll(values, x => (double)x);
}
