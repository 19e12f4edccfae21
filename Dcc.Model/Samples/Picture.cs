// What the model sees: a picture. Read next: Sound.cs, UnitBatch.cs.
namespace Dcc.Model;

/// <summary>Height x width x 3 bytes, red green blue, row by row from the top left.</summary>
public sealed class Picture
{
    public Picture(int width, int height, byte[] rgb)
    {
        if (width < 1 || height < 1) throw new ArgumentException($"A picture needs at least one pixel a side, got {width} x {height}.");
        if (rgb.LongLength != 3L * width * height) throw new ArgumentException($"A picture of {width} x {height} needs {3L * width * height} bytes, got {rgb.LongLength}.");
        Width = width;
        Height = height;
        Rgb = rgb;
    }

    public int Width { get; }
    public int Height { get; }
    public byte[] Rgb { get; }
}
