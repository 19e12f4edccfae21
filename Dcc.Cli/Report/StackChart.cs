// Shares that sum to one, stacked, in the clusters' colours, as inline SVG. Read next: TrainingSection.cs.
namespace Dcc.Cli;

internal static class StackChart
{
    public static Html Of(string title, IReadOnlyList<(int X, float[] Shares)> points)
    {
        ChartFrame frame = new(0, points[^1].X, 1);
        return frame.Draw(title, Html.Of($"{Enumerable.Range(0, points[0].Shares.Length).Select(k => Html.Of($"""
            <polygon fill="{ColourMap.Cluster(k).Css}" points="{Edge(k, k + 1)}"><title>cluster {k + 1}</title></polygon>

            """))}"));

        // Along the lower edge from left to right, back along the upper one.
        string Edge(int lower, int upper) => string.Join(' ', points.Select(point => frame.Point(point.X, Sum(point.Shares, lower)))
            .Concat(points.Reverse().Select(point => frame.Point(point.X, Sum(point.Shares, upper)))));
    }

    private static double Sum(float[] shares, int count) => Math.Min(1, shares.Take(count).Sum());
}
