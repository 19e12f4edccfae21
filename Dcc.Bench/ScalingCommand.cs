// How time grows with batch and positions, and what more threads are worth. Read next: Workloads/OurDcc.cs.
using System.Globalization;
using System.Text;
using Dcc.Bench.Measuring;
using Dcc.Bench.Report;
using Dcc.Bench.Workloads;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Bench;

internal static class ScalingCommand
{
    public static int Run(bool quick, bool write)
    {
        using CpuDevice device = new();
        StringBuilder text = new($"### How time grows: {device.Name}\n\n");
        int rounds = quick ? 3 : 9;
        text.Append("Paper-size forward pass (n images, 2 n sounds). Growth is the time beside n times that of the first row: 1.00 is linear.\n\n").Append(Batches(device, quick ? [1, 2] : [1, 2, 4, 8], rounds));
        text.Append("\nThe visual half alone, one image. Growth is the time per position beside that of the last row; small frames pay for reading 59 MB of weights.\n\n").Append(Positions(device, rounds));
        text.Append("\nProjection and clustering alone, forward and backward: batch 16, 512 channels, K 10, d 16, T 3.\n\n").Append(Clustered(device, rounds));
        if (Environment.ProcessorCount > 1) text.Append("\nThreads, batch 1.\n\n").Append(Threads(rounds));
        if (Machine.Busy.Length > 0) text.Append($"\n{Machine.Busy}\n");
        Console.Write(text);
        if (write)
        {
            ResultFiles.Write(ResultFiles.MachineFolder, $"scaling{Machine.Suffix}", text.ToString(), csv: null);
            PerformancePage.Write();
        }
        return 0;
    }

    private static MarkdownTable Batches(CpuDevice device, int[] batches, int rounds)
    {
        MarkdownTable table = new("batch", "ms", "ms per image", "growth");
        double first = 0;
        foreach (int batch in batches)
        {
            using OurDcc ours = new(device, DccOptions.Paper, new DccInputs(DccOptions.Paper, batch, 2 * batch), 0f);
            Timing time = Alternating.Measure(rounds, fill: 200, () => ours.Forward())[0];
            if (first == 0) first = time.Median / batch;
            table.Add($"{batch}", time.ToString(), Text.Number(time.Median / batch), (time.Median / batch / first).ToString("F2", CultureInfo.InvariantCulture));
        }
        return table;
    }

    private static MarkdownTable Positions(CpuDevice device, int rounds)
    {
        List<(int Size, Timing Time)> times = [];
        foreach (int size in (int[])[64, 128, 192, 256, 384])
        {
            DccOptions options = DccOptions.Paper with { FrameSize = size };
            using OurDcc ours = new(device, options, new DccInputs(options, 1, 0), 0f);
            times.Add((size, Alternating.Measure(rounds, fill: 200, () => ours.SeeAlone())[0]));
        }
        MarkdownTable table = new("frame", "positions clustered", "ms", "us per position", "growth");
        double PerPosition((int Size, Timing Time) row) => 1e3 * row.Time.Median / (row.Size / 16 * (row.Size / 16));
        foreach ((int Size, Timing Time) row in times)
            table.Add($"{row.Size} x {row.Size}", $"{row.Size / 16 * (row.Size / 16)}", row.Time.ToString(), Text.Number(PerPosition(row)), (PerPosition(row) / PerPosition(times[^1])).ToString("F2", CultureInfo.InvariantCulture));
        return table;
    }

    private static MarkdownTable Clustered(CpuDevice device, int rounds)
    {
        List<(int Positions, Timing Time)> times = [];
        foreach (int positions in (int[])[64, 128, 256, 512, 1024])
        {
            using OurClustering ours = new(device, batch: 16, positions, channels: 512, clusters: 10, dims: 16, rounds: 3);
            times.Add((positions, Alternating.Measure(rounds, fill: 200, () => ours.Step())[0]));
        }
        MarkdownTable table = new("positions", "ms", "us per position", "growth");
        foreach ((int Positions, Timing Time) row in times)
            table.Add($"{row.Positions}", row.Time.ToString(), Text.Number(1e3 * row.Time.Median / row.Positions),
                (row.Time.Median / row.Positions / (times[^1].Time.Median / times[^1].Positions)).ToString("F2", CultureInfo.InvariantCulture));
        return table;
    }

    private static MarkdownTable Threads(int rounds)
    {
        using CpuDevice one = new(1), all = new();
        DccInputs inputs = new(DccOptions.Paper, 1, 2);
        using OurDcc single = new(one, DccOptions.Paper, inputs, 1e-4f), many = new(all, DccOptions.Paper, inputs, 1e-4f);
        bool sameForward = single.Forward().Zip(many.Forward()).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)), sameStep = single.PairStep() == many.PairStep();
        Dictionary<string, float[]> singleGradients = single.Gradients(), manyGradients = many.Gradients();
        sameStep &= singleGradients.All(pair => pair.Value.AsSpan().SequenceEqual(manyGradients[pair.Key]));

        MarkdownTable table = new("work", "1 thread, ms", $"{all.Threads} threads, ms", "speed-up", "bits");
        void Add(string work, Action slow, Action fast, bool same)
        {
            Timing[] times = Alternating.Measure(rounds, fill: 200, slow, fast);
            table.Add(work, times[0].ToString(), times[1].ToString(), (times[0].Median / times[1].Median).ToString("F2", CultureInfo.InvariantCulture), same ? "the same" : "differ");
        }
        Add("forward", () => single.Forward(), () => many.Forward(), sameForward);
        Add("training step", () => single.PairStep(), () => many.PairStep(), sameStep);
        return table;
    }
}
