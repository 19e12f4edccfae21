// Every choice that shapes a DCC model. Read next: NetworkOptions.cs, DccOptions.Presets.cs.
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

public sealed partial record DccOptions
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

    /// <summary>One set of projections for both modalities, which is the heart of the paper; false gives each its own, to see what sharing is worth. Projected profile only.</summary>
    public bool SharedProjections { get; init; } = true;

    /// <summary>Samples of sound per unit at <see cref="LogMelOptions.SampleRate"/>.</summary>
    public int SamplesPerUnit => (LogMel.Centring == FrameCentring.None ? LogMel.Window : 0) + (SpectrogramFrames - 1) * LogMel.Hop;

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
        string[] networks = [.. Visual.Wrong("Visual", FrameSize, FrameSize), .. Audio.Wrong("Audio", SpectrogramFrames, LogMel.Bands)];
        wrong.AddRange(networks);
        if (networks.Length == 0)
        {
            Check(Visual.OutChannels == Audio.OutChannels, "both networks must end with the same number of channels, since their centres are compared");
            // The Euclidean profile seeds each cluster with the vector of another position.
            int seen = FramesPerUnit * Positions(Visual.MapSize(FrameSize, FrameSize)), heard = Positions(Audio.MapSize(SpectrogramFrames, LogMel.Bands));
            Check(Profile == ClusteringProfile.Projected || (Clusters <= seen && AudioClusters <= heard),
                $"the Euclidean profile needs no more clusters than vectors: {Clusters} of {seen} visual and {AudioClusters} of {heard} audio ones");
        }
        if (wrong.Count > 0) throw new ArgumentException($"These DCC options cannot work: {string.Join("; ", wrong)}.");

        static int Positions((int Height, int Width) map) => map.Height * map.Width;
    }
}
