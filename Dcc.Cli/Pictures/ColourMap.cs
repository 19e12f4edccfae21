// Colours for heat and for clusters. Read next: Png.cs, Overlay.cs.
namespace Dcc.Cli;

internal readonly record struct Rgb(byte R, byte G, byte B)
{
    public string Css => $"#{R:x2}{G:x2}{B:x2}";

    public Rgb Towards(Rgb other, float share) => new(Mix(R, other.R, share), Mix(G, other.G, share), Mix(B, other.B, share));

    private static byte Mix(byte from, byte to, float share) => (byte)MathF.Round(from + (to - from) * share);
}

internal static class ColourMap
{
    // From dark blue over green to dark red: nine points of Google's "turbo", straight lines between.
    private static readonly Rgb[] heat =
    [
        new(48, 18, 59), new(70, 107, 227), new(40, 187, 236), new(49, 242, 153), new(162, 252, 60), new(237, 208, 58), new(251, 128, 34), new(210, 49, 5), new(122, 4, 3),
    ];

    // Told apart by colour-blind eyes as far as ten colours can be (Okabe and Ito's eight, and two more).
    private static readonly Rgb[] clusters =
    [
        new(230, 159, 0), new(86, 180, 233), new(0, 158, 115), new(240, 228, 66), new(0, 114, 178), new(213, 94, 0), new(204, 121, 167), new(150, 110, 220), new(120, 190, 60), new(160, 160, 160),
    ];

    /// <summary>Colour of a heat from 0 to 1.</summary>
    public static Rgb Heat(float value)
    {
        float position = Math.Clamp(value, 0f, 1f) * (heat.Length - 1);
        int first = Math.Min((int)position, heat.Length - 2);
        return heat[first].Towards(heat[first + 1], position - first);
    }

    public static Rgb Cluster(int index) => clusters[index % clusters.Length];
}
