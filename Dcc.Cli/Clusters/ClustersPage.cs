// The page of `dcc clusters`: one HTML file that needs nothing else, in the report's style. Read next: MemberFigure.cs, ../Report/SceneFigure.cs.
using Dcc.Data;

namespace Dcc.Cli;

internal static class ClustersPage
{
    private static readonly (string Title, string Measure, string Explanation, Func<ClusterPortrait, IReadOnlyList<ClusterMember>> Pick)[] lists =
    [
        ("Together", "cosine", "The units whose sound and picture agree best in this cluster, by the cosine of its two centres.", portrait => portrait.Together),
        ("Seen", "share", "The frames of which it takes most.", portrait => portrait.Seen),
        ("Heard", "share", "The sounds of which it takes most.", portrait => portrait.Heard),
    ];

    public static string Write(string data, ClusterPortraits portraits, MemberFigure figure) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Clusters of {data}</title>
        <style>
        {Html.Trusted(ReportPage.Asset("report.css"))}
        </style>
        </head>
        <body>
        <header>
        <h1>Clusters of {data}</h1>
        <p class="lead">{portraits.Units:N0} units of frame and sound{(portraits.SilentUnits > 0 ? $", and {portraits.SilentUnits:N0} silent ones that count for nothing" : "")}. A cluster is a pair of prototypes, one for frames and one for sounds, that learnt to agree; nobody named it.
        A colour over frame and spectrogram shows where the cluster is. Click a spectrogram to hear it.</p>
        <nav aria-label="Clusters">{portraits.Clusters.Select(each => Html.Of($"""<a href="#cluster-{each.Cluster + 1}">Cluster {each.Cluster + 1}</a> """))}</nav>
        </header>
        <main>
        {portraits.Clusters.Select(each => Section(each, figure))}
        </main>
        <script>
        {Html.Trusted(ReportPage.Asset("report.js"))}
        </script>
        </body>
        </html>

        """).ToString();

    private static Html Section(ClusterPortrait portrait, MemberFigure figure) => Html.Of($"""
        <section id="cluster-{portrait.Cluster + 1}" class="cluster">
        <h2><span class="swatch" style="background:{ColourMap.Cluster(portrait.Cluster).Css}"></span> Cluster {portrait.Cluster + 1} <span class="small">takes {100 * portrait.PictureUse:F1} % of the frames and {100 * portrait.SoundUse:F1} % of the sounds; cosine {portrait.MeanCosine:F2} on average</span></h2>
        {lists.Select(list => Html.Of($"""
        <h3>{list.Title} <span class="small">{list.Explanation}</span></h3>
        <div class="gallery members">
        {list.Pick(portrait).Select(member => SceneFigure.Of(figure.Of(member, list.Measure)))}</div>

        """))}</section>

        """);
}
