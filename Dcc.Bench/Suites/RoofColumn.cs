// A column of BenchmarkDotNet's summary that is computed from the case and its time. Read next: SuitesCommand.cs.
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Dcc.Bench.Suites;

internal sealed class RoofColumn(string name, string legend, Func<CaseWork, double, string> value) : IColumn
{
    public string Id => name;
    public string ColumnName => name;
    public string Legend => legend;
    public bool AlwaysShow => true;
    public ColumnCategory Category => ColumnCategory.Custom;
    public int PriorityInCategory => 0;
    public bool IsNumeric => true;
    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmark) =>
        summary[benchmark]?.ResultStatistics is { } statistics ? value(CaseWork.Of(CaseOf(benchmark), IsBackward(benchmark)), statistics.Median / 1e6) : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmark, SummaryStyle style) => GetValue(summary, benchmark);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmark) => false;

    public static string CaseOf(BenchmarkCase benchmark) => (string)benchmark.Parameters[nameof(ForwardPass.Case)];

    public static bool IsBackward(BenchmarkCase benchmark) => benchmark.Descriptor.Type == typeof(BackwardPass);
}
