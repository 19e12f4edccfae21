// One measured line of the gpu command and its columns. Read next: GpuRoofs.cs.
using Dcc.Bench.Assembler;
using Dcc.Bench.Measuring;

namespace Dcc.Bench.Gpu;

/// <summary>Operations count a multiply-add two; bytes are inputs read and outputs written once, 0 where they are not counted.</summary>
internal sealed record GpuRow(string Section, string Work, string Pass, Timing Time, double Flops, double Bytes)
{
    public static readonly string[] Headings = ["work", "pass", "ms, least", "ms, median", "GFLOP/s", "GB/s", "% of roof", "A100 floor, ms", "H100 floor, ms"];

    public string[] Cells(GpuRoofs roofs)
    {
        KernelWork work = new("", Flops, Bytes);
        return
        [
            Work, Pass, Text.Number(Time.Min), Text.Number(Time.Median),
            Flops > 0 ? Text.Number(Flops / Time.Median / 1e6) : "-", Bytes > 0 ? Text.Number(Bytes / Time.Median / 1e6) : "-",
            FormattableString.Invariant($"{100 * roofs.Milliseconds(Flops, Bytes) / Time.Median:F0} %"),
            Text.Number(1e3 * Card.A100.Seconds(work)), Text.Number(1e3 * Card.H100.Seconds(work)),
        ];
    }
}
