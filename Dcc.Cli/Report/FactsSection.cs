// Configuration, versions, times: what is needed to do it again. Read next: DemoReport.cs.
namespace Dcc.Cli;

internal static class FactsSection
{
    public static Html Of(IReadOnlyList<FactGroup> groups) => Html.Of($"""
        <section id="facts">
        <h2>This run</h2>
        <div class="facts">
        {groups.Select(group => Html.Of($"""
        <div><h3>{group.Title}</h3>
        <dl>
        {group.Facts.Select(fact => Html.Of($"<dt>{fact.Name}</dt><dd>{fact.Value}</dd>\n"))}</dl></div>

        """))}</div>
        </section>
        """);
}
