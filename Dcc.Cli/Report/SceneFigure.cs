// A frame with its layers and boxes, and the sound that belongs to it. Read next: ScenesSection.cs.
namespace Dcc.Cli;

internal static class SceneFigure
{
    public static Html Of(SceneView scene) => Html.Of($"""
        <figure class="scene">
        {Frame(scene.Frame)}
        {Sound(scene.Sound)}
        <figcaption><strong>{scene.Title}</strong>{Mark(scene.Right)} <span class="small">{scene.Note}</span></figcaption>
        </figure>

        """);

    public static Html Frame(FrameView frame) => Html.Of($"""
        <div class="frame"><img src="{frame.Uri}" alt="{frame.Description}">{frame.Layers.Select(layer => Html.Of($"<img class=\"layer {layer.Name}\" src=\"{layer.Uri}\" alt=\"\">"))}<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">{frame.Boxes.Select(Box)}</svg></div>
        """);

    /// <summary>The script turns the player into the spectrogram itself; without it, a plain player stands below.</summary>
    public static Html Sound(SoundView sound) => Html.Of($"""
        <div class="sound"><div class="spectrogram"><img src="{sound.Spectrogram}" alt="spectrogram of {sound.Seconds:F1} seconds"><img class="layer shares" src="{sound.Clusters}" alt=""></div><audio controls preload="none" src="{sound.Wav}"></audio></div>
        """);

    private static Html Box(BoxView box) => Html.Of($"""<rect class="{(box.Sounds ? "sounds" : "silent")}" x="{box.Left:F4}" y="{box.Top:F4}" width="{box.Width:F4}" height="{box.Height:F4}"/>""");

    private static Html Mark(bool? right) => right switch
    {
        true => Html.Of($" <span class=\"good\">✓ right</span>"),
        false => Html.Of($" <span class=\"short\">✗ wrong</span>"),
        null => default,
    };
}
