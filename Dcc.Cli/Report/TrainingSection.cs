// How training went, step by step. Read next: LineChart.cs, GallerySection.cs.
using Dcc.Model;

namespace Dcc.Cli;

internal static class TrainingSection
{
    public static Html Of(IReadOnlyList<TrainingProgress> history) => history.Count < 2
        ? Html.Of($"""<section id="training"><h2>Training</h2><p>Too few steps for a curve.</p></section>""")
        : Html.Of($"""
        <section id="training">
        <h2>Training</h2>
        <p>No label, box or file name entered it: the network saw frames and waveforms, and learnt to tell which belong together. Faint: single batches; strong: their running mean.</p>
        <div class="charts">
        <figure>{LineChart.Of("Loss", [.. history.Select(now => ((double)now.Step, (double)now.Loss))], top: null)}<figcaption>Loss</figcaption></figure>
        <figure>{LineChart.Of("Pair accuracy", [.. history.Select(now => ((double)now.Step, (double)now.PairAccuracy))], top: 1)}<figcaption>Pair accuracy in the training batch (chance 0.5)</figcaption></figure>
        <figure>{StackChart.Of("Use of the clusters", [.. history.Select(now => (now.Step, now.ClusterUse))])}<figcaption>Share of the frames' positions that each cluster takes</figcaption></figure>
        </div>
        </section>
        """);
}
