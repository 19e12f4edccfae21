// A curve of noisy values with its running mean, as inline SVG. Read next: StackChart.cs.
namespace Dcc.Cli;

internal static class LineChart
{
    private const double Smoothing = 0.9;

    /// <param name="title">Said by screen readers.</param>
    /// <param name="points">From left to right.</param>
    /// <param name="top">Upper end of the axis; the largest value if null.</param>
    public static Html Of(string title, IReadOnlyList<(double X, double Y)> points, double? top)
    {
        ChartFrame frame = new(0, points[^1].X, top ?? Math.Max(points.Max(point => point.Y), 1e-6));
        // Divided by the weight so far, so that the first values do not pull towards zero.
        double sum = 0, weight = 0;
        List<(double X, double Y)> smooth = [];
        foreach ((double x, double y) in points)
        {
            sum = Smoothing * sum + y;
            weight = Smoothing * weight + 1;
            smooth.Add((x, sum / weight));
        }
        return frame.Draw($"{title}: from {points[0].Y:F3} to {smooth[^1].Y:F3}", Html.Of($"""<polyline class="raw" points="{Line(points)}"/><polyline class="mean" points="{Line(smooth)}"/>"""));

        string Line(IEnumerable<(double X, double Y)> values) => string.Join(' ', values.Select(value => frame.Point(value.X, value.Y)));
    }
}
