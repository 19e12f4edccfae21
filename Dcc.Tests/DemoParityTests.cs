// The demo's first steps on OpenCL lose what they lose on the CPU: its own model, scenes, batch, rates and seed. Read next: TrainingTests.cs, ../Dcc.Cli/Commands/DemoCommand.cs.
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Xunit.Abstractions;

namespace Dcc.Tests;

public sealed class DemoParityTests(ITestOutputHelper output)
{
    private const int Compared = 50, Strict = 25, Window = 10;

    /// <summary>`dcc demo` with its defaults (seed 1, 2,700 steps: the curriculum and the rates of the whole run), stopped after the steps compared.</summary>
    private static readonly TrainerOptions Demo = new() { Seed = 1, ReportEvery = 1, MeanCentreBatches = 1 };

    /// <summary>
    /// A rounding grows from step to step at the demo's rate: the CPU against itself, every weight moved to the next float, is apart by a percent at single steps
    /// from about the 44th on, and so is OpenCL. So each step is held to a percent while that means something, and after that the mean of every ten.
    /// </summary>
    [OpenClFact]
    public void OpenCl_loss_of_the_demos_first_50_steps_is_within_a_percent_of_the_cpus()
    {
        float[] cpu = Losses(TestDevices.Cpu, moved: false), openCl = Losses(TestDevices.OpenCl, moved: false), neighbour = Losses(TestDevices.Cpu, moved: true);
        Assert.Equal((Compared, Compared), (cpu.Length, openCl.Length));
        output.WriteLine($"OpenCL and CPU: {Worst(cpu, openCl)}. CPU and CPU with every weight moved to the next float: {Worst(cpu, neighbour)}. The CPU's loss went from {cpu[0]:R} to {cpu[^1]:R}.");
        Assert.True(cpu.Max() > 1.1 * cpu.Min(), "The loss hardly moves: agreeing to a percent says nothing.");
        for (int step = 0; step < Strict; step++) Assert.True(Apart(cpu[step], openCl[step]) <= 0.01, $"step {step + 1}: loss {cpu[step]:R} on the CPU, {openCl[step]:R} on OpenCL");
        for (int first = 0; first < Compared; first += Window)
        {
            double expected = cpu.Skip(first).Take(Window).Average(), actual = openCl.Skip(first).Take(Window).Average();
            output.WriteLine($"Steps {first + 1} to {first + Window}: mean loss {expected:F6} on the CPU, {actual:F6} on OpenCL, apart by {Apart(expected, actual):P3}.");
            Assert.True(Apart(expected, actual) <= 0.01, $"steps {first + 1} to {first + Window}: mean loss {expected:F6} on the CPU, {actual:F6} on OpenCL");
        }
    }

    private static double Apart(double expected, double actual) => Math.Abs(actual - expected) / expected;

    private static string Worst(float[] one, float[] two)
    {
        double[] apart = [.. one.Zip(two, (x, y) => Apart(x, y))];
        int worst = Array.IndexOf(apart, apart.Max());
        return $"largest difference {apart[worst]:P3} at step {worst + 1}, {apart.Take(Strict).Max():P3} in the first {Strict} steps";
    }

    private static float[] Losses(Device device, bool moved)
    {
        DccOptions options = DccOptions.Small;
        SampleSet set = SampleSet.Load(Path.Combine(Repository.Root, "samples"), options.FrameSize, options.LogMel.SampleRate);
        using DccModel model = DccModel.Create(device, options, Demo.Seed);
        if (moved) model.Parameters.Values.CopyFrom(Array.ConvertAll(model.Parameters.Values.ToArray(), MathF.BitIncrement));
        using CancellationTokenSource stop = new();
        SceneSource source = new(set, new SceneSourceOptions { Seed = Demo.Seed, Steps = Demo.Steps });
        return [.. new Trainer(model, source, Demo).Run(new StopAt(Compared, stop), stop.Token).History.Select(step => step.Loss)];
    }
}

/// <summary>Cancels after a step.</summary>
internal sealed class StopAt(int step, CancellationTokenSource cancel) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Step == step) cancel.Cancel();
    }
}
