// Entry of the benchmarks: dotnet run -c Release --project Dcc.Bench -- --filter '*' (BenchmarkDotNet's options). Read next: OpBenchmarks.cs.
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Dcc.Bench.OpBenchmarks).Assembly).Run(args);
