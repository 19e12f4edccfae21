// Weights of others become a model of ours: layouts turned, batch normalisation folded in, the preprocessing taken from the source. Read next: Recognition.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Data;

/// <summary>The values of our parameters that files gave, and the options of the model they belong to.</summary>
public sealed class WeightConversion
{
    private const float NormEpsilon = 1e-5f;
    private const int MostProblems = 4;

    private readonly Dictionary<string, (TensorShape Shape, float[] Values)> values = [];
    private readonly List<string> notes = [];

    private WeightConversion(DccOptions options) => Options = options;

    /// <summary>The options asked for, with the preprocessing of the weights.</summary>
    public DccOptions Options { get; private set; }

    /// <summary>By parameter name.</summary>
    public IReadOnlyDictionary<string, (TensorShape Shape, float[] Values)> Values => values;

    /// <summary>What was done, a line each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>
    /// Reads visual weights, audio weights or both for a model of <paramref name="options"/>. The way pixels are scaled comes with the visual weights unless
    /// <paramref name="keepPictureScale"/>; an audio front end that is not the weights' own is refused. Throws <see cref="DataException"/>.
    /// </summary>
    public static WeightConversion Read(IReadOnlyList<string> paths, DccOptions options, bool keepPictureScale = false)
    {
        WeightConversion result = new(options);
        Dictionary<string, string> taken = [];
        foreach (string path in paths)
        {
            WeightFile file = WeightFile.Open(path);
            Recognition recognition = Recognition.Of(file) ?? throw new DataException(file.Metadata.ContainsKey("options")
                ? $"{path} is a model of dcc already: use it with --model as it is."
                : $"{path} has names of no network known here ({string.Join(", ", file.Tensors.Take(3).Select(tensor => tensor.Name))}, ...): {string.Join("; ", KnownWeights.All.Select(known => known.Title))} are known; `dcc weights inspect` shows all names.");
            if (!taken.TryAdd(recognition.Known.Network, path)) throw new DataException($"{taken[recognition.Known.Network]} and {path} are both weights of the {recognition.Known.Network} network: name one.");
            result.Take(recognition, keepPictureScale);
        }
        return result;
    }

    private void Take(Recognition recognition, bool keepPictureScale)
    {
        KnownWeights known = recognition.Known;
        string path = recognition.File.Path;
        NetworkOptions network = known.IsVisual ? Options.Visual : Options.Audio;
        bool residual = network.Architecture == NetworkArchitecture.Residual;
        if (!network.Blocks.Select(block => block.Convolutions).SequenceEqual(known.Blocks) || network.BatchNorm != known.IsResidual || residual != known.IsResidual)
            throw new DataException($"{path} is {known.Title} with {string.Join(", ", known.Blocks)} convolutions in its {(known.IsResidual ? "stages" : "blocks and no batch normalisation")}; the {known.Network} network of this preset is {(residual ? "residual" : "plain")} with {string.Join(", ", network.Blocks.Select(block => block.Convolutions))}{(network.BatchNorm ? " and batch normalisation" : "")}: use --preset {(known.IsResidual ? "simplified" : "paper")}.");
        if (known.Sounds is { } sounds && (sounds != Options.LogMel || Options is not { SpectrogramMean: 0f, SpectrogramDeviation: 1f }))
            throw new DataException($"{path} was made with {Describe(sounds)}; this model's front end has {Describe(Options.LogMel)}{(Options.SpectrogramDeviation == 1f ? "" : ", standardised")}: with another front end its features are worthless, so use --front-end vggish.");
        List<string> problems = [.. recognition.Problems];
        if (residual) TakeResidual(recognition, network, problems);
        else TakePlain(recognition, network, problems);
        if (problems.Count > 0)
            throw new DataException($"{path} looks like {known.Title}, but {string.Join("; ", problems.Take(MostProblems))}{(problems.Count > MostProblems ? $"; and {problems.Count - MostProblems} more" : "")}: take the file as its source publishes it, `dcc weights inspect` shows what is in it.");
        if (known.Pictures is { } scale && !keepPictureScale) Options = Options with { PictureScale = scale };
        notes.Add($"{known.Network}: {known.Title} from {path}; {(known.IsVisual ? PicturesText(Options.PictureScale) : Describe(known.Sounds!))}");
    }

    private void TakePlain(Recognition recognition, NetworkOptions network, List<string> problems)
    {
        KnownWeights known = recognition.Known;
        int layer = 0, inChannels = known.IsVisual ? 3 : 1;
        for (int b = 0; b < network.Blocks.Length; b++)
            for (int c = 0; c < network.Blocks[b].Convolutions; c++)
            {
                TakeLayer(recognition, known.Layers[layer++], $"{known.Network}.block{b + 1}.conv{c + 1}", 3, inChannels, network.Blocks[b].Channels, problems);
                inChannels = network.Blocks[b].Channels;
            }
    }

    /// <summary>The stem is 7x7, a shortcut 1x1; the first convolution of a stage and its shortcut change the channels.</summary>
    private void TakeResidual(Recognition recognition, NetworkOptions network, List<string> problems)
    {
        KnownWeights known = recognition.Known;
        int first = network.Blocks[0].Channels;
        foreach (KnownLayer layer in known.Layers)
        {
            string ours = layer.Ours!;
            int stage = ours[0] == 'l' ? ours["layer".Length] - '1' : -1, outChannels = stage < 0 ? first : network.Blocks[stage].Channels;
            bool enters = stage >= 0 && (ours.EndsWith(".0.conv1", StringComparison.Ordinal) || ours.EndsWith("downsample.0", StringComparison.Ordinal));
            int inChannels = stage < 0 ? (known.IsVisual ? 3 : 1) : !enters ? outChannels : stage == 0 ? first : network.Blocks[stage - 1].Channels;
            TakeLayer(recognition, layer, $"{known.Network}.{ours}", stage < 0 ? 7 : ours.EndsWith("downsample.0", StringComparison.Ordinal) ? 1 : 3, inChannels, outChannels, problems);
        }
    }

    private void TakeLayer(Recognition recognition, KnownLayer layer, string name, int size, int inChannels, int outChannels, List<string> problems)
    {
        KnownWeights known = recognition.Known;
        TensorShape kernel = known.OutFirst ? new TensorShape(outChannels, inChannels, size, size) : new TensorShape(size, size, inChannels, outChannels), channels = new(outChannels);
        float[]? weight = Values(layer.Weight, kernel), bias = Values(layer.Bias, channels) ?? new float[outChannels];
        float[]?[] norm = layer.Norm is null ? [] : [.. Recognition.NormParts.Select(part => Values(layer.Norm + part + "$", channels))];
        if (weight is null || norm.Contains(null)) return;
        if (known.OutFirst) weight = HeightFirst(weight, inChannels, outChannels);
        values[$"{name}.weight"] = (new TensorShape(size, size, inChannels, outChannels), weight);
        if (layer.OurNorm is { } ours)
        {
            for (int i = 0; i < norm.Length; i++) values[$"{known.Network}.{ours}.{Recognition.NormParts[i]}"] = (channels, norm[i]!);
            return;
        }
        if (norm is [{ } scale, { } shift, { } mean, { } variance]) Fold(weight, bias, scale, shift, mean, variance);
        values[$"{name}.bias"] = (channels, bias);

        float[]? Values(string? pattern, TensorShape wanted)
        {
            NamedTensor? tensor = recognition[pattern];
            if (tensor is null) return null;
            if (!tensor.Shape.Equals(wanted))
            {
                bool turned = tensor.Shape.Count == wanted.Count && tensor.Shape.Rank == wanted.Rank;
                problems.Add($"tensor {tensor.Name} is {tensor.Shape} where {wanted} was expected{(turned ? " (its axes are in another order than this source's)" : "")}");
                return null;
            }
            if (problems.Count > 0) return null;
            float[] read = tensor.Read();
            if (!Array.Exists(read, value => !float.IsFinite(value))) return read;
            problems.Add($"tensor {tensor.Name} holds NaN or infinity");
            return null;
        }
    }

    /// <summary>[out, in, height, width] -> [height, width, in, out]. Convolutions are cross-correlations everywhere: no kernel is flipped.</summary>
    internal static float[] HeightFirst(float[] kernel, int inChannels, int outChannels)
    {
        int taps = kernel.Length / (inChannels * outChannels);
        float[] moved = new float[kernel.Length];
        for (int o = 0; o < outChannels; o++)
            for (int i = 0; i < inChannels; i++)
                for (int tap = 0; tap < taps; tap++) moved[(tap * inChannels + i) * outChannels + o] = kernel[(o * inChannels + i) * taps + tap];
        return moved;
    }

    /// <summary>scale (w x + b - mean) / sqrt(variance + 1e-5) + shift as one convolution with bias; kernel [.., out].</summary>
    internal static void Fold(float[] kernel, float[] bias, float[] scale, float[] shift, float[] mean, float[] variance)
    {
        int channels = bias.Length;
        double[] factor = [.. Enumerable.Range(0, channels).Select(o => scale[o] / Math.Sqrt((double)variance[o] + NormEpsilon))];
        for (int i = 0; i < kernel.Length; i++) kernel[i] = (float)(kernel[i] * factor[i % channels]);
        for (int o = 0; o < channels; o++) bias[o] = (float)((bias[o] - (double)mean[o]) * factor[o] + shift[o]);
    }

    internal static string PicturesText(PictureScale scale) => scale switch
    {
        PictureScale.CaffeBgrMean => "pictures as blue green red minus (103.939, 116.779, 123.68)",
        PictureScale.Torchvision => "pictures as (x / 255 - mean) / deviation of ImageNet",
        _ => "pictures as x / 127.5 - 1",
    };

    internal static string Describe(LogMelOptions o) => FormattableString.Invariant(
        $"{o.Bands} mel bands {o.MinHz}-{o.MaxHz} Hz, windows of {1000.0 * o.Window / o.SampleRate} ms every {1000.0 * o.Hop / o.SampleRate} ms at {o.SampleRate} Hz");
}
