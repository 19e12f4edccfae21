// The verbs of the benchmark program and their options. Read next: Measuring/Roofs.cs, Gpu/GpuCommand.cs, Suites/SuitesCommand.cs, Peers/PeersCommand.cs.
using System.CommandLine;
using Dcc.Bench.Gpu;
using Dcc.Bench.Measuring;
using Dcc.Bench.Report;
using Dcc.Bench.Suites;

namespace Dcc.Bench;

/// <summary>What every measurement needs to know. <paramref name="Threads"/> is the same for every side.</summary>
internal sealed record BenchOptions(bool Quick, int Threads, string? Only, string? Out, bool Write, bool KeepHeap);

internal static class Commands
{
    private static readonly Option<bool> quick = new("--quick") { Description = "Fewer rounds: numbers to look at, not to publish." };
    private static readonly Option<int> threads = new("--threads") { Description = "Threads of every side.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private static readonly Option<string?> only = new("--only") { Description = "Only rows whose group or name contains this text." };
    private static readonly Option<bool> keepHeap = new("--keep-heap") { Description = "Tell glibc to keep freed memory, which spares LibTorch its page faults; ours has a pool and none." };
    private static readonly Option<string?> output = new("--out") { Description = "Folder for a copy of the tables." };
    private static readonly Option<bool> write = new("--write") { Description = "Write benchmarks/<machine>/ and docs/performance.md of the repository." };

    public static RootCommand Root()
    {
        Command suites = new("suites", "Every op over the cases of the tests, with BenchmarkDotNet; its options (--filter '*Conv2d*') are passed on.") { quick, write };
        suites.TreatUnmatchedTokensAsErrors = false;
        suites.SetAction(parsed => SuitesCommand.Run(parsed.GetValue(quick), parsed.GetValue(write), [.. parsed.UnmatchedTokens]));

        Command roofs = new("roofs", "Peak multiply-add rate and memory bandwidth of this machine, one thread and all.");
        roofs.SetAction(_ =>
        {
            Console.Write(Roofs.Measure().ToMarkdown());
            return 0;
        });

        Command scaling = new("scaling", "How this engine's time grows with batch and positions, and what a second thread is worth.") { quick, write };
        scaling.SetAction(parsed => ScalingCommand.Run(parsed.GetValue(quick), parsed.GetValue(write)));

        Command peers = new("peers", "This engine beside LibTorch and ONNX Runtime: same shapes, weights and threads, alternating, in one run.") { quick, threads, only, keepHeap, output, write };
        peers.SetAction(parsed => Peers(new BenchOptions(parsed.GetValue(quick), parsed.GetValue(threads), parsed.GetValue(only), parsed.GetValue(output), parsed.GetValue(write), parsed.GetValue(keepHeap))));

        Option<int> doubleSteps = new("--double-steps") { Description = "Steps of Adam that the oracle takes; float32 takes all ten. Fewer than ten are to look at.", DefaultValueFactory = _ => 10 };
        Command oracle = new("oracle", "The whole model beside an independent one in LibTorch's float64: every layer, gradient and ten steps; golden files of the tests and docs/parity.md.") { quick, threads, only, write, doubleSteps };
        oracle.SetAction(parsed => Oracle(new BenchOptions(parsed.GetValue(quick), parsed.GetValue(threads), parsed.GetValue(only), null, parsed.GetValue(write), KeepHeap: false), parsed.GetValue(doubleSteps)));

        Command weights = new("weights", "Whether transformed convolution weights are worth keeping, per layer of the paper's networks.") { quick };
        weights.SetAction(parsed => WeightsCommand.Run(parsed.GetValue(quick)));

        Option<string?> ptxas = new("--ptxas") { Description = "The assembler of a CUDA toolkit; without it .ci/cuda-as fetches Debian's." };
        Option<string?> nvdisasm = new("--nvdisasm") { Description = "The disassembler of the same toolkit." };
        Option<bool> loop = new("--loop") { Description = "With --only: print the hot loops' instructions." };
        Option<bool> check = new("--check") { Description = "Write nothing; fail if docs/kernels.md is not what this run would write." };
        Command kernels = new("kernels", "Every GPU kernel through NVIDIA's assembler, without a card: registers, occupancy, machine code, docs/kernels.md.") { ptxas, nvdisasm, only, loop, check };
        kernels.SetAction(parsed => KernelsCommand.Run(parsed.GetValue(ptxas), parsed.GetValue(nvdisasm), parsed.GetValue(only), parsed.GetValue(loop), parsed.GetValue(check)));

        Option<string?> device = new("--device") { Description = "cuda, cuda:1, opencl, ...; the best there is if left out." };
        Command gpu = new("gpu", "Checks and times every kernel on a GPU device, beside roofs measured on the spot; runs on PoCL too.") { device, quick, only, write };
        gpu.SetAction(parsed => GpuCommand.Run(new GpuOptions(parsed.GetValue(device), parsed.GetValue(quick), parsed.GetValue(only)), Console.Out, Console.Error, parsed.GetValue(write) ? ResultFiles.WriteGpu : null));

        Command report = new("report", "Writes docs/performance.md again from what lies in benchmarks/.");
        report.SetAction(_ => PerformancePage.Write());
        return new RootCommand("Benchmarks of Dcc.") { suites, roofs, scaling, weights, peers, oracle, kernels, gpu, report };
    }

    private static int Peers(BenchOptions options)
    {
#if PEERS
        return Dcc.Bench.Peers.PeersCommand.Run(options);
#else
        _ = options;
        return WithoutPeers("peers");
#endif
    }

    private static int Oracle(BenchOptions options, int doubleSteps)
    {
#if PEERS
        return Dcc.Bench.Peers.Oracle.OracleCommand.Run(options, doubleSteps);
#else
        _ = (options, doubleSteps);
        return WithoutPeers("oracle");
#endif
    }

#if !PEERS
    private static int WithoutPeers(string verb)
    {
        Console.Error.WriteLine($"{verb}: this build has no peers; build with them: dotnet run -c Release --project Dcc.Bench -p:Peers=true -- {verb} (LibTorch needs the libstdc++ of Debian 13 or newer; see docs/contributing.md).");
        return 1;
    }
#endif
}
