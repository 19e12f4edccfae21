// The models that have names. Where each number comes from: docs/paper-and-code.md. Read next: DccModel.cs.
using Dcc.Kernels;

namespace Dcc.Model;

public sealed partial record DccOptions
{
    /// <summary>Full size: VGG16 without its last pool at 256x256, VGGish at 496x64, K = 10, d = 16, T = 3. 256 visual and 496 audio vectors, as the released code has them.</summary>
    public static DccOptions Paper { get; } = new()
    {
        Visual = new NetworkOptions { Blocks = [new(64, 2, true), new(128, 2, true), new(256, 3, true), new(512, 3, true), new(512, 3, false)] },
        Audio = new NetworkOptions { Blocks = [new(64, 1, true), new(128, 1, true), new(256, 2, true), new(512, 2, false)], PoolCeil = true },
    };

    /// <summary>As <see cref="Paper"/> with the last pool of either network: 8x8 = 64 visual and 31x4 = 124 audio vectors, which the paper is believed to have (docs/paper-and-code.md).</summary>
    public static DccOptions PaperPooled { get; } = Paper with
    {
        Visual = Paper.Visual with { Blocks = [.. Paper.Visual.Blocks[..^1], Paper.Visual.Blocks[^1] with { Pool = true }] },
        Audio = Paper.Audio with { Blocks = [.. Paper.Audio.Blocks[..^1], Paper.Audio.Blocks[^1] with { Pool = true }] },
    };

    /// <summary>
    /// The authors' simplified code: two ResNet-18 whose last stage keeps its size, 224x224 frames scaled as torchvision's, 201 decibel frames of one second; Euclidean clustering
    /// in four rounds at sharpness 30 with 2 visual clusters and 1 audio cluster. 14x14 = 196 visual and 13x4 = 52 audio vectors.
    /// </summary>
    public static DccOptions Simplified { get; } = new()
    {
        FrameSize = 224,
        PictureScale = PictureScale.Torchvision,
        Visual = ResNet18,
        Audio = ResNet18,
        LogMel = LogMelOptions.SimplifiedDmc,
        SpectrogramFrames = 201,
        Profile = ClusteringProfile.Euclidean,
        Clusters = 2,
        AudioClusters = 1,
        Rounds = 4,
        Sharpness = 30f,
        SquashFeatures = false,
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

    /// <summary>Stages of two basic blocks; the last at full size, where torchvision's halves once more.</summary>
    private static NetworkOptions ResNet18 => new()
    {
        Architecture = NetworkArchitecture.Residual,
        Blocks = [new(64, 4, false), new(128, 4, true), new(256, 4, true), new(512, 4, false)],
        BatchNorm = true,
    };
}
