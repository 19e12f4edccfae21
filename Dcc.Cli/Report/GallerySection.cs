// Frames to browse: filtered, sorted and paged by the script; without it all are shown. Read next: AnswersSection.cs, report.js.
namespace Dcc.Cli;

internal static class GallerySection
{
    private static readonly (string Name, string Label)[] layers =
        [("against-mean", "against mean"), ("paper", "paper"), ("agreement", "agreement"), ("clusters", "clusters"), ("nothing", "nothing")];

    public static Html Of(GalleryView gallery, int frameSize) => Html.Of($"""
        <section id="gallery">
        <h2>{gallery.Title}</h2>
        <p>{gallery.Explanation} The heat map is laid over each frame. {Boxes(gallery)}Below the frame lies the spectrogram, low tones at the bottom, tinted by the cluster that takes each part. Click it to hear the sound.
        The model sees each frame at {frameSize} x {frameSize} pixels; here it is drawn larger.</p>
        <fieldset class="chooser"><legend>Over the frames</legend>
        {layers.Select((layer, i) => Html.Of($"<label><input type=\"radio\" name=\"layer\" id=\"show-{layer.Name}\"{(i == 0 ? " checked" : "")}> {layer.Label}</label>\n"))}</fieldset>
        <form class="browse" id="browse" hidden>
        <label>Find <input type="search" id="find" autocomplete="off"></label>
        {Choice("kind", "Kind", gallery.Items.Select(item => item.Kind))}{Choice("right", "Answer", gallery.Items.Select(item => item.View.Right is { } right ? right ? "right" : "wrong" : ""))}{Choice("class", "Class", gallery.Items.Select(item => item.Class).Order(StringComparer.Ordinal))}
        {Choice("cluster", "Strongest cluster", gallery.Items.Select(item => item.Cluster).Order().Select(cluster => (cluster + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)))}
        <label>Order <select id="sort"><option value="">as tested</option><option value="down">most similar first</option><option value="up">least similar first</option><option value="name">by name</option></select></label>
        </form>
        <p class="small found" id="found" role="status">{Count(gallery)}</p>
        <div class="gallery" id="items">
        {gallery.Items.Select(SceneFigure.Of)}</div>
        <nav class="pages" id="pages" aria-label="Pages of the gallery" hidden><button type="button" id="previous">← Previous</button><span id="page"></span><button type="button" id="next">Next →</button></nav>
        <p class="small" id="keys" hidden>With the keyboard: arrows go from frame to frame, Page Up and Page Down from page to page, Enter plays the sound.</p>
        </section>
        """);

    private static string Count(GalleryView gallery) => gallery.Items.Count == gallery.Of ? $"{gallery.Of} frames." : $"{gallery.Items.Count} of {gallery.Of} frames: the first ones, not chosen.";

    private static Html Boxes(GalleryView gallery) => gallery.Items.Any(item => item.View.Frame.Boxes.Count > 0)
        ? Html.Of($"<span class=\"key sounds\"></span> marks the true box of what sounds, <span class=\"key silent\"></span> that of what is silent. ")
        : default;

    /// <summary>Nothing where there is nothing to choose.</summary>
    private static Html Choice(string name, string label, IEnumerable<string> values)
    {
        string[] distinct = [.. values.Where(value => value.Length > 0).Distinct()];
        return distinct.Length < 2 ? default : Html.Of($"<label>{label} <select data-by=\"{name}\"><option value=\"\">all</option>{distinct.Select(value => Html.Of($"<option>{value}</option>"))}</select></label>\n");
    }
}
