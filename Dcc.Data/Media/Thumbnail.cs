// Pictures small enough to keep many of. Read next: PictureReader.cs.
using Dcc.Model;

namespace Dcc.Data;

public static class Thumbnail
{
    /// <summary>A picture no larger than <paramref name="side"/> pixels: each of its pixels is the mean of those it covers. A small one is given back as it is.</summary>
    public static Picture Of(Picture picture, int side = 240)
    {
        double scale = (double)side / Math.Max(picture.Width, picture.Height);
        if (scale >= 1) return picture;
        int width = Math.Max(1, (int)Math.Round(picture.Width * scale)), height = Math.Max(1, (int)Math.Round(picture.Height * scale));
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++)
        {
            int top = (int)((long)y * picture.Height / height), bottom = Math.Max(top + 1, (int)((y + 1L) * picture.Height / height));
            for (int x = 0; x < width; x++)
            {
                int left = (int)((long)x * picture.Width / width), right = Math.Max(left + 1, (int)((x + 1L) * picture.Width / width));
                for (int c = 0; c < 3; c++)
                {
                    long sum = 0;
                    for (int row = top; row < bottom; row++)
                        for (int column = left; column < right; column++) sum += picture.Rgb[3 * (row * picture.Width + column) + c];
                    int count = (bottom - top) * (right - left);
                    rgb[3 * (y * width + x) + c] = (byte)((sum + count / 2) / count);
                }
            }
        }
        return new Picture(width, height, rgb);
    }
}
