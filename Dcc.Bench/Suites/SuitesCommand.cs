// BenchmarkDotNet over the op cases, with shares of the measured roofs; benchmarks/<machine>/<op>.md on request. Read next: OpBenchmarks.cs, CaseWork.cs.
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Dcc.Bench.Measuring;
using Dcc.Bench.Report;
using Dcc.Kernels;

namespace Dcc.Bench.Suites;

internal static class SuitesCommand
{
    public static int Run(bool quick, bool write, string[] passedOn)
    {
        Roofs roofs = Roofs.Measure();
        Console.WriteLine(roofs.ToMarkdown());
        // In this process: a benchmark sees the environment's SIMD switches, and needs neither compiler nor registry.
        // Quick: five rounds of 50 ms, so that all cases take minutes and not an hour.
        Job job = (quick ? Job.ShortRun.WithIterationTime(TimeInterval.FromMilliseconds(50)).WithWarmupCount(2).WithIterationCount(5) : Job.Default).WithToolchain(InProcessEmitToolchain.DontLogOutput);
        ManualConfig config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(ConsoleLogger.Default).AddExporter(MarkdownExporter.GitHub).AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(TargetMethodColumn.Method, StatisticColumn.Median, StatisticColumn.Min, StatisticColumn.Max,
                new RoofColumn("GFLOP/s", "Operations per second; a convolution counts as the direct one (direct-equivalent)", (work, ms) => work.GigaflopsPerSecond(ms)),
                new RoofColumn("GB/s", "Inputs read and outputs written once, per second", (work, ms) => work.GigabytesPerSecond(ms)),
                new RoofColumn("% of roof", "Shortest time that the measured roofs allow, as a share of the median", (work, ms) => work.PercentOfRoof(ms, roofs.All)))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(60))
            .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Metrics);
        Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(SuitesCommand).Assembly).Run(passedOn, config)];
        if (summaries.Length == 0) return 1;
        if (write) Write(summaries, roofs);
        return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
    }

    private static void Write(Summary[] summaries, Roofs roofs)
    {
        BenchmarkReport[] reports = [.. summaries.SelectMany(summary => summary.Reports).Where(report => report.ResultStatistics is not null)];
        foreach (IGrouping<string, BenchmarkReport> op in reports.GroupBy(report => OpBenchmarks.Find(RoofColumn.CaseOf(report.BenchmarkCase)).Op))
        {
            MarkdownTable table = new("case", "pass", "ms", "GFLOP/s", "GB/s", "% of roof", "allocated, bytes");
            foreach (BenchmarkReport report in op.OrderBy(report => RoofColumn.CaseOf(report.BenchmarkCase), StringComparer.Ordinal).ThenByDescending(report => RoofColumn.IsBackward(report.BenchmarkCase) ? 0 : 1))
            {
                string name = RoofColumn.CaseOf(report.BenchmarkCase);
                bool backward = RoofColumn.IsBackward(report.BenchmarkCase);
                CaseWork work = CaseWork.Of(name, backward);
                double ms = report.ResultStatistics!.Median / 1e6;
                table.Add(OpBenchmarks.Find(name).Name, backward ? "backward" : "forward", $"{Text.Number(ms)} ({Text.Number(report.ResultStatistics.Min / 1e6)}..{Text.Number(report.ResultStatistics.Max / 1e6)})",
                    work.GigaflopsPerSecond(ms), work.GigabytesPerSecond(ms), work.PercentOfRoof(ms, roofs.All), $"{report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)}");
            }
            string text = $"# {op.Key}\n\n{Machine.Name}, {new CpuDevice().Name}; warm caches. Peak {Text.Number(roofs.All.Peak)} GFLOP/s, memory {Text.Number(roofs.All.Bandwidth)} GB/s, measured in the same run. {Machine.Busy}\n\n{table}";
            ResultFiles.Write(ResultFiles.MachineFolder, $"{op.Key.Replace(' ', '-')}{Machine.Suffix}", text, table.ToCsv());
        }
        PerformancePage.Write();
    }
}
