// The two cards that times are predicted for, as their data sheets describe them. Read next: KernelWork.cs.
namespace Dcc.Bench.Assembler;

/// <summary>TFLOP/s of single precision without tensor cores, GB/s of memory.</summary>
/// <param name="Teraflops">A multiply-add counts two.</param>
/// <param name="Gigabytes">A second.</param>
/// <param name="SlotsPerFfma">
/// Instructions that a partition of a multiprocessor can issue while its lanes are busy with one multiply-add of a warp: a partition issues one a cycle; an A100's has 16 lanes, an
/// H100's 32.
/// </param>
internal sealed record Card(double Teraflops, double Gigabytes, int SlotsPerFfma)
{
    /// <summary>Seconds below which a launch itself, not the work in it, is taken to set the time. An assumption: no card was measured.</summary>
    public const double Launch = 3e-6;

    /// <summary>NVIDIA A100 SXM with 40 GB.</summary>
    public static Card A100 { get; } = new(19.5, 1555, 2);

    /// <summary>NVIDIA H100 SXM.</summary>
    public static Card H100 { get; } = new(67, 3350, 1);

    /// <summary>The longer of computing and moving.</summary>
    public double Seconds(KernelWork work) => Math.Max(Compute(work), Move(work));

    public string Bound(KernelWork work) => Seconds(work) < Launch ? "latency" : Compute(work) > Move(work) ? "compute" : "memory";

    /// <summary>The share of the peak that the issue of instructions allows a loop with such a share of multiply-adds.</summary>
    public double IssueLimit(double ffmaShare) => Math.Min(1, SlotsPerFfma * ffmaShare);

    private double Compute(KernelWork work) => work.Flops / (Teraflops * 1e12);

    private double Move(KernelWork work) => work.Bytes / (Gigabytes * 1e9);
}
