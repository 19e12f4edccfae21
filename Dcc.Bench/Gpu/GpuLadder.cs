// Every rung of the matrix product's ladder on the same products, beside the shipped choice and cuBLAS. Read next: GpuModel.cs, ../../Dcc.Kernels/MatMul/GpuKernelChoice.cs.
using Dcc.Kernels;

namespace Dcc.Bench.Gpu;

internal static class GpuLadder
{
    public static IEnumerable<(string Name, Func<IEnumerable<GpuRow>> Measure)> Work(GpuDevice device, bool quick, int rounds, double fill, Action<string> note)
    {
        foreach (MatMulShape shape in (MatMulShape[])[new(1, 512, 512, 512), new(1, 4096, 160, 512), .. quick ? (MatMulShape[])[] : [new(1, 4096, 4096, 1024)]])
        {
            string name = $"product {shape.M} x {shape.N} x {shape.K}";
            yield return (name, () => Product(device, name, shape, rounds, fill, note));
        }
        foreach (Conv2dShape shape in (Conv2dShape[])[Conv2dShape.Same3x3(1, 56, 56, 64, 64), .. quick ? (Conv2dShape[])[] : [Conv2dShape.Same3x3(8, 32, 32, 256, 256)]])
        {
            string name = $"convolution 3x3, {shape.Batch} maps of {shape.Height} x {shape.Width}, {shape.InChannels} to {shape.OutChannels}";
            yield return (name, () => Convolution(device, name, shape, rounds, fill));
        }
    }

    private static IEnumerable<GpuRow> Product(GpuDevice device, string name, MatMulShape shape, int rounds, double fill, Action<string> note)
    {
        using DeviceBuffer<float> a = Random(device, shape.M * shape.K), b = Random(device, shape.K * shape.N), c = device.Rent<float>(shape.M * shape.N);
        double bytes = 4.0 * (a.Length + b.Length + c.Length);
        foreach ((string rung, Action run) in Rungs(device, convolves: false, () => device.MatMul(shape, Epilogue.None, a, b, null, c)))
            yield return new GpuRow("ladder", name, rung, GpuTiming.Measure(device, rounds, fill, run), shape.Flops, bytes);
        if (device.Kind != DeviceKind.Cuda) yield break;
        if (device.CuBlasProduct(shape.M, shape.N, shape.K, a, b, c) is { } why) note($"{name}: {why}");
        else yield return new GpuRow("ladder", name, "cuBLAS", GpuTiming.Measure(device, rounds, fill, () => device.CuBlasProduct(shape.M, shape.N, shape.K, a, b, c)), shape.Flops, bytes);
    }

    private static IEnumerable<GpuRow> Convolution(GpuDevice device, string name, Conv2dShape shape, int rounds, double fill)
    {
        using DeviceBuffer<float> x = Random(device, shape.LengthX), weight = Random(device, shape.LengthWeight), y = device.Rent<float>(shape.LengthY);
        foreach ((string rung, Action run) in Rungs(device, convolves: true, () => device.Conv2dForward(shape, Epilogue.None, x, weight, null, y)))
            yield return new GpuRow("ladder", name, rung, GpuTiming.Measure(device, rounds, fill, run), shape.Flops, 4.0 * (x.Length + weight.Length + y.Length));
    }

    /// <summary>The rungs that the device has room for, Winograd for a convolution, then the shipped choice. Each is set while its row is measured.</summary>
    private static IEnumerable<(string, Action)> Rungs(GpuDevice device, bool convolves, Action run)
    {
        if (convolves) device.ForcedPath = Conv2dPath.Direct;
        // The forward gather of a convolution has no 256 x 64 tile: forcing it would time another rung under its name.
        foreach (ProductVariant variant in Enum.GetValues<ProductVariant>().Where(v => (v == ProductVariant.Naive || device.Limits.MaxGroupSize >= GpuKernelChoice.TileThreads)
            && !(convolves && GpuKernelChoice.Needs(v) == ProductReads.FoursNarrow)))
        {
            device.ForcedVariant = variant;
            yield return ($"{variant}", run);
        }
        device.ForcedVariant = null;
        foreach (Conv2dPath path in convolves ? (Conv2dPath[])[Conv2dPath.Winograd2, Conv2dPath.Winograd4] : [])
        {
            device.ForcedPath = path;
            yield return ($"{path}", run);
        }
        device.ForcedPath = null;
        yield return ("shipped", run);
    }

    private static DeviceBuffer<float> Random(GpuDevice device, int length)
    {
        Philox random = new(3, 0);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) values[i] = 2f * random.NextFloat() - 1f;
        return device.Upload<float>(values);
    }
}
