// Pixels to draw on: rectangles, text, pictures. Read next: HeatOverlay.cs, Strip.cs.
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>Height x width x 3 bytes. What is drawn beyond an edge is left out.</summary>
internal sealed class Canvas(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public byte[] Rgb { get; } = new byte[3 * width * height];

    /// <summary>Mixes a colour in; 1 covers what was there.</summary>
    public void Put(int x, int y, Rgb colour, float opacity = 1)
    {
        if ((uint)x >= (uint)Width || (uint)y >= (uint)Height) return;
        Span<byte> at = Rgb.AsSpan(3 * (y * Width + x), 3);
        Rgb mixed = opacity >= 1 ? colour : new Rgb(at[0], at[1], at[2]).Towards(colour, Math.Max(0, opacity));
        (at[0], at[1], at[2]) = (mixed.R, mixed.G, mixed.B);
    }

    public void Fill(int left, int top, int width, int height, Rgb colour, float opacity = 1)
    {
        for (int y = Math.Max(0, top); y < Math.Min(Height, top + height); y++)
            for (int x = Math.Max(0, left); x < Math.Min(Width, left + width); x++) Put(x, y, colour, opacity);
    }

    /// <summary>Returns where a following text would begin.</summary>
    public int Text(int left, int top, string text, Rgb colour, int scale)
    {
        foreach (char letter in text)
        {
            for (int y = 0; y < SmallFont.Height; y++)
                for (int x = 0; x < SmallFont.Width; x++)
                    if (SmallFont.IsSet(letter, x, y)) Fill(left + x * scale, top + y * scale, scale, scale, colour);
            left += SmallFont.Advance * scale;
        }
        return left;
    }

    public static int TextWidth(string text, int scale) => text.Length * SmallFont.Advance * scale - scale;

    /// <summary>Lays another canvas over this one.</summary>
    public void Draw(Canvas other, int top)
    {
        int rows = Math.Min(other.Height, Height - top), bytes = 3 * Math.Min(other.Width, Width);
        for (int y = 0; y < rows; y++) other.Rgb.AsSpan(3 * y * other.Width, bytes).CopyTo(Rgb.AsSpan(3 * (top + y) * Width));
    }

    public Picture ToPicture() => new(Width, Height, Rgb);
}
