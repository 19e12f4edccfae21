// Pictures and sounds on one map, each near to what the model finds like it. Read next: EmbeddingMap.cs, report.js.
using System.Text.Json.Nodes;

namespace Dcc.Cli;

internal static class EmbeddingSection
{
    public static Html Of(EmbeddingView? map, int clusters) => map is null ? default : Html.Of($"""
        <section id="map">
        <h2>Pictures and sounds on one map</h2>
        <p>The centres of {map.Pairs.Count} pictures (circles) and of their sounds (triangles), all in the same shared spaces, along the two directions in which they differ most: {100 * map.Shares[0]:F0} % and {100 * map.Shares[1]:F0} % of the variance.
        What all pictures share, and what all sounds share, is taken away first. Point at a mark, or press the arrow keys, to see which it is; its partner is joined to it by a line.</p>
        <fieldset class="chooser plain"><legend>Colour</legend><label><input type="radio" name="colour" value="class" checked> by class</label><label><input type="radio" name="colour" value="cluster"> by strongest cluster</label></fieldset>
        <div class="map">
        <svg id="plane" viewBox="0 0 640 440" tabindex="0" role="application" aria-label="Map of pictures and sounds; the arrow keys go to the nearest mark, Enter plays the sound"></svg>
        <div><div id="pointed" class="pointed" role="status"><p class="small">Nothing is pointed at.</p></div><ul class="legend" id="legend"></ul></div>
        </div>
        <script type="application/json" id="map-data">{Html.Trusted(Json(map, clusters).ToJsonString())}</script>
        </section>
        """);

    private static JsonObject Json(EmbeddingView map, int clusters) => new()
    {
        ["colours"] = new JsonArray([.. Enumerable.Range(0, Math.Max(clusters, EmbeddingMap.Classes)).Select(k => JsonValue.Create(ColourMap.Cluster(k).Css))]),
        ["classes"] = EmbeddingMap.Classes,
        ["pairs"] = new JsonArray([.. map.Pairs.Select(pair => new JsonObject
        {
            ["title"] = pair.Title, ["class"] = pair.Class, ["cluster"] = pair.Cluster, ["similarity"] = Math.Round(pair.Similarity, 3), ["thumbnail"] = pair.Thumbnail,
            ["picture"] = Point(pair.Picture), ["sound"] = Point(pair.Sound),
        })]),
    };

    private static JsonArray Point(double[] at) => [Math.Round(at[0], 4), Math.Round(at[1], 4)];
}
