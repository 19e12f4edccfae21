// Every choice that shapes a DCC model, with its two presets. Read next: DccModel.cs.
using Dcc.Kernels;

namespace Dcc.Model;

/// <summary>Which clustering a model uses.</summary>
public enum ClusteringProfile
{
    /// <summary>K shared projections, inner product with unit centres (the paper; its released code as intended).</summary>
    Projected,
    /// <summary>Euclidean clustering of full-width features, nearest centres matched (the authors' simplified code).</summary>
    Euclidean,
}

/// <summary>How pixel values 0..255 become network inputs.</summary>
public enum PictureScale
{
    /// <summary>x / 127.5 - 1, red green blue: the released DCC code.</summary>
    MinusOneToOne,
    /// <summary>Blue green red, minus (103.939, 116.779, 123.68): Keras' VGG16 weights.</summary>
    CaffeBgrMean,
    /// <summary>(x / 255 - mean) / deviation of ImageNet: torchvision's weights.</summary>
    Torchvision,
}

/// <summary>
/// One block of a convolutional network: <paramref name="Convolutions"/> times 3x3 to <paramref name="Channels"/> channels, then a 2x2 max
/// pool if <paramref name="Pool"/>.
/// </summary>
public sealed record BlockOptions(int Channels, int Convolutions, bool Pool);

/// <summary>A stack of blocks.</summary>
public sealed record NetworkOptions
{
    public required BlockOptions[] Blocks { get; init; }

    /// <summary>Batch normalisation before each ReLU: what makes training from scratch work. The paper has none and starts from trained networks.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Pools round up (Keras SAME) instead of down.</summary>
    public bool PoolCeil { get; init; }

    /// <summary>Pools before normalisation and ReLU of the block's last convolution: the same order of magnitudes at a quarter of the work. Only with <see cref="BatchNorm"/>.</summary>
    public bool PoolFirst { get; init; }

    public int OutChannels => Blocks[^1].Channels;
}

public sealed record DccOptions
{
    /// <summary>Side of the square frame, pixels.</summary>
    public int FrameSize { get; init; } = 256;

    /// <summary>Frames of one unit; their maps are clustered as one set of vectors.</summary>
    public int FramesPerUnit { get; init; } = 1;

    public PictureScale PictureScale { get; init; } = PictureScale.MinusOneToOne;

    public required NetworkOptions Visual { get; init; }

    public required NetworkOptions Audio { get; init; }

    public LogMelOptions LogMel { get; init; } = LogMelOptions.Vggish;

    /// <summary>Log-mel frames of one unit: 496 is 4.96 s at a hop of 10 ms.</summary>
    public int SpectrogramFrames { get; init; } = 496;

    /// <summary>The spectrogram enters as (x - mean) / deviation. (0, 1) leaves it alone, as the paper does.</summary>
    public float SpectrogramMean { get; init; }

    public float SpectrogramDeviation { get; init; } = 1f;

    public ClusteringProfile Profile { get; init; } = ClusteringProfile.Projected;

    /// <summary>K: clusters, and shared spaces.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>Audio clusters of the Euclidean profile, which may differ from <see cref="Clusters"/>, the visual ones.</summary>
    public int AudioClusters { get; init; } = 1;

    /// <summary>d: dimensions of a shared space.</summary>
    public int Dims { get; init; } = 16;

    /// <summary>T: rounds of assignment and update.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>z: how sharply assignments follow agreement. The released code has 1 (projected) and 30 (Euclidean).</summary>
    public float Sharpness { get; init; } = 1f;

    /// <summary>Squash each feature vector to nearly unit length before projecting, as the released code does.</summary>
    public bool SquashFeatures { get; init; } = true;

    /// <summary>Samples of sound per unit at <see cref="LogMelOptions.SampleRate"/>.</summary>
    public int SamplesPerUnit => LogMel.Window + (SpectrogramFrames - 1) * LogMel.Hop;

    /// <summary>Centres of one sound: K, or the Euclidean profile's own number.</summary>
    internal int AudioClusterCount => Profile == ClusteringProfile.Projected ? Clusters : AudioClusters;

    /// <summary>Numbers in one centre: d, or the network's channels for the Euclidean profile.</summary>
    internal int CentreDims => Profile == ClusteringProfile.Projected ? Dims : Visual.OutChannels;

    /// <summary>Throws one <see cref="ArgumentException"/> that lists everything that is wrong.</summary>
    public void Validate()
    {
        List<string> wrong = [];
        void Check(bool good, string rule)
        {
            if (!good) wrong.Add(rule);
        }
        Check(FrameSize is >= 8 and <= 4096, $"FrameSize must be 8..4096, is {FrameSize}");
        Check(FramesPerUnit is >= 1 and <= 256, $"FramesPerUnit must be 1..256, is {FramesPerUnit}");
        Check(SpectrogramFrames is >= 8 and <= 100_000, $"SpectrogramFrames must be 8..100000, is {SpectrogramFrames}");
        Check(SpectrogramDeviation > 0, $"SpectrogramDeviation must be positive, is {SpectrogramDeviation}");
        Check(Clusters is >= 1 and <= 1024, $"Clusters must be 1..1024, is {Clusters}");
        Check(AudioClusters is >= 1 and <= 1024, $"AudioClusters must be 1..1024, is {AudioClusters}");
        Check(Dims is >= 1 and <= 4096, $"Dims must be 1..4096, is {Dims}");
        Check(Rounds is >= 1 and <= 32, $"Rounds must be 1..32, is {Rounds}");
        Check(float.IsFinite(Sharpness) && Sharpness > 0, $"Sharpness must be positive, is {Sharpness}");
        CheckNetwork("Visual", Visual, FrameSize, FrameSize);
        CheckNetwork("Audio", Audio, SpectrogramFrames, LogMel.Bands);
        Check(Visual.Blocks.Length > 0 && Audio.Blocks.Length > 0 && Visual.OutChannels == Audio.OutChannels,
            "both networks must end with the same number of channels, since they share their projections");
        if (wrong.Count > 0) throw new ArgumentException($"These DCC options cannot work: {string.Join("; ", wrong)}.");

        void CheckNetwork(string name, NetworkOptions network, int height, int width)
        {
            Check(network.Blocks.Length is > 0 and <= 16, $"{name} needs 1..16 blocks");
            Check(network.Blocks.All(block => block.Channels is >= 1 and <= 8192 && block.Convolutions is >= 1 and <= 64), $"{name} blocks need 1..8192 channels and 1..64 convolutions");
            Check(!network.PoolFirst || network.BatchNorm, $"{name}.PoolFirst needs BatchNorm");
            int halvings = network.Blocks.Count(block => block.Pool);
            Check(halvings < 12 && Math.Min(height, width) >> halvings >= 1, $"{name} halves {height}x{width} {halvings} times, which leaves nothing");
        }
    }

    /// <summary>Full size: VGG16 without its last pool at 256x256, VGGish at 496x64, K = 10, d = 16, T = 3.</summary>
    public static DccOptions Paper { get; } = new()
    {
        Visual = new NetworkOptions { Blocks = [new(64, 2, true), new(128, 2, true), new(256, 3, true), new(512, 3, true), new(512, 3, false)] },
        Audio = new NetworkOptions { Blocks = [new(64, 1, true), new(128, 1, true), new(256, 2, true), new(512, 2, false)], PoolCeil = true },
    };

    /// <summary>Trains from scratch on two cores in minutes: an eighth of the paper's width, 64x64 frames, about one second of sound.</summary>
    public static DccOptions Small { get; } = new()
    {
        FrameSize = 64,
        Visual = new NetworkOptions { Blocks = [new(16, 1, true), new(32, 1, true), new(64, 2, true), new(128, 2, false)], BatchNorm = true, PoolFirst = true },
        Audio = new NetworkOptions { Blocks = [new(16, 1, true), new(32, 1, true), new(64, 2, true), new(128, 2, false)], BatchNorm = true, PoolCeil = true, PoolFirst = true },
        SpectrogramFrames = 96,
        SpectrogramMean = -0.4f,
        SpectrogramDeviation = 1.3f,
        Clusters = 8,
        Sharpness = 0.7f,
        SquashFeatures = false,
    };
}
