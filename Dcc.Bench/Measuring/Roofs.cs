// What this machine can do at most, measured on the spot; every "% of roof" is a share of these. Read next: FmaPeak.cs, Bandwidth.cs.
using Dcc.Kernels;

namespace Dcc.Bench.Measuring;

/// <summary>GFLOP/s and GB/s of so many threads.</summary>
internal sealed record RoofsOfThreads(int Threads, double Peak, double Read, double Write, double Copy, double Triad)
{
    /// <summary>The best of the four: no mix of loads and stores is faster.</summary>
    public double Bandwidth => Math.Max(Math.Max(Read, Write), Math.Max(Copy, Triad));

    /// <summary>The shortest time in ms that so much work can take: the longer of computing and moving it.</summary>
    public double Milliseconds(double flops, double bytes) => 1e3 * Math.Max(flops / (Peak * 1e9), bytes / (Bandwidth * 1e9));
}

internal sealed record Roofs(RoofsOfThreads One, RoofsOfThreads All)
{
    public static Roofs Measure()
    {
        using Bandwidth memory = new();
        RoofsOfThreads Of(int threads) => new(threads, FmaPeak.Measure(threads), memory.Read(threads), memory.Write(threads), memory.Copy(threads), memory.Triad(threads));
        RoofsOfThreads one = Of(1);
        return new Roofs(one, Environment.ProcessorCount == 1 ? one : Of(Environment.ProcessorCount));
    }

    public RoofsOfThreads Of(int threads) => threads == 1 ? One : All;

    public string ToMarkdown()
    {
        MarkdownTable table = new("roof", "1 thread", $"{All.Threads} threads");
        table.Add($"multiply-add peak, {CpuDevice.Simd}, GFLOP/s", Text.Number(One.Peak), Text.Number(All.Peak));
        table.Add("read, GB/s", Text.Number(One.Read), Text.Number(All.Read));
        table.Add("write, GB/s", Text.Number(One.Write), Text.Number(All.Write));
        table.Add("copy, GB/s", Text.Number(One.Copy), Text.Number(All.Copy));
        table.Add("triad a = b + s c, GB/s", Text.Number(One.Triad), Text.Number(All.Triad));
        return table.ToString();
    }
}
