// Winograd's minimal filtering on the GPU: the one-dimensional transforms of WinogradForm.cs as value structs, which stay in registers, and where a tile lies.
// Read next: GpuDevice.Conv2dWinograd.cs.
using ILGPU;

namespace Dcc.Kernels;

/// <summary>
/// A group of tiles of a 3x3, stride-1 convolution: source [batch, sourceHeight, sourceWidth, channels] with Pad zeros around it gives [batch, outHeight, outWidth, outChannels].
/// Tiles are numbered image by image, row by row; the group has those from First on. Planes are [points of a tile][tiles of the group][channels].
/// </summary>
internal readonly record struct WinogradSizes(
    int Batch, int SourceHeight, int SourceWidth, int Channels, int Pad, int OutHeight, int OutWidth, int OutChannels, int TileSize, int TilesDown, int TilesAcross, int First, int Tiles, int Turned, int Epilogue)
{
    private WinogradSizes(int batch, int sourceHeight, int sourceWidth, int channels, int pad, int outHeight, int outWidth, int outChannels, int tile, int turned, Epilogue epilogue) : this(
        batch, sourceHeight, sourceWidth, channels, pad, outHeight, outWidth, outChannels, tile, (outHeight + tile - 1) / tile, (outWidth + tile - 1) / tile, 0, 0, turned, (int)epilogue)
    { }

    public static WinogradSizes Forward(in Conv2dShape s, int tile, Epilogue epilogue) =>
        new(s.Batch, s.Height, s.Width, s.InChannels, s.Padding, s.OutHeight, s.OutWidth, s.OutChannels, tile, 0, epilogue);

    /// <summary>The gradient of the data is a convolution of gradY with the kernel turned by 180 degrees and its channels swapped.</summary>
    public static WinogradSizes BackwardData(in Conv2dShape s, int tile) =>
        new(s.Batch, s.OutHeight, s.OutWidth, s.OutChannels, 2 - s.Padding, s.Height, s.Width, s.InChannels, tile, 1, Kernels.Epilogue.None);

    /// <summary>Tiles of the whole batch.</summary>
    public int AllTiles => checked(Batch * TilesDown * TilesAcross);

    public int Planes => (TileSize + 2) * (TileSize + 2);

    /// <summary>Where the tile-th of this group begins in the output.</summary>
    public WinogradPlace Place(int tile)
    {
        int number = First + tile, line = number / TilesAcross, image = line / TilesDown;
        return new(image, (line - image * TilesDown) * TileSize, (number - line * TilesAcross) * TileSize);
    }

    /// <summary>Input (i, j) of the patch that the tile at <paramref name="place"/> reads; 0 outside the picture. The load itself has no branch: outside, it reads the nearest pixel.</summary>
    public float Input(ArrayView<float> x, WinogradPlace place, int channel, int i, int j)
    {
        int y = place.Row - Pad + i, column = place.Column - Pad + j;
        int nearY = Math.Max(0, Math.Min(y, SourceHeight - 1)), nearColumn = Math.Max(0, Math.Min(column, SourceWidth - 1));
        float value = x[((place.Image * SourceHeight + nearY) * SourceWidth + nearColumn) * Channels + channel];
        return y == nearY & column == nearColumn ? value : 0f;
    }

    /// <summary>Bias and ReLU. Written so that a NaN stays one: max(NaN, 0) is 0 on most cards.</summary>
    public float Finish(float value, float bias)
    {
        value += bias;
        return Epilogue == (int)Kernels.Epilogue.BiasRelu && value < 0f ? 0f : value;
    }
}

/// <summary>The first output of a tile.</summary>
internal readonly record struct WinogradPlace(int Image, int Row, int Column);

/// <summary>A line of F(4x4,3x3): six points, or what four outputs read.</summary>
internal readonly record struct Line6(float P0, float P1, float P2, float P3, float P4, float P5)
{
    /// <summary>B^T: six inputs to six points.</summary>
    public static Line6 Input(float d0, float d1, float d2, float d3, float d4, float d5)
    {
        float even = d4 - 4f * d2, odd = d3 - 4f * d1, far = d4 - d2, near = 2f * (d3 - d1);
        return new(4f * d0 - 5f * d2 + d4, even + odd, even - odd, far + near, far - near, 4f * d1 - 5f * d3 + d5);
    }

    /// <summary>G: three taps to six points.</summary>
    public static Line6 Weight(float g0, float g1, float g2)
    {
        float outer = -1f / 6f * (g0 + g2), middle = -1f / 6f * g1, wide = 1f / 24f * g0 + 1f / 6f * g2, half = 1f / 12f * g1;
        return new(0.25f * g0, outer + middle, outer - middle, wide + half, wide - half, g2);
    }

    /// <summary>A^T: six points to four outputs.</summary>
    public Line4 Output()
    {
        float sum = P1 + P2, difference = P1 - P2, wideSum = P3 + P4, wideDifference = P3 - P4;
        return new(P0 + sum + wideSum, difference + 2f * wideDifference, sum + 4f * wideSum, difference + 8f * wideDifference + P5);
    }
}

/// <summary>A line of F(2x2,3x3): four points, or what two outputs read.</summary>
internal readonly record struct Line4(float P0, float P1, float P2, float P3)
{
    /// <summary>B^T: four inputs to four points.</summary>
    public static Line4 Input(float d0, float d1, float d2, float d3) => new(d0 - d2, d1 + d2, d2 - d1, d1 - d3);

    /// <summary>G: three taps to four points.</summary>
    public static Line4 Weight(float g0, float g1, float g2)
    {
        float outer = 0.5f * (g0 + g2), middle = 0.5f * g1;
        return new(g0, outer + middle, outer - middle, g2);
    }

    /// <summary>A^T: four points to two outputs.</summary>
    public Line2 Output() => new(P0 + P1 + P2, P1 - P2 - P3);
}

/// <summary>Two outputs.</summary>
internal readonly record struct Line2(float P0, float P1);
