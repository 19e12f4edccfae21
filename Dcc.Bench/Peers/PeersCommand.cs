// Runs the comparison: check, choose the peer's fastest way, time in turn, print. Read next: PeerRow.cs, Rows/ForwardRows.cs, ChildProcess.cs.
using Dcc.Bench.Measuring;
using Dcc.Bench.Peers.Rows;
using Dcc.Bench.Report;
using Dcc.Kernels;
using TorchSharp;

namespace Dcc.Bench.Peers;

internal static class PeersCommand
{
    public static int Run(BenchOptions options)
    {
        if (options.KeepHeap) PeerHeap.Keep();
        torch.set_num_threads(options.Threads);
        using CpuDevice device = new(options.Threads);
        Console.WriteLine($"{Machine.Name}; {device.Name}. {Machine.PeerSwitches} {Machine.Busy}\n");
        Roofs roofs = Roofs.Measure();
        Console.WriteLine(roofs.ToMarkdown());

        List<PeerResult> results = [];
        foreach (PeerRow row in Rows(options.Threads).Where(row => Wanted(row.Group, row.Name, options.Only))) Add(Measure(row, device, options.Quick));
        // Peak memory and start are matters of child processes, which have their own heap.
        foreach (ProcessRow row in ProcessRows.All().Where(row => !options.KeepHeap && Wanted(row.Group, row.Name, options.Only))) Add(row.Measure(options));
        if (results.Count == 0)
        {
            Console.Error.WriteLine($"peers: no row contains \"{options.Only}\".");
            return 1;
        }
        string report = PeerReport.ToMarkdown(results, device.Name, roofs.Of(options.Threads), options.KeepHeap);
        Console.WriteLine();
        Console.WriteLine(report);
        string name = $"peers{Machine.Suffix}{(options.KeepHeap ? "-kept-heap" : "")}";
        if (options.Out is not null) ResultFiles.Write(options.Out, name, report, PeerReport.ToCsv(results));
        if (options.Write)
        {
            ResultFiles.Write(ResultFiles.MachineFolder, name, report, PeerReport.ToCsv(results));
            ResultFiles.Write(ResultFiles.MachineFolder, $"roofs{Machine.Suffix}", $"### Roofs, {CpuDevice.Simd}\n\n{roofs.ToMarkdown()}", csv: null);
            PerformancePage.Write();
        }
        PeerResult[] apart = [.. results.Where(result => result.Agreement is { Holds: false })];
        foreach (PeerResult result in apart) Console.Error.WriteLine($"peers: {result.Name}: the results of {result.PeerName} and ours differ by {Text.Number(result.Agreement!.Value.Error)}; their times were not compared.");
        return apart.Length == 0 ? 0 : 1;

        void Add(PeerResult result)
        {
            results.Add(result);
            Console.WriteLine($"{result.Name}: {result.Ours} against {result.PeerName} {result.Peer}, ratio {result.Ratio:F2} {result.Verdict}, results differ by {(result.Agreement is { } a ? Text.Number(a.Error) : "-")}");
        }
    }

    private static IEnumerable<PeerRow> Rows(int threads) => [.. ForwardRows.All(threads), .. TrainingRows.All(), .. LogMelRows.All(), .. ClusteringRows.All(), .. ConvolutionRows.All()];

    private static bool Wanted(string group, string name, string? only) => only is null || $"{group} {name}".Contains(only, StringComparison.OrdinalIgnoreCase);

    private static PeerResult Measure(PeerRow row, CpuDevice device, bool quick)
    {
        using PeerSides sides = row.Open(device);
        Agreement worst = default;
        foreach (PeerVariant variant in sides.Peers)
        {
            Agreement agreement = variant.Check();
            if (!agreement.Holds) return new PeerResult(row.Group, row.Name, row.Limit, new Timing([double.NaN]), variant.Name, new Timing([double.NaN]), sides.Flops, agreement);
            if (agreement.Error >= worst.Error) worst = agreement;
        }
        PeerVariant peer = sides.Peers.Length == 1 ? sides.Peers[0] : sides.Peers.MinBy(variant => Alternating.Once(variant.Run))!;
        Timing[] times = Alternating.Measure(rounds: quick ? 5 : 9, fill: quick ? 60 : 200, sides.Ours, peer.Run);
        PeerResult result = new(row.Group, row.Name, row.Limit, times[0], peer.Name, times[1], sides.Flops, worst);
        GC.Collect();
        return result;
    }
}
