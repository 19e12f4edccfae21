// Right and wrong answers side by side. Read next: ClustersSection.cs.
namespace Dcc.Cli;

internal static class AnswersSection
{
    public static Html Of(IReadOnlyList<AnswersView> answers) => answers.Count == 0 ? default : Html.Of($"""
        <section id="answers">
        <h2>Right and wrong</h2>
        <p>The first answers of each kind in the order of the test set, not the best or the worst.</p>
        {answers.Select(answer => Html.Of($"""
        <h3>{answer.Question}</h3>
        <div class="sides">
        {Side("Right", answer.Right)}{Side("Wrong", answer.Wrong)}</div>

        """))}</section>
        """);

    private static Html Side(string title, IReadOnlyList<SceneView> scenes) => Html.Of($"""
        <div><h4>{title}</h4>
        {(scenes.Count == 0 ? Html.Of($"<p class=\"small\">None in the test set.</p>") : Html.Of($"<div class=\"gallery\">\n{scenes.Select(SceneFigure.Of)}</div>"))}
        </div>

        """);
}
