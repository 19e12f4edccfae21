// Entry of the benchmarks: dotnet run -c Release --project Dcc.Bench -- suites | roofs | scaling | weights | peers | kernels | gpu (see docs/contributing.md). Read next: Commands.cs.
namespace Dcc.Bench;

internal static class Program
{
    private static int Main(string[] arguments)
    {
#if PEERS
        // A run of its own for one measurement (peak memory, time to the first result): nothing else may be loaded.
        if (arguments is [Peers.ChildProcess.Verb, .. string[] rest]) return Peers.ChildProcess.Run(rest);
#endif
        return Commands.Root().Parse(arguments).Invoke();
    }
}
