// Heat over the frames of a video, fast enough for every frame. Read next: HeatVideoRenderer.cs.
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>Cold places keep their picture; the hotter, the less of it is seen.</summary>
internal static class HeatOverlay
{
    private const float Densest = 0.7f;
    private const int Steps = 256;

    private static readonly (int R, int G, int B, int Opacity)[] colours = [.. Enumerable.Range(0, Steps).Select(i =>
    {
        float heat = i / (Steps - 1f);
        Rgb colour = ColourMap.Heat(heat);
        return ((int)colour.R, (int)colour.G, (int)colour.B, (int)MathF.Round(256 * Opacity(heat)));
    })];

    /// <summary>Rises slowly, then fast, then slowly: what is just above the middle of a video shows as a tint.</summary>
    public static float Opacity(float heat) => Densest * heat * heat * (3 - 2 * heat);

    /// <summary>Copies the frame to the top left of the canvas and mixes the heat in, bilinear between the positions of the map.</summary>
    /// <param name="frame">A frame no larger than the canvas.</param>
    /// <param name="heat">0..1.</param>
    /// <param name="canvas">Is drawn on.</param>
    public static void Draw(Picture frame, HeatMap heat, Canvas canvas)
    {
        (int First, int Second, float Between)[] along = Neighbours(frame.Width, heat.Width), down = Neighbours(frame.Height, heat.Height);
        Parallel.For(0, frame.Height, y =>
        {
            ReadOnlySpan<byte> from = frame.Rgb.AsSpan(3 * y * frame.Width, 3 * frame.Width);
            Span<byte> to = canvas.Rgb.AsSpan(3 * y * canvas.Width, 3 * frame.Width);
            Span<float> row = stackalloc float[heat.Width];
            (int top, int bottom, float between) = down[y];
            for (int i = 0; i < row.Length; i++) row[i] = heat.Values[top * heat.Width + i] * (1 - between) + heat.Values[bottom * heat.Width + i] * between;
            for (int x = 0; x < frame.Width; x++)
            {
                (int left, int right, float share) = along[x];
                (int r, int g, int b, int opacity) = colours[(int)((row[left] * (1 - share) + row[right] * share) * (Steps - 1) + 0.5f)];
                to[3 * x] = (byte)(from[3 * x] + (r - from[3 * x]) * opacity / 256);
                to[3 * x + 1] = (byte)(from[3 * x + 1] + (g - from[3 * x + 1]) * opacity / 256);
                to[3 * x + 2] = (byte)(from[3 * x + 2] + (b - from[3 * x + 2]) * opacity / 256);
            }
        });
    }

    /// <summary>As <see cref="HeatMap.Resize"/> does it.</summary>
    private static (int, int, float)[] Neighbours(int count, int sourceCount) => [.. Enumerable.Range(0, count).Select(index =>
    {
        float position = Math.Max(0f, (index + 0.5f) * sourceCount / count - 0.5f);
        int first = Math.Min((int)position, sourceCount - 1);
        return (first, Math.Min(first + 1, sourceCount - 1), position - first);
    })];
}
