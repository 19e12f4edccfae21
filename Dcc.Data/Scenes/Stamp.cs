// A cut-out photograph ready for pasting, and its outline. Read next: Recording.cs.
namespace Dcc.Data;

/// <summary>A cut-out, cropped to where it is visible (alpha over 0.1), at about twice the largest size it is pasted at.</summary>
internal sealed class Stamp
{
    /// <summary>Alpha from which a pixel counts as part of the object, of 255.</summary>
    public const int VisibleAlpha = 26;

    /// <param name="rgba">Plain (not premultiplied) RGBA bytes.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="longestSide">The cached picture is not larger than this.</param>
    /// <param name="name">File name, for messages and reports.</param>
    public Stamp(byte[] rgba, int width, int height, int longestSide, string name)
    {
        Name = name;
        Box seen = new(width, height, 0, 0);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                if (rgba[(y * width + x) * 4 + 3] >= VisibleAlpha) seen = seen.Union(new Box(x, y, x + 1, y + 1));
        if (seen.Area == 0) throw new DataException($"{name} is transparent everywhere, so there is nothing to paste.");
        byte[] premultiplied = new byte[seen.Area * 4];
        for (int y = 0; y < seen.Height; y++)
            for (int x = 0; x < seen.Width; x++)
            {
                int from = ((y + seen.Top) * width + x + seen.Left) * 4, to = (y * seen.Width + x) * 4, alpha = rgba[from + 3];
                for (int c = 0; c < 3; c++) premultiplied[to + c] = (byte)((rgba[from + c] * alpha + 127) / 255);
                premultiplied[to + 3] = (byte)alpha;
            }
        double scale = Math.Min(1.0, (double)longestSide / Math.Max(seen.Width, seen.Height));
        Picture = new Pyramid(premultiplied, seen.Width, seen.Height, scale, depth: 5, transparentBorder: true);
        Outline = Hull(Picture);
    }

    public string Name { get; }
    public Pyramid Picture { get; }

    /// <summary>Corners of the convex outline of the visible pixels: its extent under any rotation is the object's extent.</summary>
    public (float X, float Y)[] Outline { get; }

    // Andrew's monotone chain over the left and right ends of every visible row.
    private static (float X, float Y)[] Hull(Pyramid picture)
    {
        List<(float X, float Y)> corners = [];
        for (int y = 0; y < picture.Height; y++)
        {
            int left = 0, right = picture.Width;
            while (left < right && picture.Alpha(left, y) < VisibleAlpha) left++;
            while (right > left && picture.Alpha(right - 1, y) < VisibleAlpha) right--;
            if (left < right) corners.AddRange([(left, y), (right, y), (left, y + 1), (right, y + 1)]);
        }
        if (corners.Count == 0) return [(0, 0), (picture.Width, 0), (picture.Width, picture.Height), (0, picture.Height)];   // so thin that averaging hid it
        corners.Sort();
        List<(float X, float Y)> hull = [];
        for (int pass = 0; pass < 2; pass++)
        {
            int start = hull.Count;
            foreach ((float X, float Y) p in corners)
            {
                while (hull.Count >= start + 2 && Cross(hull[^2], hull[^1], p) <= 0) hull.RemoveAt(hull.Count - 1);
                hull.Add(p);
            }
            hull.RemoveAt(hull.Count - 1);
            corners.Reverse();
        }
        return [.. hull];
    }

    private static float Cross((float X, float Y) o, (float X, float Y) a, (float X, float Y) b) => (a.X - o.X) * (b.Y - o.Y) - (a.Y - o.Y) * (b.X - o.X);
}
