// The op cases on a device: against the reference, then against the clock. Read next: GpuLadder.cs, ../../Dcc.Tests/OpCases/OpCase.cs.
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Bench.Gpu;

internal static class GpuCases
{
    /// <summary>Forward, and backward where there is one.</summary>
    public static IEnumerable<GpuRow> Time(GpuDevice device, OpCase op, int rounds, double fill)
    {
        float[][] values = op.Inputs(op.Random());
        double[][] exact = Array.ConvertAll(values, v => Array.ConvertAll(v, x => (double)x)), results = op.Forward(exact);
        double[]?[] gradients = op.Backward is null ? [] : op.Backward(exact, results);
        double moved = 4.0 * values.Concat(results.Select(r => Array.ConvertAll(r, x => (float)x))).Sum(v => (double)v.Length), written = 4.0 * gradients.Sum(g => (double)(g?.Length ?? 0));
        DeviceBuffer<float>[] x = Array.ConvertAll(values, v => device.Upload<float>(v)), y = Array.ConvertAll(results, r => device.Rent<float>(r.Length));
        DeviceBuffer<float>[] gradY = Array.ConvertAll(results, r => device.Upload<float>(Array.ConvertAll(r, value => (float)value)));
        DeviceBuffer<float>?[] gradX = Array.ConvertAll(gradients, g => g is null ? null : device.Rent<float>(g.Length));

        yield return new GpuRow("ops", op.ToString(), "forward", GpuTiming.Measure(device, rounds, fill, () => op.RunForward(device, x, y)), op.Flops, moved);
        if (op.RunBackward is not null)
            yield return new GpuRow("ops", op.ToString(), "backward", GpuTiming.Measure(device, rounds, fill, () => op.RunBackward(device, x, y, gradY, gradX)), op.BackwardFlops ?? 2 * op.Flops, moved + written);
        foreach (DeviceBuffer<float>? buffer in x.Concat(y).Concat(gradY).Concat(gradX)) buffer?.Dispose();
    }
}
