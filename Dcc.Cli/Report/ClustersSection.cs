// What each cluster stands for, shown by its strongest members. Read next: RetrievalSection.cs.
namespace Dcc.Cli;

internal static class ClustersSection
{
    public static Html Of(IReadOnlyList<ClusterView> clusters) => Html.Of($"""
        <section id="clusters">
        <h2>The clusters</h2>
        <p>Each cluster is a pair of prototypes, one for frames and one for sounds, that learnt to agree. Shown are the samples in which the two agree best, with the share the cluster takes of frame and spectrogram.
        The names are for the reader; the model knows none.</p>
        {clusters.Select(cluster => Html.Of($"""
        <article class="cluster">
        <h3><span class="swatch" style="background:{ColourMap.Cluster(cluster.Index).Css}"></span> Cluster {cluster.Index + 1} <span class="small">takes {100 * cluster.Use:F1} % of the frames</span></h3>
        <div class="gallery members">
        {cluster.Members.Select(SceneFigure.Of)}</div>
        </article>

        """))}</section>
        """);
}
