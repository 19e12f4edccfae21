// Deep Co-Clustering, step by step: pictures and sounds in, centres and similarities out. Same steps and names as docs/dcc.md.
// Read next: Networks/Clustering.cs (the clustering), Training/Trainer.cs (the loss), DccModel.Inference.cs (what an app calls).
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>
/// Two convolutional networks, a log-mel front end and K shared projections on one device. Inference methods may be called from several threads;
/// training is one thread's business.
/// </summary>
public sealed partial class DccModel : IDisposable
{
    private readonly Network visual, audio;
    private readonly Clustering clustering;
    private readonly LogMelPlan logMel;
    private readonly Parameter meanAudioCentre;

    private DccModel(Device device, DccOptions options, ulong seed, bool initialize)
    {
        options.Validate();
        Device = device;
        Options = options;
        Initializers initializers = new(seed);
        visual = Network.Create(Parameters, initializers, "visual", inChannels: 3, options.Visual);
        audio = Network.Create(Parameters, initializers, "audio", inChannels: 1, options.Audio);
        clustering = new Clustering(Parameters, initializers, options);
        meanAudioCentre = Parameters.AddState(MeanAudioCentreName, new TensorShape(options.AudioClusterCount, options.CentreDims), 0f);
        Parameters.Build(device, initialize);
        logMel = new LogMelPlan(device, options.LogMel);
    }

    /// <summary>An untrained model. The same seed gives the same weights on every device.</summary>
    public static DccModel Create(Device device, DccOptions options, ulong seed) => new(device, options, seed, initialize: true);

    public Device Device { get; }

    public DccOptions Options { get; }

    /// <summary>Number of learnt values.</summary>
    public long ParameterCount => Parameters.LearntCount;

    /// <summary>
    /// Whether inference keeps convolution weights in the form that the device's kernels read, from the second answer with the same weights on: one picture and one sound take
    /// a tenth to a half less time, the model up to five times its memory (paper: see docs/decisions/0003-weight-transforms.md). Set it to false where memory is short.
    /// </summary>
    public bool KeepsPreparedWeights
    {
        get => Parameters.KeepsPrepared;
        set => Parameters.KeepsPrepared = value;
    }

    /// <summary>Bytes that <see cref="KeepsPreparedWeights"/> costs at the moment.</summary>
    public long PreparedWeightBytes => Parameters.PreparedBytes;

    internal ParameterSet Parameters { get; } = new();

    /// <summary>
    /// The mean over training sounds of each unit-length audio centre, [clusters, dims]; what all sounds share. Set by the trainer at the end of a
    /// run; zero before.
    /// </summary>
    internal DeviceBuffer<float> MeanAudioCentre => meanAudioCentre.Value.Buffer;

    /// <summary>An empty batch of the sizes that this model takes.</summary>
    public UnitBatch NewBatch(int units) => new(units, Options.FramesPerUnit, Options.FrameSize, Options.FrameSize, Options.SamplesPerUnit);

    /// <summary>The audio centres of a batch in inference mode, [units, clusters, dims]; unit length for the projected profile.</summary>
    internal float[] UnitAudioCentres(UnitBatch batch) => InScope(() =>
    {
        Clustered heard = Hear(Spectrogram(Tensor.From(Device, new TensorShape(batch.Units, batch.Samples), batch.Waveforms)), training: false);
        float[] centres = heard.Centres.ToArray();
        if (Options.Profile == ClusteringProfile.Projected) Normalize(centres, Options.CentreDims);
        return centres;
    });

    /// <summary>Frames [units * frames, height, width, 3] with values 0..255, which it drops -> what the visual net made of each unit.</summary>
    internal Clustered See(Tensor frames, int units, bool training)
    {
        Tensor map = VisualMap(frames, training);
        return clustering.Cluster(map, units, audio: false);
    }

    private Tensor Pixels(Tensor frames) => Op.NormalizePixels(frames, Options.PictureScale switch
    {
        PictureScale.CaffeBgrMean => PixelNormalization.CaffeBgrMean,
        PictureScale.Torchvision => PixelNormalization.Torchvision,
        _ => PixelNormalization.MinusOneToOne,
    });

    /// <summary>Waveforms [units, samples], which it drops -> spectrograms [units, frames, bands, 1], standardised.</summary>
    internal Tensor Spectrogram(Tensor waveforms)
    {
        Tensor spectrogram = Op.LogMel(waveforms, logMel);
        waveforms.Drop();
        Tensor standard = spectrogram;
        if (Options is not { SpectrogramMean: 0f, SpectrogramDeviation: 1f })
        {
            standard = Op.Affine(spectrogram, 1f / Options.SpectrogramDeviation, -Options.SpectrogramMean / Options.SpectrogramDeviation);
            spectrogram.Drop();
        }
        return Op.Reshape(standard, standard.Shape[0], standard.Shape[1], standard.Shape[2], 1);
    }

    /// <summary>Spectrograms [units, frames, bands, 1] -> what the audio net made of each unit.</summary>
    internal Clustered Hear(Tensor spectrogram, bool training)
    {
        Tensor map = audio.Forward(spectrogram, training);
        return clustering.Cluster(map, spectrogram.Shape[0], audio: true);
    }

    /// <summary>[units, units]: sound i (row) against image j (column).</summary>
    internal Tensor Compare(Clustered sound, Clustered picture) => clustering.Compare(sound, picture);

    /// <summary>The last conv map of the visual net, [frames, height, width, channels], of frames with values 0..255, which it drops.</summary>
    internal Tensor VisualMap(Tensor frames, bool training)
    {
        Tensor pixels = Pixels(frames);
        frames.Drop();
        Tensor map = visual.Forward(pixels, training);
        pixels.Drop();
        return map;
    }

    /// <summary>The last conv map of the audio net, [units, time, mel, channels], for embeddings.</summary>
    internal Tensor AudioMap(Tensor spectrogram) => audio.Forward(spectrogram, training: false);

    public void Dispose()
    {
        logMel.Dispose();
        Parameters.Dispose();
    }
}
