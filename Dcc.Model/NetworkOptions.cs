// What one network is made of: plain blocks as in VGG, or residual stages as in ResNet. Read next: Networks/Network.cs.
namespace Dcc.Model;

/// <summary>The kind of a network.</summary>
public enum NetworkArchitecture
{
    /// <summary>3x3 convolutions and 2x2 max pools: VGG16 and VGGish, the paper's.</summary>
    Plain,
    /// <summary>A 7x7 stem and stages of basic blocks with shortcuts: ResNet-18, of the authors' simplified code.</summary>
    Residual,
}

/// <summary>
/// One block of a plain network: <paramref name="Convolutions"/> times 3x3 to <paramref name="Channels"/> channels, then a 2x2 max pool if <paramref name="Pool"/>. Or one stage of
/// a residual network: Convolutions / 2 basic blocks, of which the first halves height and width if Pool, by a stride of 2.
/// </summary>
public sealed record BlockOptions(int Channels, int Convolutions, bool Pool);

/// <summary>A stack of blocks.</summary>
public sealed record NetworkOptions
{
    public NetworkArchitecture Architecture { get; init; } = NetworkArchitecture.Plain;

    public required BlockOptions[] Blocks { get; init; }

    /// <summary>Batch normalisation before each ReLU: what makes training from scratch work. The paper has none and starts from trained networks. A residual network always has it.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Pools round up (Keras SAME) instead of down. A plain network's choice; a residual one always rounds up.</summary>
    public bool PoolCeil { get; init; }

    /// <summary>Pools before normalisation and ReLU of the block's last convolution: the same order of magnitudes at a quarter of the work. Only plain, with <see cref="BatchNorm"/>.</summary>
    public bool PoolFirst { get; init; }

    public int OutChannels => Blocks[^1].Channels;

    /// <summary>Height and width of the conv map that the network makes of an input of this size; 0 where nothing is left.</summary>
    public (int Height, int Width) MapSize(int height, int width)
    {
        bool residual = Architecture == NetworkArchitecture.Residual, ceil = residual || PoolCeil;
        int halvings = Blocks.Count(block => block.Pool) + (residual ? 2 : 0);   // a residual stem halves twice: its stride and its pool
        for (int i = 0; i < halvings; i++) (height, width) = ceil ? ((height + 1) / 2, (width + 1) / 2) : (height / 2, width / 2);
        return (height, width);
    }

    /// <summary>Every rule that these options break, for an input of this size.</summary>
    internal IEnumerable<string> Wrong(string name, int height, int width)
    {
        if (Blocks.Length is < 1 or > 16)
        {
            yield return $"{name} needs 1..16 blocks";
            yield break;
        }
        if (!Blocks.All(block => block.Channels is >= 1 and <= 8192 && block.Convolutions is >= 1 and <= 64)) yield return $"{name} blocks need 1..8192 channels and 1..64 convolutions";
        switch (Architecture)
        {
            case NetworkArchitecture.Plain:
                if (PoolFirst && !BatchNorm) yield return $"{name}.PoolFirst needs BatchNorm";
                int halvings = Blocks.Count(block => block.Pool);
                if (halvings >= 12 || Math.Min(height, width) >> halvings < 1) yield return $"{name} halves {height}x{width} {halvings} times, which leaves nothing";
                break;
            case NetworkArchitecture.Residual:
                if (Blocks.Any(block => block.Convolutions % 2 != 0)) yield return $"{name} is residual: its basic blocks have two convolutions each, a stage needs an even number of them";
                if (!BatchNorm || PoolCeil || PoolFirst) yield return $"{name} is residual: it always has BatchNorm, and neither PoolCeil nor PoolFirst";
                break;
            default:
                yield return $"{name}.Architecture {Architecture} is unknown";
                break;
        }
    }
}
