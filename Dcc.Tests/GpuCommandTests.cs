// Dcc.Bench's gpu command without a card: refusals, the simulator, OpenCL on the processor. Read next: ../Dcc.Bench/Gpu/GpuCommand.cs.
using Dcc.Bench.Gpu;
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Tests;

public sealed class GpuCommandTests
{
    [Theory]
    [InlineData("cpu", "not a GPU device")]
    [InlineData("cuda:77", "There is no CUDA device 77")]
    [InlineData("toaster", "There is no device")]
    public void A_device_that_is_none_is_a_sentence_and_a_failure(string device, string sentence)
    {
        StringWriter output = new(), errors = new();
        Assert.NotEqual(0, GpuCommand.Run(new GpuOptions(device, Quick: true, Only: null), output, errors, write: null));
        Assert.StartsWith("gpu: ", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains(sentence, errors.ToString(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void Without_a_device_the_sentence_says_what_to_install()
    {
        if (DeviceCatalog.Find().Found.Any(found => found.Kind is DeviceKind.Cuda or DeviceKind.OpenCl)) return; // the next tests run the command there
        StringWriter errors = new();
        Assert.NotEqual(0, GpuCommand.Run(new GpuOptions(null, Quick: true, Only: null), new StringWriter(), errors, write: null));
        Assert.Contains("no CUDA and no OpenCL device", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("PoCL", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_names_nothing_is_refused()
    {
        StringWriter errors = new();
        Assert.NotEqual(0, GpuCommand.Run(new GpuOptions("simulator", Quick: true, Only: "no such case"), new StringWriter(), errors, write: null));
        Assert.Contains("nothing is named", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_simulator_checks_a_case_and_measures_its_roofs()
    {
        OpCase small = AllCases.List.First(op => op.Op == "Squash" && op.Size == CaseSize.Small);
        (string text, string csv) = Run(TestDevices.Simulator, small.ToString());
        Assert.Contains($"| {small}", text, StringComparison.Ordinal);
        Assert.StartsWith("section,work,pass", csv, StringComparison.Ordinal);
    }

    [OpenClFact]
    public void OpenCl_times_a_case_beside_its_roofs()
    {
        OpCase real = AllCases.List.First(op => op.Op == "Squash" && op.Size == CaseSize.Real);
        (string text, string csv) = Run(TestDevices.OpenCl, real.ToString());
        Assert.Contains("1 of 1 cases agree", text, StringComparison.Ordinal);
        string[] lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length); // heading, forward, backward
        Assert.All(lines[1..], line => Assert.StartsWith($"ops,{real},", line.Replace("\"", ""), StringComparison.Ordinal));
    }

    [OpenClFact]
    public void OpenCl_climbs_the_ladder_and_leaves_nothing_forced()
    {
        (_, string csv) = Run(TestDevices.OpenCl, "product 512 x 512 x 512");
        foreach (string rung in Enum.GetNames<ProductVariant>().Append("shipped")) Assert.Contains($",{rung},", csv, StringComparison.Ordinal);
        Assert.Null(TestDevices.OpenCl.ForcedVariant);
        Assert.Null(TestDevices.OpenCl.ForcedPath);
    }

    /// <summary>One kernel that is wrong must not end as a table of good times.</summary>
    [Fact]
    public void A_wrong_result_is_told_by_the_check()
    {
        OpCase right = AllCases.List.First(op => op.Op == "Squash" && op.Size == CaseSize.Small);
        OpCase wrong = right with { RunForward = (device, x, y) => { right.RunForward(device, x, y); device.Axpby(0f, y[0], 1.001f, y[0]); } };
        Assert.Null(ReferenceCheck.Of(TestDevices.Cpu, right).Failure);
        Assert.Contains("relative error", ReferenceCheck.Of(TestDevices.Cpu, wrong).Failure, StringComparison.Ordinal);
        OpCase forgetful = right with { RunForward = (_, _, _) => { } };
        Assert.Contains("Was it written at all?", ReferenceCheck.Of(TestDevices.Cpu, forgetful).Failure, StringComparison.Ordinal);
    }

    private static (string Text, string Csv) Run(GpuDevice device, string only)
    {
        string text = "", csv = "";
        Assert.Equal(0, GpuCommand.Run(device, new GpuOptions(null, Quick: true, only), new StringWriter(), (_, page, table) => (text, csv) = (page, table)));
        return (text, csv);
    }
}
