// What only a process of its own shows: peak memory, and time from start to the first result. Read next: ../ChildProcess.cs.
using System.Globalization;
using Dcc.Bench.Measuring;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Bench.Peers.Rows;

internal sealed record ProcessRow(string Group, string Name, Func<BenchOptions, PeerResult> Measure)
{
    public const string MemoryGroup = "memory", StartGroup = "start";
}

internal static class ProcessRows
{
    public static IEnumerable<ProcessRow> All()
    {
        yield return new ProcessRow(ProcessRow.MemoryGroup, MemoryName, Memory);
        yield return new ProcessRow(ProcessRow.StartGroup, StartName, Start);
    }

    private const string MemoryName = "peak resident set, paper-size training step, batch 4", StartName = "process start to first embedding of one clip, small model";

    private static PeerResult Memory(BenchOptions options)
    {
        double Peak(string side) => double.Parse(ChildProcess.FirstLine(out _, ChildProcess.Memory, side, options.Threads.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        double ours = Peak(ChildProcess.Ours), first = Peak(ChildProcess.TorchFirst), last = Peak(ChildProcess.TorchLast);
        return new PeerResult(ProcessRow.MemoryGroup, MemoryName, 0.60, new Timing([ours]), first <= last ? "LibTorch, channels first" : "LibTorch, channels last", new Timing([Math.Min(first, last)]), Flops: 0, Agreement: null);
    }

    private static PeerResult Start(BenchOptions options)
    {
        string path = Path.Combine(Path.GetTempPath(), $"dcc-bench-{Environment.ProcessId}.safetensors");
        try
        {
            using (CpuDevice device = new(1))
            using (DccModel model = DccModel.Create(device, DccOptions.Small, seed: 1)) model.Save(path);
            int rounds = options.Quick ? 3 : 9;
            double[] ours = new double[rounds], torch = new double[rounds];
            string ourLine = "", torchLine = "";
            for (int round = -1; round < rounds; round++) // the first round brings the files into memory
            {
                ourLine = ChildProcess.FirstLine(out double ourTime, ChildProcess.Start, ChildProcess.Ours, options.Threads.ToString(CultureInfo.InvariantCulture), path);
                torchLine = ChildProcess.FirstLine(out double torchTime, ChildProcess.Start, ChildProcess.TorchFirst, options.Threads.ToString(CultureInfo.InvariantCulture), path);
                if (round >= 0) (ours[round], torch[round]) = (ourTime, torchTime);
            }
            return new PeerResult(ProcessRow.StartGroup, StartName, 0.50, new Timing(ours), "LibTorch", new Timing(torch), Flops: 0, new Agreement(Agreement.Difference(Embedding(ourLine), Embedding(torchLine)), 1e-4));
        }
        finally
        {
            File.Delete(path);
        }
        static float[] Embedding(string line) => Array.ConvertAll(line.Split(' '), value => float.Parse(value, CultureInfo.InvariantCulture));
    }

    /// <summary>A second of noise.</summary>
    public static Sound Clip()
    {
        float[] samples = new float[16000];
        Philox random = new(11, 0);
        for (int i = 0; i < samples.Length; i++) samples[i] = random.NextFloat() - 0.5f;
        return new Sound(samples, 16000);
    }
}
