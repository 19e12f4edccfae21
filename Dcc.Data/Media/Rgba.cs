// A picture with an opacity of 255 beside each pixel, as the sampling code wants it. Read next: ../Scenes/Pyramid.cs.
using Dcc.Model;

namespace Dcc.Data;

internal static class Rgba
{
    public static byte[] Of(Picture picture)
    {
        byte[] rgba = new byte[4 * picture.Width * picture.Height];
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            picture.Rgb.AsSpan(3 * i, 3).CopyTo(rgba.AsSpan(4 * i));
            rgba[4 * i + 3] = 255;
        }
        return rgba;
    }
}
