// Times every op case of real size on the CPU device with BenchmarkDotNet. Read next: SuitesCommand.cs, ../../Dcc.Tests/OpCases/OpCase.cs.
using BenchmarkDotNet.Attributes;
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Bench.Suites;

/// <summary>The buffers of a case, made once.</summary>
public abstract class OpBenchmarks
{
    private protected CpuDevice Device { get; private set; } = null!;
    private protected OpCase Op { get; private set; } = null!;
    private protected DeviceBuffer<float>[] Inputs { get; private set; } = [];
    private protected DeviceBuffer<float>[] Outputs { get; private set; } = [];
    private protected DeviceBuffer<float>[] GradOutputs { get; private set; } = [];
    private protected DeviceBuffer<float>?[] GradInputs { get; private set; } = [];

    private protected void Open(string name)
    {
        Device = new CpuDevice();
        Op = Find(name);
        float[][] values = Op.Inputs(Op.Random());
        double[][] exact = Array.ConvertAll(values, v => Array.ConvertAll(v, x => (double)x)), results = Op.Forward(exact);
        Inputs = Array.ConvertAll(values, v => Device.Upload<float>(v));
        Outputs = Array.ConvertAll(results, r => Device.Rent<float>(r.Length));
        GradOutputs = Array.ConvertAll(results, r => Device.Upload<float>(Array.ConvertAll(r, x => (float)x)));
        GradInputs = Op.Backward is null ? [] : Array.ConvertAll(Op.Backward(exact, results), g => g is null ? null : Device.Rent<float>(g.Length));
        Op.RunForward(Device, Inputs, Outputs);
    }

    internal static OpCase Find(string name) => AllCases.List.Single(c => c.ToString() == name);

    [GlobalCleanup]
    public void Close() => Device.Dispose();
}

public class ForwardPass : OpBenchmarks
{
    public static IEnumerable<string> Names => AllCases.List.Where(c => c.Size == CaseSize.Real).Select(c => c.ToString());

    [ParamsSource(nameof(Names))]
    public string Case { get; set; } = "";

    [GlobalSetup]
    public void Setup() => Open(Case);

    [Benchmark]
    public void Forward() => Op.RunForward(Device, Inputs, Outputs);
}

public class BackwardPass : OpBenchmarks
{
    public static IEnumerable<string> Names => AllCases.List.Where(c => c.Size == CaseSize.Real && c.RunBackward is not null).Select(c => c.ToString());

    [ParamsSource(nameof(Names))]
    public string Case { get; set; } = "";

    [GlobalSetup]
    public void Setup() => Open(Case);

    [Benchmark]
    public void Backward() => Op.RunBackward!(Device, Inputs, Outputs, GradOutputs, GradInputs);
}
