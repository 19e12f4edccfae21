// What a training step asks of a GPU, and what the program prints about it. Read next: ../Dcc.Model/Training/StepProfile.cs.
using Dcc.Cli;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class StepProfileTests
{
    [Fact]
    public void A_step_on_the_simulator_allocates_nothing_and_waits_once() => Check(TestDevices.Simulator, StepProfile.Tiny, 2);

    [OpenClFact]
    public void A_step_on_OpenCL_allocates_nothing_and_waits_once() => Check(TestDevices.OpenCl, DccOptions.Small, 4);

    [Fact]
    public void The_processor_has_nothing_to_profile() =>
        Assert.Contains("loads no kernels", Assert.Throws<ArgumentException>(() => StepProfile.Measure(TestDevices.Cpu, StepProfile.Tiny, 2)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Devices_profile_prints_the_launches_of_a_step()
    {
        CliResult result = await RunCli.Run(["devices", "--profile", "--device", "simulator"], seconds: 120);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Matches(@"AdamKernel\W+1\b", result.Output);
        Assert.Matches(@"total\W+\d\d+", result.Output);
        Assert.Matches(@"Warm-up: \d\d kernels compiled in \d+\.\d s\.", result.Output);
        Assert.Contains("Buffers allocated in the second step: 0.", result.Output, StringComparison.Ordinal);
        Assert.Contains("waits in a step for 1 read", result.Output, StringComparison.Ordinal);
        Assert.Contains("and 0 other synchronisations", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_profile_of_the_processor_is_refused_in_a_sentence()
    {
        CliResult result = await RunCli.Run(["devices", "--profile", "--device", "cpu"]);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("loads no kernels", result.Error, StringComparison.Ordinal);
        Assert.Contains("--device", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_without_profile_is_wrong_usage() => Assert.Equal(2, (await RunCli.Run(["devices", "--device", "simulator"])).ExitCode);

    [Fact]
    public void Training_on_a_GPU_tells_of_its_warm_up_once()
    {
        List<string> lines = [];
        using GpuDevice device = GpuDevice.Simulator();
        using DccModel model = DccModel.Create(device, StepProfile.Tiny, 1);
        TrainerOptions options = new() { Steps = 3, Batch = 2, ReportEvery = 1, MeanCentreBatches = 1 };
        new Trainer(model, new PatternSource(), options).Run(TrainingScreen.PlainLines(lines.Add, device));
        Assert.Matches(@"^Warm-up: \d\d kernels compiled in \d+\.\d s\.$", lines[0]);
        Assert.StartsWith("step 1 of 3", lines[1], StringComparison.Ordinal);
        Assert.Single(lines, line => line.StartsWith("Warm-up", StringComparison.Ordinal));
        Assert.Null(WarmUp.Line(TestDevices.Cpu));
    }

    private static void Check(Device device, DccOptions options, int units)
    {
        StepProfile step = StepProfile.Measure(device, options, units);
        Assert.Equal((0L, 1L, 0L), (step.Allocations, step.HostReads, step.Synchronizations));
        Assert.Equal(3, step.HostWrites); // frames, sound, mask
        Assert.Equal(step.TotalLaunches, step.Launches.Sum(launch => launch.Count));
        Dictionary<string, long> launches = step.Launches.ToDictionary(launch => launch.Kernel, launch => launch.Count);
        Assert.Equal((1L, 1L, 2L), (launches["AdamKernel"], launches["MaxMarginGroupKernel"], launches["UnitCentresKernel"])); // the last forward and backward
        Assert.True(step.KernelsLoaded >= step.Launches.Count && step.LoadSeconds > 0 && step.FirstStepSeconds > 0 && step.StepSeconds > 0);
    }
}
