// This program started again for one measurement. Ours loads no LibTorch: its types are named in methods that are not reached. Read next: Rows/ProcessRows.cs.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Dcc.Bench.Peers.Rows;
using Dcc.Bench.Workloads;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Bench.Peers;

internal static class ChildProcess
{
    public const string Verb = "child", Memory = "memory", Start = "start", Ours = "ours", TorchFirst = "torch-channels-first", TorchLast = "torch-channels-last";

    /// <summary>Runs a child and returns its first line of output with the milliseconds from its start to that line.</summary>
    public static string FirstLine(out double milliseconds, params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        List<string> all = [Verb, .. arguments];
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") all.Insert(0, Environment.GetCommandLineArgs()[0]);
        long begin = Stopwatch.GetTimestamp();
        using Process child = Process.Start(new ProcessStartInfo(program, all) { RedirectStandardOutput = true })!;
        string? line = child.StandardOutput.ReadLine();
        milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        child.WaitForExit();
        return child.ExitCode == 0 && line is not null ? line : throw new InvalidOperationException($"The child process {string.Join(' ', arguments)} ended with {child.ExitCode} and printed \"{line}\".");
    }

    public static int Run(string[] arguments)
    {
        int threads = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        switch (arguments[0], arguments[1])
        {
            case (Memory, Ours): OurMemory(threads); break;
            case (Memory, _): TorchMemory(threads, channelsLast: arguments[1] == TorchLast); break;
            case (Start, Ours): OurStart(threads, arguments[3]); break;
            default: TorchStart(threads, arguments[3]); break;
        }
        return 0;
    }

    private static DccInputs MemoryInputs() => new(DccOptions.Paper, images: 4, sounds: 8);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OurMemory(int threads)
    {
        using CpuDevice device = new(threads);
        using OurDcc ours = new(device, DccOptions.Paper, MemoryInputs(), 1e-4f);
        for (int step = 0; step < 2; step++) ours.PairStep();
        Console.WriteLine(Peak());
    }

    /// <summary>The model that the weights come from is ours and goes before the first step.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TorchMemory(int threads, bool channelsLast)
    {
        TorchSharp.torch.set_num_threads(threads);
        DccInputs inputs = MemoryInputs();
        using TorchStep torch = Copy(inputs, channelsLast);
        GC.Collect();
        for (int step = 0; step < 2; step++) torch.PairStep();
        Console.WriteLine(Peak());

        static TorchStep Copy(DccInputs inputs, bool channelsLast)
        {
            using CpuDevice device = new(1);
            using DccModel model = DccModel.Create(device, DccOptions.Paper, seed: 1);
            return new TorchStep(model, inputs, channelsLast, 1e-4f);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OurStart(int threads, string path)
    {
        using CpuDevice device = new(threads);
        using DccModel model = DccModel.Load(device, path);
        Print(model.EmbedAudio(ProcessRows.Clip()));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TorchStart(int threads, string path)
    {
        TorchSharp.torch.set_num_threads(threads);
        DccOptions options = DccOptions.Small;
        using TorchDcc torch = new(options, Safetensors.Load(path).Tensors.Select(pair => (pair.Key, pair.Value.Shape, pair.Value.Values, false)), channelsLast: false);
        using TorchLogMel logMel = new(options.LogMel);
        using (TorchSharp.torch.inference_mode())
        {
            TorchSharp.torch.Tensor waveform = TorchTensors.Of(ProcessRows.Clip().Samples.AsSpan(0, options.SamplesPerUnit), 1, options.SamplesPerUnit);
            TorchSharp.torch.Tensor spectrogram = (logMel.Unfolded(waveform) - options.SpectrogramMean) / options.SpectrogramDeviation;
            Print(TorchTensors.Values(torch.AudioMap(spectrogram.unsqueeze(1), training: false).mean([2, 3])));
        }
    }

    private static void Print(float[] embedding) => Console.WriteLine(string.Join(' ', embedding.Select(value => value.ToString(CultureInfo.InvariantCulture))));

    /// <summary>MiB.</summary>
    private static string Peak()
    {
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        double mebibytes = line is not null ? double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024 : Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
        return mebibytes.ToString("F0", CultureInfo.InvariantCulture);
    }
}
