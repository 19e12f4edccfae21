// A frame with its layers and boxes, and the sound that belongs to it. Read next: GallerySection.cs.
namespace Dcc.Cli;

internal static class SceneFigure
{
    public static Html Of(SceneView scene) => Html.Of($"""
        <figure class="scene">
        {Content(scene)}
        </figure>

        """);

    public static Html Of(BrowseItem item) => Html.Of($"""
        <figure class="scene item" data-name="{item.View.Title}" data-class="{item.Class}" data-kind="{item.Kind}" data-cluster="{item.Cluster + 1}" data-similarity="{item.Similarity:F4}" data-right="{(item.View.Right is { } right ? right ? "right" : "wrong" : "")}">
        {Content(item.View)}
        </figure>

        """);

    private static Html Content(SceneView scene) => Html.Of($"""
        {Frame(scene.Frame)}
        {Sound(scene.Sound)}
        <figcaption><strong>{scene.Title}</strong>{Mark(scene.Right)} <span class="small">{scene.Note}</span></figcaption>
        """);

    /// <summary>The frame as wide or as high as its square place.</summary>
    public static Html Frame(FrameView frame) => Html.Of($"""
        <div class="frame"><div class="fit"{Fit(frame.Aspect)}><img src="{frame.Uri}" alt="{frame.Description}">{frame.Layers.Select(layer => Html.Of($"<img class=\"layer {layer.Name}\" src=\"{layer.Uri}\" alt=\"\">"))}<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">{frame.Boxes.Select(Box)}</svg></div></div>
        """);

    private static Html Fit(double aspect) => aspect switch
    {
        1 => default,
        > 1 => Html.Of($" style=\"aspect-ratio: {aspect:F3}; height: auto\""),
        _ => Html.Of($" style=\"aspect-ratio: {aspect:F3}; width: auto\""),
    };

    /// <summary>The script turns the player into the spectrogram itself; without it, a plain player stands below. A sound that is elsewhere in the page is named.</summary>
    public static Html Sound(SoundView sound) => Html.Of($"""
        <div class="sound"{(sound.Sound is { Id: { } id, Uri: null } ? Html.Of($" data-sound=\"{id}\"") : default)}><div class="spectrogram"><img src="{sound.Spectrogram}" alt="spectrogram of {sound.Seconds:F1} seconds"><img class="layer shares" src="{sound.Clusters}" alt=""></div>{(sound.Sound is { Id: { } own, Uri: { } uri } ? Html.Of($"<audio id=\"{own}\" controls preload=\"none\" src=\"{uri}\"></audio>") : default)}</div>
        """);

    private static Html Box(BoxView box) => Html.Of($"""<rect class="{(box.Sounds ? "sounds" : "silent")}" x="{box.Left:F4}" y="{box.Top:F4}" width="{box.Width:F4}" height="{box.Height:F4}"/>""");

    private static Html Mark(bool? right) => right switch
    {
        true => Html.Of($" <span class=\"good\">✓ right</span>"),
        false => Html.Of($" <span class=\"short\">✗ wrong</span>"),
        null => default,
    };
}
