// From an annotated rectangle to pixels, by the conventions of the released evaluation codes. Read next: ConsensusMap.cs.
namespace Dcc.Model;

/// <summary>How coordinates become pixels of a map of <c>size</c> x <c>size</c>.</summary>
public enum BoxRule
{
    /// <summary>int(size * v / frame) for all four corners, half-open: LVS, EZ-VSL, SLAVC, FNAC, DSOL.</summary>
    Scaled,

    /// <summary>1-based pixels of the frame: [ymin-1 : ymax-1, xmin-1 : xmax-1], half-open (coarse-to-fine). Fractions of the frame have no first pixel to subtract: as <see cref="Scaled"/>.</summary>
    OneBased,
}

/// <summary>A rectangle, corners in a frame of <paramref name="FrameWidth"/> x <paramref name="FrameHeight"/>: 1 x 1 for fractions, 256 x 256 for pixels of Flickr-SoundNet. Corners may lie outside.</summary>
public readonly record struct FrameBox(double Left, double Top, double Right, double Bottom, double FrameWidth = 1, double FrameHeight = 1)
{
    /// <summary>
    /// Pixels Left &lt;= x &lt; Right, Top &lt;= y &lt; Bottom of a map of <paramref name="size"/> pixels a side. Coordinates are first clipped to the frame (VGG-SS publishes one of -2.9e16).
    /// A rectangle that turns out empty, is turned round or has a coordinate that is no number covers nothing: (0, 0, 0, 0).
    /// </summary>
    public (int Left, int Top, int Right, int Bottom) ToPixels(int size, BoxRule rule)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (!(FrameWidth > 0 && FrameHeight > 0) || double.IsInfinity(FrameWidth) || double.IsInfinity(FrameHeight))
            throw new ArgumentException($"A box needs a frame of positive size, got {FrameWidth} x {FrameHeight}.");
        if (double.IsNaN(Left) || double.IsNaN(Top) || double.IsNaN(Right) || double.IsNaN(Bottom)) return default;
        (int left, int top, int right, int bottom) = (Pixel(Left, FrameWidth), Pixel(Top, FrameHeight), Pixel(Right, FrameWidth), Pixel(Bottom, FrameHeight));
        return left < right && top < bottom ? (left, top, right, bottom) : default;

        int Pixel(double value, double frame)
        {
            double inside = Math.Clamp(value, 0, frame);
            if (rule == BoxRule.OneBased && frame > 1) inside = Math.Max(0, inside - 1);
            return (int)(size * inside / frame);
        }
    }
}
