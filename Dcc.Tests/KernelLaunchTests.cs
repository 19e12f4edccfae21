// Every kernel is loaded and launched where it is counted, and the counts are right. Read next: ../Dcc.Kernels/Gpu/GpuKernel.cs.
using System.Text.RegularExpressions;
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed partial class KernelLaunchTests
{
    [Fact]
    public void Every_kernel_is_loaded_by_GpuDevice_Load_under_its_own_name()
    {
        int loads = 0;
        foreach (string file in Repository.Sources("Dcc.Kernels"))
        {
            string text = File.ReadAllText(file), name = Path.GetFileName(file);
            MatchCollection counted = CountedLoad().Matches(text);
            Assert.True(AnyLoad().Count(text) == counted.Count,
                $"{name} loads a kernel that is not counted, or captures more than the device: write field ??= Load(nameof(XKernel), () => accelerator.Load...Kernel<...>(XKernel)).");
            foreach (Match load in counted)
                Assert.True(load.Groups[1].Value == load.Groups[2].Value, $"{name} loads {load.Groups[2].Value} under the name {load.Groups[1].Value}.");
            Assert.False(RawLauncher().IsMatch(text), $"{name} keeps what launches a kernel where launches are not counted: keep a GpuKernel<Action<...>>.");
            loads += counted.Count;
        }
        Assert.True(loads > 50, $"Only {loads} loads were found: does the pattern still fit the code?");
    }

    [Fact]
    public void Launches_loads_and_copies_are_counted()
    {
        using GpuDevice device = GpuDevice.Simulator();
        GpuProfile profile = device.Profile;
        Assert.Equal((0, 0L, 0.0), (profile.Kernels.Count, profile.Launches, profile.LoadSeconds));
        using DeviceBuffer<float> x = device.Upload<float>([1, 2, 3]), y = device.Rent<float>(3), norm = device.Rent<float>(1);
        for (int i = 0; i < 3; i++) device.Fill(y, i);
        device.L2Norm(x, norm);
        device.UnaryForward(Unary.Relu, x, y);
        norm.ToArray();

        Assert.Equal([("FillKernel", 3L), ("NormPartialKernel", 1L), ("NormFoldKernel", 2L), ("UnaryForwardKernel<ReluOp>", 1L)], profile.Kernels.Select(kernel => (kernel.Name, kernel.Count)));
        Assert.Equal((7L, 1L, 1L, 0L), (profile.Launches, profile.HostWrites, profile.HostReads, profile.Synchronizations));
        double seconds = profile.LoadSeconds;
        Assert.True(seconds > 0);

        profile.Reset();
        device.Fill(y, 1);
        device.Synchronize();
        Assert.Equal((1L, 0L, 0L, 1L), (profile.Launches, profile.HostWrites, profile.HostReads, profile.Synchronizations));
        Assert.Equal((4, seconds), (profile.Kernels.Count, profile.LoadSeconds));
    }

    [Fact]
    public void Kernels_have_the_names_of_the_catalogue()
    {
        OpCheck.AgainstReference(TestDevices.Simulator, OpCases.AllCases.List.First(c => c.Op == "MatMul" && c.Size == OpCases.CaseSize.Small));
        HashSet<string> titles = [.. KernelCatalog.All.Select(kernel => kernel.Title)];
        Assert.All(TestDevices.Simulator.Profile.Kernels.ToArray(), kernel => Assert.Contains(kernel.Name, titles));
    }

    [Fact]
    public void The_processor_has_no_profile() => Assert.Null(TestDevices.Cpu.Profile);

    [GeneratedRegex(@"\.Load\w*Kernel[<(]")]
    private static partial Regex AnyLoad();

    [GeneratedRegex(@"\bLoad\(nameof\((\w+)\), \(\) => (?:device\.)?accelerator\.Load\w*Kernel<[^();]*>\((\w+)\b[^;]*?\)")]
    private static partial Regex CountedLoad();

    [GeneratedRegex(@"(?<!GpuKernel<)Action<(?:Index1D|Index2D|KernelConfig)\b")]
    private static partial Regex RawLauncher();
}
