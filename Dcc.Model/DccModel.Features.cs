// Frozen features of many units at once, for linear probes. Read next: Evaluation/LinearSvm.cs.
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>What is kept of a network's maps as features.</summary>
public enum FeaturePooling
{
    /// <summary>The global average of the last map: the protocol's.</summary>
    Mean,
    /// <summary>Its average and its maximum, per channel.</summary>
    MeanMax,
    /// <summary>Its average and its standard deviation, per channel.</summary>
    MeanDeviation,
    /// <summary>The averages of the maps of all blocks.</summary>
    Blocks,
}

public sealed partial class DccModel
{
    /// <summary>Features of sounds, one row a unit. With <see cref="FeaturePooling.Mean"/> what <see cref="EmbedAudio"/> gives.</summary>
    /// <param name="waveforms">[units, <see cref="DccOptions.SamplesPerUnit"/>] at the model's rate.</param>
    /// <param name="pooling">What is kept.</param>
    /// <param name="sounding">Samples of each unit that hold sound: map rows that begin later are left out. Null: all rows count.</param>
    public float[][] EmbedUnits(float[] waveforms, FeaturePooling pooling = FeaturePooling.Mean, IReadOnlyList<int>? sounding = null)
    {
        int units = waveforms.Length / Options.SamplesPerUnit;
        if (units == 0 || units * Options.SamplesPerUnit != waveforms.Length) throw new ArgumentException($"The model takes units of {Options.SamplesPerUnit} samples, got {waveforms.Length} samples.");
        if (sounding is not null && sounding.Count != units) throw new ArgumentException($"{units} units need {units} lengths, got {sounding.Count}.");
        return InScope(() =>
        {
            Tensor spectrogram = Spectrogram(Tensor.From(Device, new TensorShape(units, Options.SamplesPerUnit), waveforms));
            return Pooled(audio, spectrogram, pooling, sounding is null ? null : [.. sounding.Select(samples => Math.Clamp((double)samples / Options.SamplesPerUnit, 0, 1))]);
        });
    }

    /// <summary>Features of pictures, one row a picture. With <see cref="FeaturePooling.Mean"/> what <see cref="EmbedImage"/> gives.</summary>
    public float[][] EmbedPictures(IReadOnlyList<Picture> pictures, FeaturePooling pooling = FeaturePooling.Mean) => InScope(() =>
    {
        int size = Options.FrameSize * Options.FrameSize * 3;
        float[] frames = new float[pictures.Count * size];
        for (int i = 0; i < pictures.Count; i++) FrameOf(pictures[i]).ToArray().CopyTo(frames, i * size);
        Tensor pixels = Pixels(Tensor.From(Device, new TensorShape(pictures.Count, Options.FrameSize, Options.FrameSize, 3), frames));
        return Pooled(visual, pixels, pooling, null);
    });

    /// <summary>Mean and standard deviation over time of each band of the log-mel spectrogram, not standardised: [2 * bands]. What a sound says without any network.</summary>
    public float[] LogMelStatistics(Sound sound)
    {
        float[] samples = AtModelRate(sound);
        if (samples.Length < Options.LogMel.Window) Array.Resize(ref samples, Options.LogMel.Window);
        return InScope(() =>
        {
            float[] map = Op.LogMel(Tensor.From(Device, new TensorShape(1, samples.Length), samples), logMel).ToArray();
            int bands = Options.LogMel.Bands;
            return Statistics(map, map.Length / bands, bands, FeaturePooling.MeanDeviation);
        });
    }

    /// <summary>The whole recording at the model's sample rate.</summary>
    public float[] AtModelRate(Sound sound) => sound.SampleRate == Options.LogMel.SampleRate ? sound.Samples : InScope(() => Resample(sound.Samples, sound.SampleRate));

    private static float[][] Pooled(Network network, Tensor x, FeaturePooling pooling, double[]? share)
    {
        int units = x.Shape[0];
        List<float>[] features = [.. Enumerable.Range(0, units).Select(_ => new List<float>())];
        Tensor last = network.Forward(x, training: false, map =>
        {
            if (pooling == FeaturePooling.Blocks) Keep(map);
        });
        if (pooling != FeaturePooling.Blocks) Keep(last);
        return [.. features.Select(each => each.ToArray())];

        void Keep(Tensor map)
        {
            float[] values = map.ToArray();
            int rows = map.Shape[1], width = map.Shape[2], channels = map.Shape[3];
            for (int u = 0; u < units; u++)
            {
                int used = share is null ? rows : Math.Clamp((int)Math.Ceiling(share[u] * rows), 1, rows);
                features[u].AddRange(Statistics(values.AsSpan(u * rows * width * channels, used * width * channels), used * width, channels, pooling));
            }
        }
    }

    /// <summary>Values [positions, channels] -> statistics per channel; sums in double.</summary>
    private static float[] Statistics(ReadOnlySpan<float> values, int positions, int channels, FeaturePooling pooling)
    {
        double[] mean = new double[channels];
        for (int i = 0; i < values.Length; i++) mean[i % channels] += values[i];
        for (int c = 0; c < channels; c++) mean[c] /= positions;
        if (pooling is FeaturePooling.Mean or FeaturePooling.Blocks) return Array.ConvertAll(mean, value => (float)value);
        double[] second = new double[channels];
        if (pooling == FeaturePooling.MeanMax)
        {
            Array.Fill(second, double.NegativeInfinity);
            for (int i = 0; i < values.Length; i++) second[i % channels] = Math.Max(second[i % channels], values[i]);
        }
        else
        {
            for (int i = 0; i < values.Length; i++) second[i % channels] += (values[i] - mean[i % channels]) * (values[i] - mean[i % channels]);
            for (int c = 0; c < channels; c++) second[c] = Math.Sqrt(second[c] / positions);
        }
        return [.. mean.Select(value => (float)value), .. second.Select(value => (float)value)];
    }
}
