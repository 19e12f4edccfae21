// A rectangle of whole pixels. Read next: Scene.cs.
namespace Dcc.Data;

/// <summary>Pixels with Left &lt;= x &lt; Right and Top &lt;= y &lt; Bottom.</summary>
public readonly record struct Box(int Left, int Top, int Right, int Bottom)
{
    public int Width => Right - Left;
    public int Height => Bottom - Top;
    public int Area => Math.Max(0, Width) * Math.Max(0, Height);
    public bool Contains(int x, int y) => x >= Left && x < Right && y >= Top && y < Bottom;
    public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    public Box Union(Box other) => new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));
}
