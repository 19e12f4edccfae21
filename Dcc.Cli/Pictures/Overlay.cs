// A heat map laid over a frame. Read next: ../Commands/LocalizeCommand.cs.
using Dcc.Model;

namespace Dcc.Cli;

internal static class Overlay
{
    private const float Coldest = 0.25f, Hottest = 0.7f;   // opacity of the colours

    /// <summary>The picture with the map, stretched to it, blended over.</summary>
    public static Picture Blend(Picture picture, HeatMap map)
    {
        HeatMap heat = map.Resize(picture.Width, picture.Height).Normalized();
        byte[] rgb = new byte[picture.Rgb.Length];
        for (int i = 0; i < heat.Values.Length; i++)
        {
            float opacity = Coldest + (Hottest - Coldest) * heat.Values[i];
            Rgb colour = new Rgb(picture.Rgb[3 * i], picture.Rgb[3 * i + 1], picture.Rgb[3 * i + 2]).Towards(ColourMap.Heat(heat.Values[i]), opacity);
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = (colour.R, colour.G, colour.B);
        }
        return new Picture(picture.Width, picture.Height, rgb);
    }
}
