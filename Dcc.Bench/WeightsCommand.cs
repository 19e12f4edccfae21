// Whether a convolution's transformed weights are worth keeping, layer by layer. Read next: ../docs/decisions/0003-weight-transforms.md.
using Dcc.Bench.Measuring;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Bench;

/// <summary>Times are processor time of one thread, which other programs' work does not enter; the least of many calls and the median.</summary>
internal static class WeightsCommand
{
    /// <summary>Bytes of weights through which a row goes in turn, as a forward pass goes through its layers: no last-level cache holds them.</summary>
    private const long Apart = 256L << 20;

    /// <summary>The paper's model, also with smaller frames, whose last maps have few tiles for as many weights; and the small one.</summary>
    private static readonly DccOptions[] Models = [DccOptions.Paper, DccOptions.Paper with { FrameSize = 128 }, DccOptions.Paper with { FrameSize = 64 }, DccOptions.Small];

    public static int Run(bool quick)
    {
        MarkdownTable table = new("layer", "path", "in the call, ms", "kept, ms", "kept / in the call", "weights, MB", "kept, MB");
        foreach (Conv2dShape shape in Models.SelectMany(Layers).Distinct())
        {
            using CpuDevice device = new(1);
            int copies = (int)Math.Clamp(Apart / (4L * shape.LengthWeight), 2, 64), turn = 0;
            using DeviceBuffer<float> x = device.Rent<float>(shape.LengthX), bias = device.Rent<float>(shape.OutChannels), y = device.Rent<float>(shape.LengthY);
            device.Fill(x, 1f);
            device.Fill(bias, 0f);
            DeviceBuffer<float>[] weights = [.. Enumerable.Range(0, copies).Select(_ => device.Rent<float>(shape.LengthWeight))];
            foreach (DeviceBuffer<float> weight in weights) device.Fill(weight, 0.01f);
            PreparedWeights?[] kept = Array.ConvertAll(weights, weight => device.PrepareConv2d(shape, weight));
            if (kept[0] is null) continue; // direct, or not worth it by the rule
            (Timing inCall, Timing withKept) = ProcessorTimes(quick ? 30 : 300,
                () => device.Conv2dForward(shape, Epilogue.BiasRelu, x, weights[turn++ % copies], bias, y),
                () => device.Conv2dForward(shape, Epilogue.BiasRelu, x, weights[turn++ % copies], bias, y, kept[(turn - 1) % copies]));
            table.Add($"{shape.Height} x {shape.Width}, {shape.InChannels} -> {shape.OutChannels}", $"{Conv2dChoice.Choose(shape, Conv2dPass.Forward)}", LeastAndMedian(inCall), LeastAndMedian(withKept),
                Text.Number(withKept.Min / inCall.Min), Text.Number(4e-6 * shape.LengthWeight), Text.Number(kept[0]!.Bytes / 1e6));
        }
        Console.Write(table);
        Console.WriteLine();
        Console.Write(Answers(quick));
        return 0;
    }

    /// <summary>Whole answers of one model that keeps its weights and one that does not.</summary>
    private static MarkdownTable Answers(bool quick)
    {
        MarkdownTable table = new("answer", "in the call, ms", "kept, ms", "kept / in the call", "values, MB", "kept, MB");
        foreach ((string name, DccOptions options) in ((string, DccOptions)[])[("paper", DccOptions.Paper), ("small", DccOptions.Small)])
        {
            using CpuDevice device = new(1);
            using DccModel plain = DccModel.Create(device, options, seed: 1), keeping = DccModel.Create(device, options, seed: 1);
            plain.KeepsPreparedWeights = false;
            Picture picture = new(options.FrameSize, options.FrameSize, new byte[options.FrameSize * options.FrameSize * 3]);
            Sound sound = new(new float[options.SamplesPerUnit], options.LogMel.SampleRate);
            long bytes = 0;
            foreach ((string what, Func<DccModel, float[]> ask) in ((string, Func<DccModel, float[]>)[])[("picture", model => model.EmbedImage(picture)), ("sound", model => model.EmbedAudio(sound))])
            {
                if (!ask(plain).AsSpan().SequenceEqual(ask(keeping))) throw new InvalidOperationException($"{name}, {what}: kept weights change the answer.");
                (Timing inCall, Timing withKept) = ProcessorTimes(quick ? 10 : 60, () => ask(plain), () => ask(keeping));
                table.Add($"{name}, one {what}", LeastAndMedian(inCall), LeastAndMedian(withKept), Text.Number(withKept.Min / inCall.Min), Text.Number(4e-6 * plain.ParameterCount), Text.Number((keeping.PreparedWeightBytes - bytes) / 1e6));
                bytes = keeping.PreparedWeightBytes;
            }
        }
        return table;
    }

    private static string LeastAndMedian(Timing time) => $"{Text.Number(time.Min)}, {Text.Number(time.Median)}";

    private static (Timing, Timing) ProcessorTimes(int rounds, Action first, Action second)
    {
        double[][] times = [new double[rounds], new double[rounds]];
        for (int round = -3; round < rounds; round++)
            for (int side = 0; side < 2; side++)
            {
                TimeSpan begin = Environment.CpuUsage.TotalTime;
                (side == 0 ? first : second)();
                if (round >= 0) times[side][round] = (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds;
            }
        return (new Timing(times[0]), new Timing(times[1]));
    }

    /// <summary>The layers of a model's two networks for one picture and one sound.</summary>
    private static IEnumerable<Conv2dShape> Layers(DccOptions options)
    {
        foreach ((NetworkOptions network, int height, int width, int channels) in ((NetworkOptions, int, int, int)[])[(options.Visual, options.FrameSize, options.FrameSize, 3), (options.Audio, options.SpectrogramFrames, options.LogMel.Bands, 1)])
        {
            (int h, int w, int c) = (height, width, channels);
            foreach (BlockOptions block in network.Blocks)
            {
                for (int i = 0; i < block.Convolutions; i++, c = block.Channels) yield return new Conv2dShape(1, h, w, c, block.Channels, 3, 3, Padding: 1);
                if (block.Pool) (h, w) = network.PoolCeil ? ((h + 1) / 2, (w + 1) / 2) : (h / 2, w / 2);
            }
        }
    }
}
