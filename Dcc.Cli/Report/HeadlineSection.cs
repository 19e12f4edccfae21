// The numbers that were asked for, then every measure beside its baselines. Read next: EvaluationTable.cs, TrainingSection.cs.
using Dcc.Data;

namespace Dcc.Cli;

internal static class HeadlineSection
{
    public static Html Of(ReportData data) => Html.Of($"""
        <section id="numbers">
        <h2>What was learnt</h2>
        {Targets(data)}{Scenes(data.Metrics)}{data.Evaluations.Select(EvaluationTable.Of)}{(data.Metrics is null && data.Evaluations.Count == 0 ? Html.Of($"<p>Nothing was evaluated. `dcc evaluate` measures a model; its JSON files in the folder of the run are shown here.</p>") : default)}
        </section>
        """);

    private static Html Targets(ReportData data) => data.Targets.Count == 0 ? default : Html.Of($"""
        <div class="tiles">
        {data.Targets.Select(Tile)}</div>
        <p class="small">Bars: the value with its 95 % interval over test scenes; <span class="key chance"></span> chance; <span class="key target"></span> what was asked for.</p>

        """);

    private static Html Scenes(SceneMetrics? metrics) => metrics is null ? default : Html.Of($"""
        <h3>Beside the baselines</h3>
        <p>All methods answered the same {3 * metrics.TestSet.ScenesPerKind} test scenes, composed of backgrounds and, where there are any, second views and later parts of recordings that training never used.
        <em>Against mean</em>, <em>paper</em> and <em>agreement</em> are three maps made from the same network. Small figures are 95 % intervals.</p>
        {BaselineTable.Of(metrics, strict: false)}
        <details>
        <summary>The strict subset: unseen photograph and unheard part of the recording</summary>
        <p>Of {metrics.TestSet.Things} things, {metrics.TestSet.StrictThings} have both a second view and a held-out part. All others were trained on the photograph or the recording they are tested with, in other scenes.</p>
        {BaselineTable.Of(metrics, strict: true)}
        </details>

        """);

    private static Html Tile(TargetView target)
    {
        bool reached = target.Result.Value >= target.Target;
        return Html.Of($"""
            <div class="tile">
            <h3>{target.Name}</h3>
            <p class="big">{100 * target.Result.Value:F1}<span class="unit"> %</span></p>
            {Bar(target)}
            <p class="verdict {(reached ? "good" : "short")}">{(reached ? Html.Of($"reached {100 * target.Target:F0}&#160;%") : Html.Of($"{100 * (target.Target - target.Result.Value):F1} points short of {100 * target.Target:F0}&#160;%"))}</p>
            <p class="small">{target.Question} Chance {100 * target.Chance:F1}&#160;%, untrained network {100 * target.Untrained:F1}&#160;%.</p>
            </div>

            """);
    }

    private static Html Bar(TargetView target) => Html.Of($"""
        <svg class="bar" viewBox="0 0 200 18" role="img" aria-label="{100 * target.Result.Value:F1} %, interval {100 * target.Result.Low:F1} to {100 * target.Result.High:F1} %">
        <rect class="track" x="0" y="6" width="200" height="6" rx="3"/><rect class="value" x="0" y="6" width="{200 * target.Result.Value:F1}" height="6" rx="3"/>
        <path class="interval" d="M{200 * target.Result.Low:F1} 9H{200 * target.Result.High:F1}M{200 * target.Result.Low:F1} 5V13M{200 * target.Result.High:F1} 5V13"/>
        <path class="chance" d="M{200 * target.Chance:F1} 2V16"/><path class="target" d="M{200 * target.Target:F1} 1V17"/>
        </svg>
        """);
}
