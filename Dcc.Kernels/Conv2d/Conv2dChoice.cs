// Which algorithm the CPU uses for a convolution: the one place where that is decided. Read next: CpuDevice.Conv2d.cs.
namespace Dcc.Kernels;

/// <summary>How a convolution is computed.</summary>
public enum Conv2dPath
{
    /// <summary>Every tap of every pixel: on the CPU a product over a padded band of rows, on the GPU one whose factors are gathered.</summary>
    Direct,
    /// <summary>F(2x2,3x3): 16 products for 4 outputs instead of 36.</summary>
    Winograd2,
    /// <summary>F(4x4,3x3): 36 products for 16 outputs instead of 144.</summary>
    Winograd4,
}

/// <summary>Which of the three products of a training step.</summary>
public enum Conv2dPass
{
    Forward,
    BackwardData,
    BackwardWeight,
}

/// <summary>Chooses by counting vector instructions per lane: products, and the transforms around them.</summary>
public static class Conv2dChoice
{
    /// <summary>Products that the transform of one channel of one tile costs, measured: loads and stores of its planes count most.</summary>
    private const double Transform4 = 200, Transform2 = 80;

    /// <summary>Whether Winograd's transforms apply: 3x3 taps on adjacent pixels at every pixel, and no row of zeros beyond the kernel's reach.</summary>
    public static bool Fits(in Conv2dShape shape) => shape is { KernelHeight: 3, KernelWidth: 3, Stride: 1, Dilation: 1, Padding: <= 2 };

    public static Conv2dPath Choose(in Conv2dShape shape, Conv2dPass pass)
    {
        if (!Fits(shape)) return Conv2dPath.Direct;
        // With one or three channels the transforms are all there is.
        if (Math.Min(shape.InChannels, shape.OutChannels) < 8) return Conv2dPath.Direct;
        double direct = 1.1 * 9 * shape.OutHeight * shape.OutWidth * shape.Batch * shape.InChannels * shape.OutChannels;
        double large = Cost(shape, pass, 4, Transform4), small = Cost(shape, pass, 2, Transform2);
        return large <= small ? large < direct ? Conv2dPath.Winograd4 : Conv2dPath.Direct : small < direct ? Conv2dPath.Winograd2 : Conv2dPath.Direct;
    }

    /// <summary>Most tiles for which transformed weights are kept. With more, their transform is under 1 % of the products: not worth 4 times the memory.</summary>
    private const int KeptTiles = 512;

    /// <summary>Whether weights are worth keeping in transformed form from call to call: measured, docs/decisions/0003-weight-transforms.md.</summary>
    public static bool Keeps(in Conv2dShape shape, Conv2dPath path)
    {
        int tile = path == Conv2dPath.Winograd4 ? 4 : 2;
        return path != Conv2dPath.Direct && (long)shape.Batch * ((shape.OutHeight + tile - 1) / tile) * ((shape.OutWidth + tile - 1) / tile) <= KeptTiles;
    }

    private static double Cost(in Conv2dShape s, Conv2dPass pass, int tile, double transform)
    {
        (int height, int width) = pass == Conv2dPass.BackwardData ? (s.Height, s.Width) : (s.OutHeight, s.OutWidth);
        double tiles = (double)s.Batch * ((height + tile - 1) / tile) * ((width + tile - 1) / tile), planes = (tile + 2) * (tile + 2), weights = (double)s.InChannels * s.OutChannels;
        return tiles * (planes * weights + transform * (s.InChannels + s.OutChannels)) + transform * weights;
    }
}
