// Every method by every measure. Read next: HeadlineSection.cs, which shows it.
using Dcc.Data;

namespace Dcc.Cli;

internal static class BaselineTable
{
    private static readonly Dictionary<string, string> names = new()
    {
        ["untrained"] = "Untrained network", ["fixed_best"] = "Best fixed point", ["fixed_centre"] = "Centre of the frame", ["all_ones"] = "All ones", ["random"] = "Random",
    };

    /// <param name="metrics">What was measured.</param>
    /// <param name="strict">Only scenes of the strict subset.</param>
    public static Html Of(SceneMetrics metrics, bool strict) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="All methods"><table>
        <thead><tr><th scope="col">method</th><th scope="col">map</th><th scope="col">one of two</th><th scope="col">peak in box</th><th scope="col">sound finds picture</th><th scope="col">picture finds sound</th><th scope="col">pair accuracy</th></tr></thead>
        <tbody>
        {Rows("Trained network", metrics.Model, strict, "best")}{names.Where(name => metrics.Baselines.ContainsKey(name.Key)).Select(name => Rows(name.Value, metrics.Baselines[name.Key], strict, ""))}</tbody>
        </table></div>
        """);

    private static Html Rows(string name, MethodMetrics method, bool strict, string kind)
    {
        int count = method.Maps.Count;
        return Html.Of($"{method.Maps.Select((map, i) => Html.Of($"""
            <tr class="{kind}">{(i == 0 ? Html.Of($"<th scope=\"rowgroup\" rowspan=\"{count}\">{name}</th>") : default)}<td>{(map.Key == "map" ? "" : map.Key.Replace('_', ' '))}</td>{Cell(map.Value.OneOfTwo, strict, 1)}{Cell(map.Value.PeakInBox, strict, 1)}{(i == 0 ? Html.Of($"{Cell(method.SoundToPicture, strict, count)}{Cell(method.PictureToSound, strict, count)}{Cell(method.PairAccuracy, strict, count)}") : default)}</tr>

            """))}");
    }

    private static Html Cell(Measure? measure, bool strict, int rows)
    {
        Measure? shown = strict ? measure?.Strict : measure;
        Html span = rows > 1 ? Html.Of($" rowspan=\"{rows}\"") : default;
        return shown is null
            ? Html.Of($"<td class=\"none\"{span}>–</td>")
            : Html.Of($"<td class=\"number\"{span}>{shown.Value:F3} <small>{shown.Low:F2}–{shown.High:F2}</small></td>");
    }
}
