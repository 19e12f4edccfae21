// Every rung of the product ladder gives the same bits as the naive one, at every case of matrix product and convolution. Read next: Dcc.Kernels/MatMul/GpuDevice.ProductTile128.cs.
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Tests;

public sealed class GpuProductLadderTests
{
    public static TheoryData<string> Names => [.. AllCases.List.Where(c => (c.Op is "MatMul" or "Conv2d") && c.Flops < 3e8).Select(c => c.ToString())];

    [OpenClTheory, MemberData(nameof(Names))]
    public void OpenCl_gives_the_same_bits_on_every_rung(string name)
    {
        OpCase op = AllCases.List.Single(c => c.ToString() == name);
        float[][] expected = Run(op, ProductVariant.Naive);
        foreach (ProductVariant variant in new[] { ProductVariant.Tile16, ProductVariant.Tile64, ProductVariant.Tile128, ProductVariant.Tile256 })
        {
            float[][] actual = Run(op, variant);
            for (int i = 0; i < expected.Length; i++)
                Assert.True(expected[i].AsSpan().SequenceEqual(actual[i]), $"{name}: result {i} of {variant} differs from the naive kernel's.");
        }
    }

    /// <summary>Outputs and gradients.</summary>
    private static float[][] Run(OpCase op, ProductVariant variant)
    {
        GpuDevice device = TestDevices.OpenCl;
        float[][] values = op.Inputs(op.Random());
        double[][] exact = Array.ConvertAll(values, v => Array.ConvertAll(v, x => (double)x));
        device.ForcedVariant = variant;
        device.ForcedPath = Conv2dPath.Direct;
        try
        {
            DeviceBuffer<float>[] inputs = Array.ConvertAll(values, v => device.Upload<float>(v));
            double[][] results = op.Forward(exact);
            DeviceBuffer<float>[] outputs = Array.ConvertAll(results, r => device.Rent<float>(r.Length));
            op.RunForward(device, inputs, outputs);
            List<DeviceBuffer<float>> written = [.. outputs];
            if (op.RunBackward is not null)
            {
                DeviceBuffer<float>[] grads = Array.ConvertAll(outputs, o => device.Upload<float>(OpCase.Uniform(new Random(o.Length), o.Length)));
                DeviceBuffer<float>?[] gradInputs = Array.ConvertAll(op.Backward!(exact, results), g => g is null ? null : device.Rent<float>(g.Length));
                op.RunBackward(device, inputs, outputs, grads, gradInputs);
                written.AddRange(gradInputs.OfType<DeviceBuffer<float>>());
            }
            return [.. written.Select(buffer => buffer.ToArray())];
        }
        finally
        {
            device.ForcedVariant = null;
            device.ForcedPath = null;
        }
    }
}
