// All sizes of a bilinear resize. Read next: Resize.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// x [batch, height, width, channels] -> y [batch, outHeight, outWidth, channels]. Pixels are squares whose centres lie at halves; with <paramref name="AlignCorners"/> they are
/// points and the corner points stay where they are. <paramref name="Antialias"/> widens the triangle of a side that shrinks, so that every pixel counts.
/// </summary>
public readonly record struct ResizeShape(int Batch, int Height, int Width, int Channels, int OutHeight, int OutWidth, bool Antialias = false, bool AlignCorners = false)
{
    public int LengthX => checked(Batch * Height * Width * Channels);
    public int LengthY => checked(Batch * OutHeight * OutWidth * Channels);

    public void Validate()
    {
        if (Batch < 1 || Height < 1 || Width < 1 || Channels < 1 || OutHeight < 1 || OutWidth < 1)
            throw new ArgumentException($"Resize: every size must be at least 1, got {this}.");
        if (Antialias && AlignCorners)
            throw new ArgumentException($"Resize: Antialias measures pixels as squares, AlignCorners as points; choose one. Got {this}.");
    }
}
