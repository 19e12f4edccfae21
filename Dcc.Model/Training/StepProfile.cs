// What one training step asks of a GPU: launches by kernel, waits of the host, buffers. Read next: TrainingStep.cs, ../../Dcc.Kernels/Core/GpuProfile.cs.
using System.Diagnostics;
using Dcc.Kernels;

namespace Dcc.Model;

/// <summary>One step after the first, in which kernels were compiled and buffers allocated.</summary>
/// <param name="Launches">Kernels that the step launched, how often, and the seconds of these launches in a third step, in which the host waits for each; the longest first.</param>
/// <param name="KernelsLoaded">Kernels that the device holds.</param>
/// <param name="LoadSeconds">Seconds that loading them took.</param>
/// <param name="FirstStepSeconds">Seconds of the first step, loading included.</param>
/// <param name="StepSeconds">Seconds of the step, until the device was done.</param>
/// <param name="Allocations">Buffers taken from the machine during the step: none, or something leaks.</param>
/// <param name="HostReads">Copies to the host during the step. One is meant: loss, pair accuracy and gradient norm, before the weights change.</param>
/// <param name="HostWrites">Copies from the host during the step: frames, waveforms, and the spectrogram mask or the drawn negatives where the options ask for them.</param>
/// <param name="Synchronizations">Other waits for the device during the step.</param>
public sealed record StepProfile(
    IReadOnlyList<(string Kernel, long Count, double Seconds)> Launches, int KernelsLoaded, double LoadSeconds, double FirstStepSeconds, double StepSeconds,
    long Allocations, long HostReads, long HostWrites, long Synchronizations)
{
    /// <summary>A model of the same parts that ILGPU's simulator, thread after thread, gets through in seconds.</summary>
    public static DccOptions Tiny { get; } = DccOptions.Small with
    {
        FrameSize = 8,
        SpectrogramFrames = 8,
        Visual = DccOptions.Small.Visual with { Blocks = [new(4, 1, true), new(8, 1, false)] },
        Audio = DccOptions.Small.Audio with { Blocks = [new(4, 1, true), new(8, 1, true)] },
        Clusters = 2,
        Dims = 4,
    };

    public long TotalLaunches => Launches.Sum(launch => launch.Count);

    /// <summary>Trains a new model on noise for two steps and looks at the second; a third tells the kernels' times. Throws <see cref="ArgumentException"/> for a device without kernels, the CPU.</summary>
    public static StepProfile Measure(Device device, DccOptions options, int units)
    {
        GpuProfile profile = device.Profile ?? throw new ArgumentException($"{device.Name} loads no kernels, so there is nothing to profile. Name a GPU device: cuda, opencl or simulator.");
        using DccModel model = DccModel.Create(device, options, 1);
        using (device.Exclusive())
        {
            using TrainingStep training = new(model, new TrainerOptions { Batch = units, Steps = 3 });
            UnitBatch batch = Noise(model, units);
            double first = Timed(0);
            long allocations = device.Memory.Allocations;
            profile.Reset();
            double second = Timed(1);
            (long reads, long writes, long waits) = (profile.HostReads, profile.HostWrites, profile.Synchronizations - 1); // the last wait is Timed's own
            allocations = device.Memory.Allocations - allocations;
            profile.Reset();
            profile.TimeLaunches = true;
            Timed(2);
            profile.TimeLaunches = false;
            return new StepProfile([.. profile.Kernels.Where(kernel => kernel.Count > 0).OrderByDescending(kernel => kernel.Seconds).Select(kernel => (kernel.Name, kernel.Count, kernel.Seconds))],
                profile.Kernels.Count, profile.LoadSeconds, first, second, allocations, reads, writes, waits);

            double Timed(int step)
            {
                long start = Stopwatch.GetTimestamp();
                training.Run(step, batch, learningRate: 1e-3f, reports: false);
                device.Synchronize();
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
    }

    private static UnitBatch Noise(DccModel model, int units)
    {
        UnitBatch batch = model.NewBatch(units);
        Philox random = new(1, 1);
        for (int i = 0; i < batch.Frames.Length; i++) batch.Frames[i] = random.NextFloat(0f, 255f);
        for (int i = 0; i < batch.Waveforms.Length; i++) batch.Waveforms[i] = random.NextFloat(-0.1f, 0.1f);
        return batch;
    }
}
