// Operations and least traffic of an op case, and what a time makes of them. Read next: RoofColumn.cs.
using Dcc.Bench.Measuring;
using Dcc.Tests.OpCases;

namespace Dcc.Bench.Suites;

/// <summary>
/// Bytes: every input read once, every output written once (backward: inputs and gradients of the outputs read, gradients of the inputs written). What stays in a cache
/// between runs can beat the bandwidth of memory: a share above 100 % is shown as it is.
/// </summary>
internal sealed record CaseWork(double Flops, double Bytes)
{
    private static readonly Dictionary<string, (CaseWork Forward, CaseWork Backward)> known = [];

    public static CaseWork Of(string name, bool backward)
    {
        lock (known)
        {
            if (!known.TryGetValue(name, out (CaseWork Forward, CaseWork Backward) work)) known.Add(name, work = Compute(OpBenchmarks.Find(name)));
            return backward ? work.Backward : work.Forward;
        }
    }

    private static (CaseWork, CaseWork) Compute(OpCase op)
    {
        double[][] inputs = Array.ConvertAll(op.Inputs(op.Random()), v => Array.ConvertAll(v, x => (double)x)), outputs = op.Forward(inputs);
        double read = 4.0 * inputs.Sum(v => (double)v.Length), written = 4.0 * outputs.Sum(v => (double)v.Length);
        double gradients = op.Backward is null ? 0 : 4.0 * op.Backward(inputs, outputs).Sum(v => (double)(v?.Length ?? 0));
        return (new CaseWork(op.Flops, read + written), new CaseWork(op.BackwardFlops ?? 2 * op.Flops, read + written + gradients));
    }

    public string GigaflopsPerSecond(double milliseconds) => Flops > 0 ? Text.Number(Flops / milliseconds / 1e6) : "-";

    public string GigabytesPerSecond(double milliseconds) => Text.Number(Bytes / milliseconds / 1e6);

    /// <summary>The shortest time that the roofs allow, as a share of the time it took.</summary>
    public string PercentOfRoof(double milliseconds, RoofsOfThreads roofs) => FormattableString.Invariant($"{100 * roofs.Milliseconds(Flops, Bytes) / milliseconds:F0} %");
}
