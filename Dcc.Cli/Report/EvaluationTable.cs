// Any evaluation beside its baselines. Read next: HeadlineSection.cs.
using Dcc.Data;

namespace Dcc.Cli;

internal static class EvaluationTable
{
    public static Html Of(EvaluationReport report) => Html.Of($"""
        <h3>{report.Task}</h3>
        <p>{report.Samples} samples of {report.Data}.</p>
        <div class="scroll" tabindex="0" role="region" aria-label="{report.Task}"><table>
        <thead><tr><th scope="col">method</th>{report.Methods[0].Scores.Select(score => Html.Of($"<th scope=\"col\">{score.Name}</th>"))}</tr></thead>
        <tbody>
        {report.Methods.Select((method, i) => Html.Of($"<tr class=\"{(i == 0 ? "best" : "")}\"><th scope=\"row\">{method.Method}</th>{report.Methods[0].Scores.Select(wanted => Cell(method.Scores.FirstOrDefault(score => score.Name == wanted.Name)))}</tr>\n"))}</tbody>
        </table></div>
        {report.Notes.Select(note => Html.Of($"<p class=\"small\">{note}</p>\n"))}
        """);

    private static Html Cell(Score? score) => score is null
        ? Html.Of($"<td class=\"none\">–</td>")
        : Html.Of($"<td class=\"number\">{score.Value:F3}{(double.IsNaN(score.Low) || score.Low == score.High ? default : Html.Of($" <small>{score.Low:F2}–{score.High:F2}</small>"))}</td>");
}
