// Times every op case on the CPU device with BenchmarkDotNet. Read next: ../Dcc.Tests/OpCases/OpCase.cs.
using BenchmarkDotNet.Attributes;
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Bench;

/// <summary>The forward and backward run of an op case, as the tests run it; the buffers are made once.</summary>
[MemoryDiagnoser]
public class OpBenchmarks
{
    private CpuDevice device = null!;
    private OpCase op = null!;
    private DeviceBuffer<float>[] inputs = [], outputs = [], gradOutputs = [];
    private DeviceBuffer<float>?[] gradInputs = [];

    public static IEnumerable<string> Names => AllCases.List.Where(c => c.Size == CaseSize.Real).Select(c => c.ToString());

    [ParamsSource(nameof(Names))]
    public string Case { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        device = new CpuDevice();
        op = AllCases.List.Single(c => c.ToString() == Case);
        float[][] values = op.Inputs(op.Random());
        double[][] exact = Array.ConvertAll(values, v => Array.ConvertAll(v, x => (double)x)), results = op.Forward(exact);
        inputs = Array.ConvertAll(values, v => device.Upload<float>(v));
        outputs = Array.ConvertAll(results, r => device.Rent<float>(r.Length));
        gradOutputs = Array.ConvertAll(results, r => device.Upload<float>(Array.ConvertAll(r, x => (float)x)));
        gradInputs = op.Backward is null ? [] : Array.ConvertAll(op.Backward(exact, results), g => g is null ? null : device.Rent<float>(g.Length));
    }

    [Benchmark]
    public void Forward() => op.RunForward(device, inputs, outputs);

    [Benchmark]
    public void Backward() => op.RunBackward?.Invoke(device, inputs, outputs, gradOutputs, gradInputs);

    [GlobalCleanup]
    public void Cleanup() => device.Dispose();
}
