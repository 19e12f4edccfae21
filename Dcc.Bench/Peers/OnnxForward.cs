// The whole forward pass as an ONNX graph, run by ONNX Runtime with its default optimisations. Read next: OnnxWriter.cs, TorchDcc.cs.
using Dcc.Bench.Workloads;
using Dcc.Model;
using Dcc.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Dcc.Bench.Peers;

internal sealed class OnnxForward : IDisposable
{
    private readonly Dictionary<string, Parameter> parameters;
    private readonly DccOptions options;
    private readonly OnnxWriter graph = new();
    private readonly InferenceSession session;
    private readonly OrtValue frames, spectrograms;
    private readonly RunOptions run = new();
    private readonly string[] outputs;

    public OnnxForward(DccModel model, DccInputs inputs, int threads)
    {
        options = model.Options;
        if (options.Visual.BatchNorm || options.Audio.BatchNorm) throw new NotSupportedException("OnnxForward knows networks with bias alone.");
        parameters = model.Parameters.All.ToDictionary(p => p.Name);
        graph.Input("frames", inputs.Images, 3, inputs.Size, inputs.Size);
        graph.Input("spectrograms", inputs.Sounds, 1, inputs.Time, inputs.Bands);
        string pixels = graph.Node("Sub", [graph.Node("Div", ["frames", graph.Scalar(127.5f)]), graph.Scalar(1f)]);
        string images = Cluster(Network("visual", options.Visual, pixels), inputs.Images), sounds = Cluster(Network("audio", options.Audio, "spectrograms"), inputs.Sounds);
        string similarity = graph.Node("MatMul", [FlatUnits(sounds, inputs.Sounds), graph.Node("Transpose", [FlatUnits(images, inputs.Images)], ("perm", new long[] { 1, 0 }))]);
        outputs = [images, sounds, similarity];
        graph.Output(images, inputs.Images, options.Clusters, options.Dims);
        graph.Output(sounds, inputs.Sounds, options.Clusters, options.Dims);
        graph.Output(similarity, inputs.Sounds, inputs.Images);

        if (!OrtEnv.IsCreated)
        {
            EnvironmentCreationOptions environment = new() { logId = "dcc", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            OrtEnv.CreateInstanceWithOptions(ref environment).DisableTelemetryEvents();
        }
        using SessionOptions settings = new() { IntraOpNumThreads = threads, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        session = new InferenceSession(graph.ToArray(), settings);
        frames = OrtValue.CreateTensorValueFromMemory(ChannelsFirst(inputs.Frames, inputs.Images, inputs.Size * inputs.Size, 3), [inputs.Images, 3, inputs.Size, inputs.Size]);
        spectrograms = OrtValue.CreateTensorValueFromMemory(inputs.Spectrograms, [inputs.Sounds, 1, inputs.Time, inputs.Bands]);
    }

    /// <summary>Centres of the images, of the sounds, and similarities.</summary>
    public float[][] Run()
    {
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, ["frames", "spectrograms"], [frames, spectrograms], outputs);
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
    }

    private string Network(string name, NetworkOptions network, string x)
    {
        for (int b = 0; b < network.Blocks.Length; b++)
        {
            for (int c = 0; c < network.Blocks[b].Convolutions; c++)
            {
                string layer = $"{name}.block{b + 1}.conv{c + 1}";
                TensorShape shape = parameters[$"{layer}.weight"].Shape;
                string weight = graph.Constant(KernelFirst(parameters[$"{layer}.weight"].Value.ToArray(), shape[2], shape[3]), shape[3], shape[2], 3, 3), bias = graph.Constant(parameters[$"{layer}.bias"].Value.ToArray(), shape[3]);
                x = graph.Node("Relu", [graph.Node("Conv", [x, weight, bias], ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }))]);
            }
            if (network.Blocks[b].Pool) x = graph.Node("MaxPool", [x], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", network.PoolCeil ? 1L : 0L));
        }
        return x;
    }

    /// <summary>A map [batch, channels, height, width] -> centres [batch, clusters, dims].</summary>
    private string Cluster(string map, int batch)
    {
        int channels = options.Visual.OutChannels;
        string features = graph.Node("Reshape", [graph.Node("Transpose", [map], ("perm", new long[] { 0, 2, 3, 1 })), graph.Constant(batch, -1L, channels)]);
        if (options.SquashFeatures)
        {
            string r = graph.Node("Sqrt", [graph.Node("Add", [graph.Node("ReduceSumSquare", [features], ("axes", new long[] { -1 })), graph.Scalar(1e-7f)])]);
            features = graph.Node("Mul", [features, graph.Node("Div", [graph.Node("Tanh", [graph.Node("Mul", [r, graph.Scalar(10f)])]), r])]);
        }
        string projected = graph.Node("MatMul", [features, graph.Constant(parameters["projection.weight"].Value.ToArray(), channels, options.Clusters * options.Dims)]);
        string h = graph.Node("Transpose", [graph.Node("Reshape", [projected, graph.Constant(batch, -1L, options.Clusters, options.Dims)])], ("perm", new long[] { 0, 2, 1, 3 })); // [batch, clusters, positions, dims]
        string centres = graph.Node("Div", [graph.Node("ReduceSum", [h, graph.Constant(2L)], ("keepdims", 0L)), graph.Scalar(options.Clusters)]);
        for (int round = 1; round < options.Rounds; round++)
        {
            string unit = graph.Node("Reshape", [Units(centres), graph.Constant(batch, options.Clusters, options.Dims, 1L)]);
            string logits = graph.Node("Mul", [graph.Node("MatMul", [h, unit]), graph.Scalar(options.Sharpness)]);
            string shares = graph.Node("Transpose", [graph.Node("Softmax", [logits], ("axis", 1L))], ("perm", new long[] { 0, 1, 3, 2 }));
            centres = graph.Node("Reshape", [graph.Node("MatMul", [shares, h]), graph.Constant(batch, options.Clusters, options.Dims)]);
        }
        return centres;
    }

    private string Units(string centres) => graph.Node("Div", [centres, graph.Node("Max", [graph.Node("ReduceL2", [centres], ("axes", new long[] { -1 })), graph.Scalar(1e-6f)])]);

    private string FlatUnits(string centres, int batch) => graph.Node("Reshape", [Units(centres), graph.Constant(batch, (long)options.Clusters * options.Dims)]);

    private static float[] ChannelsFirst(float[] values, int batch, int positions, int channels)
    {
        float[] moved = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int image = i / (positions * channels), position = i / channels % positions, channel = i % channels;
            moved[(image * channels + channel) * positions + position] = values[i];
        }
        return moved;
    }

    /// <summary>[3, 3, in, out] -> [out, in, 3, 3].</summary>
    private static float[] KernelFirst(float[] values, int inChannels, int outChannels)
    {
        float[] moved = new float[values.Length];
        for (int tap = 0; tap < 9; tap++)
            for (int i = 0; i < inChannels; i++)
                for (int o = 0; o < outChannels; o++) moved[(o * inChannels + i) * 9 + tap] = values[(tap * inChannels + i) * outChannels + o];
        return moved;
    }

    public void Dispose()
    {
        frames.Dispose();
        spectrograms.Dispose();
        run.Dispose();
        session.Dispose();
    }
}
