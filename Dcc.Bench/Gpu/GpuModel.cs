// Training steps and forward passes of whole models on a device. Read next: GpuCommand.cs, ../Workloads/OurDcc.cs.
using Dcc.Bench.Workloads;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Bench.Gpu;

internal static class GpuModel
{
    public static IEnumerable<(string Name, Func<IEnumerable<GpuRow>> Measure)> Work(GpuDevice device, bool quick, int rounds, double fill)
    {
        yield return ("small model, batch 32", () => Rows(device, "small model, batch 32", DccOptions.Small, 32, 32, rounds, fill));
        if (!quick) yield return ("paper's model, batch 1", () => Rows(device, "paper's model, batch 1", DccOptions.Paper, 1, 2, rounds, fill));
    }

    /// <summary>With as many sounds as pictures all pairs are compared; else each picture has its true sound and one false.</summary>
    private static IEnumerable<GpuRow> Rows(GpuDevice device, string name, DccOptions options, int images, int sounds, int rounds, double fill)
    {
        using OurDcc ours = new(device, options, new DccInputs(options, images, sounds), learningRate: 1e-4f);
        yield return new GpuRow("model", name, "forward", GpuTiming.Measure(device, rounds, fill, () => ours.Forward()), Work(options, images, sounds), 0);
        yield return new GpuRow("model", name, "training step", GpuTiming.Measure(device, rounds, fill, () => _ = images == sounds ? ours.InBatchStep(margin: 0.4f, clipNorm: 5f) : ours.PairStep()), Workloads.Work.Step(options, images, sounds), 0);
    }

    private static double Work(DccOptions options, int images, int sounds) => Workloads.Work.Forward(options, images, sounds);
}
