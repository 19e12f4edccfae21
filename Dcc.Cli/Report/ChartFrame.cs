// Axes and ticks of a small chart. Read next: LineChart.cs, StackChart.cs.
using System.Globalization;

namespace Dcc.Cli;

/// <summary>Maps values to a drawing of 360 x 200, x from <paramref name="Left"/> to <paramref name="Right"/>, y from 0 to <paramref name="Top"/>.</summary>
internal sealed record ChartFrame(double Left, double Right, double Top)
{
    private const double Width = 360, Height = 200, MarginLeft = 40, MarginBottom = 24, Margin = 8;

    public double X(double value) => MarginLeft + (value - Left) / Math.Max(Right - Left, 1e-12) * (Width - MarginLeft - Margin);

    public double Y(double value) => Height - MarginBottom - Math.Clamp(value / Top, 0, 1) * (Height - MarginBottom - Margin);

    public string Point(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{X(x):F1},{Y(y):F1}");

    public Html Draw(string title, Html content) => Html.Of($"""
        <svg class="chart" viewBox="0 0 {Width:F0} {Height:F0}" role="img" aria-label="{title}">
        {Ticks(0, Top, 4).Select(tick => Html.Of($"<path class=\"grid\" d=\"M{MarginLeft:F0} {Y(tick):F1}H{Width - Margin:F0}\"/><text class=\"tick\" x=\"{MarginLeft - 6:F0}\" y=\"{Y(tick) + 3.5:F1}\" text-anchor=\"end\">{tick:0.###}</text>"))}
        {Ticks(Left, Right, 4).Select(tick => Html.Of($"<text class=\"tick\" x=\"{X(tick):F1}\" y=\"{Height - 6:F0}\" text-anchor=\"middle\">{tick:0.###}</text>"))}
        {content}
        </svg>
        """);

    /// <summary>Round numbers, 1, 2 or 5 times a power of ten apart, within the range.</summary>
    internal static IEnumerable<double> Ticks(double low, double high, int about)
    {
        double raw = Math.Max(high - low, 1e-9) / about, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        for (double tick = Math.Ceiling(low / step) * step; tick <= high + 1e-9 * step; tick += step) yield return tick;
    }
}
