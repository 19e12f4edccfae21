// The two networks as ONNX nodes, with what comes before them: pixels scaled, waveforms to log-mel by a convolution. Read next: OnnxClustering.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Data;

/// <summary>Writes nodes for one model's networks. Inside, maps are [batch, channels, height, width]; what comes in and goes out has channels last, as everywhere here.</summary>
internal sealed class OnnxNetwork(OnnxGraph graph, DccOptions options, IReadOnlyDictionary<string, (TensorShape Shape, float[] Values)> weights)
{
    private const double NormEpsilon = 1e-5;

    /// <summary>Pixels [n, size, size, 3], red green blue, 0..255 -> the map's name, with outputs visual_map [n, height, width, channels] and visual_embedding [n, channels].</summary>
    public string Visual()
    {
        string x = graph.Input("pixels", "pictures", options.FrameSize, options.FrameSize, 3);
        x = options.PictureScale switch
        {
            PictureScale.CaffeBgrMean => graph.Node("Sub", [graph.Node("Gather", [x, graph.Whole(2, 1, 0)], null, ("axis", 3L)), graph.Constant([103.939f, 116.779f, 123.68f], 3)]),
            PictureScale.Torchvision => graph.Node("Div", [graph.Node("Sub", [graph.Node("Div", [x, graph.Constant(255f)]), graph.Constant([0.485f, 0.456f, 0.406f], 3)]), graph.Constant([0.229f, 0.224f, 0.225f], 3)]),
            _ => graph.Node("Sub", [graph.Node("Div", [x, graph.Constant(127.5f)]), graph.Constant(1f)]),
        };
        return Finish("visual", "pictures", Convolve("visual", options.Visual, graph.Node("Transpose", [x], null, ("perm", new long[] { 0, 3, 1, 2 }))));
    }

    /// <summary>Waveforms [n, samples] at the model's rate -> the map's name, with outputs audio_map [n, time, mel, channels], audio_embedding [n, channels] and log_mel [n, frames, bands].</summary>
    public string Audio()
    {
        string spectrogram = LogMel(graph.Input("waveform", "sounds", options.SamplesPerUnit));
        graph.Output(spectrogram, "sounds", options.LogMel.Frames(options.SamplesPerUnit), options.LogMel.Bands);
        return Finish("audio", "sounds", Convolve("audio", options.Audio, graph.Node("Unsqueeze", [spectrogram, graph.Whole(1)])));
    }

    /// <summary>One convolution with the windowed basis of the Fourier transform, stride = hop; magnitudes; the bands as a matrix product; the logarithm.</summary>
    private string LogMel(string waveform)
    {
        LogMelOptions o = options.LogMel;
        int frames = o.Frames(options.SamplesPerUnit), start = o.Centring == FrameCentring.None ? 0 : (o.FftLength - o.Window) / 2;
        int left = o.Centring == FrameCentring.None ? 0 : o.FftLength / 2 - start, right = Math.Max(0, (frames - 1) * o.Hop - left + o.Window - options.SamplesPerUnit);
        string x = graph.Node("Unsqueeze", [waveform, graph.Whole(1)]);
        if (left + right > 0) x = graph.Node("Pad", [x, graph.Whole(0, 0, left, 0, 0, right)], null, ("mode", o.Centring == FrameCentring.Reflect ? "reflect" : "constant"));
        double[] window = MelBank.Hann(o.Window);
        float[] basis = new float[2 * o.Bins * o.Window];
        for (int bin = 0; bin < o.Bins; bin++)
            for (int i = 0; i < o.Window; i++)
            {
                double angle = 2 * Math.PI * ((long)bin * i % o.FftLength) / o.FftLength;
                basis[bin * o.Window + i] = (float)(window[i] * Math.Cos(angle));
                basis[(o.Bins + bin) * o.Window + i] = (float)(-window[i] * Math.Sin(angle));
            }
        x = graph.Node("Conv", [x, graph.Constant("log_mel.basis", basis, 2 * o.Bins, 1, o.Window)], null, ("kernel_shape", new long[] { o.Window }), ("strides", new long[] { o.Hop }));
        string squares = graph.Node("Reshape", [graph.Node("Mul", [x, x]), graph.Whole(-1, 2, o.Bins, frames)]);
        x = graph.Node("ReduceSum", [squares, graph.Whole(1)], null, ("keepdims", 0L)); // [n, bins, frames]
        if (!o.Power) x = graph.Node("Sqrt", [x]);
        double[,] bank = MelBank.Weights(o);
        float[] bands = new float[o.Bins * o.Bands];
        for (int bin = 0; bin < o.Bins; bin++)
            for (int band = 0; band < o.Bands; band++) bands[bin * o.Bands + band] = (float)bank[band, bin];
        x = graph.Node("MatMul", [graph.Node("Transpose", [x], null, ("perm", new long[] { 0, 2, 1 })), graph.Constant("log_mel.bands", bands, o.Bins, o.Bands)]);
        if (o.Log == MelLog.Natural) x = graph.Node("Log", [graph.Node("Add", [x, graph.Constant(o.LogOffset)])]);
        if (o.Log == MelLog.Decibel)
        {
            x = graph.Node("Mul", [graph.Node("Log", [graph.Node("Max", [x, graph.Constant(o.DecibelFloor)])]), graph.Constant((float)(10 / Math.Log(10)))]);
            x = graph.Node("Max", [x, graph.Node("Sub", [graph.Node("ReduceMax", [x], null, ("axes", new long[] { 1, 2 })), graph.Constant(o.TopDb)])]);
        }
        x = graph.Node("Sub", [x, graph.Constant(options.SpectrogramMean)]);
        return graph.Node("Div", [x, graph.Constant(options.SpectrogramDeviation)], "log_mel");
    }

    private string Convolve(string name, NetworkOptions network, string x)
    {
        if (network.Architecture == NetworkArchitecture.Residual) return Residual(name, network, x);
        for (int b = 0; b < network.Blocks.Length; b++)
            for (int c = 0; c < network.Blocks[b].Convolutions; c++)
            {
                string layer = $"{name}.block{b + 1}.conv{c + 1}";
                bool pool = network.Blocks[b].Pool && c == network.Blocks[b].Convolutions - 1, poolFirst = pool && network.PoolFirst;
                (TensorShape shape, float[] kernel) = weights[$"{layer}.weight"];
                int channels = shape[3];
                kernel = OutFirst(kernel, shape[2], channels);
                float[] bias = network.BatchNorm ? new float[channels] : weights[$"{layer}.bias"].Values;
                (float[] scale, float[] shift) = network.BatchNorm ? Norm($"{layer}.norm", "scale", "shift", "running_variance") : ([], []);
                // A pool before the normalisation takes the largest of other numbers where a scale is negative: it must stay between the two.
                if (network.BatchNorm && !poolFirst)
                {
                    Scale(kernel, scale);
                    bias = shift;
                }
                x = graph.Node("Conv", [x, graph.Constant($"{layer}.weight", kernel, channels, shape[2], 3, 3), graph.Constant($"{layer}.bias", bias, channels)], null,
                    ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }));
                if (poolFirst)
                {
                    x = Pool(x, network.PoolCeil);
                    x = graph.Node("Add", [graph.Node("Mul", [x, graph.Constant($"{layer}.scale", scale, 1, channels, 1, 1)]), graph.Constant($"{layer}.shift", shift, 1, channels, 1, 1)]);
                }
                x = graph.Node("Relu", [x]);
                if (pool && !poolFirst) x = Pool(x, network.PoolCeil);
            }
        return x;
    }

    private string Pool(string x, bool ceil) => graph.Node("MaxPool", [x], null, ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", ceil ? 1L : 0L));

    private string Finish(string name, string batch, string map)
    {
        NetworkOptions network = name == "visual" ? options.Visual : options.Audio;
        (int height, int width) = MapSize(name == "visual");
        graph.Node("Transpose", [map], $"{name}_map", ("perm", new long[] { 0, 2, 3, 1 }));
        graph.Node("Flatten", [graph.Node("GlobalAveragePool", [map])], $"{name}_embedding", ("axis", 1L));
        graph.Output($"{name}_embedding", batch, network.OutChannels);
        graph.Output($"{name}_map", batch, height, width, network.OutChannels);
        return $"{name}_map";
    }

    /// <summary>Height and width of a network's last map.</summary>
    public (int Height, int Width) MapSize(bool visual) => visual
        ? options.Visual.MapSize(options.FrameSize, options.FrameSize)
        : options.Audio.MapSize(options.LogMel.Frames(options.SamplesPerUnit), options.LogMel.Bands);

    /// <summary>A ResNet of basic blocks, normalisations folded; layers and names as in Dcc.Model/Networks/ResidualNetwork.cs.</summary>
    private string Residual(string name, NetworkOptions network, string x)
    {
        x = graph.Node("Relu", [Folded($"{name}.conv1", $"{name}.bn1", x, stride: 2)]);
        x = graph.Node("MaxPool", [x], null, ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }));
        for (int s = 0; s < network.Blocks.Length; s++)
            for (int b = 0; b < network.Blocks[s].Convolutions / 2; b++)
            {
                string block = $"{name}.layer{s + 1}.{b}";
                int stride = network.Blocks[s].Pool && b == 0 ? 2 : 1;
                string half = graph.Node("Relu", [Folded($"{block}.conv1", $"{block}.bn1", x, stride)]), change = Folded($"{block}.conv2", $"{block}.bn2", half, stride: 1);
                string passed = weights.ContainsKey($"{block}.downsample.0.weight") ? Folded($"{block}.downsample.0", $"{block}.downsample.1", x, stride) : x;
                x = graph.Node("Relu", [graph.Node("Add", [change, passed])]);
            }
        return x;
    }

    private string Folded(string layer, string norm, string x, int stride)
    {
        (TensorShape shape, float[] kernel) = weights[$"{layer}.weight"];
        (float[] scale, float[] shift) = Norm(norm, "weight", "bias", "running_var");
        int size = shape[0], padding = size / 2;
        kernel = OutFirst(kernel, shape[2], shape[3]);
        Scale(kernel, scale);
        return graph.Node("Conv", [x, graph.Constant($"{layer}.weight", kernel, shape[3], shape[2], size, size), graph.Constant($"{layer}.bias", shift, shape[3])], null,
            ("kernel_shape", new long[] { size, size }), ("pads", new long[] { padding, padding, padding, padding }), ("strides", new long[] { stride, stride }));
    }

    private static void Scale(float[] outFirst, float[] scale)
    {
        int taps = outFirst.Length / scale.Length;
        for (int i = 0; i < outFirst.Length; i++) outFirst[i] *= scale[i / taps];
    }

    /// <summary>Inference's batch normalisation as scale x + shift; the last arguments are what the parameters are called.</summary>
    private (float[] Scale, float[] Shift) Norm(string layer, string scaleName, string shiftName, string varianceName)
    {
        float[] scale = weights[$"{layer}.{scaleName}"].Values, shift = weights[$"{layer}.{shiftName}"].Values;
        float[] mean = weights[$"{layer}.running_mean"].Values, variance = weights[$"{layer}.{varianceName}"].Values;
        double[] factor = [.. scale.Select((value, c) => value / Math.Sqrt(variance[c] + NormEpsilon))];
        return (Array.ConvertAll(factor, value => (float)value), [.. shift.Select((value, c) => (float)(value - mean[c] * factor[c]))]);
    }

    /// <summary>[height, width, in, out] -> [out, in, height, width].</summary>
    private static float[] OutFirst(float[] kernel, int inChannels, int outChannels)
    {
        int taps = kernel.Length / (inChannels * outChannels);
        float[] moved = new float[kernel.Length];
        for (int tap = 0; tap < taps; tap++)
            for (int i = 0; i < inChannels; i++)
                for (int o = 0; o < outChannels; o++) moved[(o * inChannels + i) * taps + tap] = kernel[(tap * inChannels + i) * outChannels + o];
        return moved;
    }
}
