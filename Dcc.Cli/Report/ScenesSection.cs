// Test scenes with what the model makes of them. Read next: AnswersSection.cs.
namespace Dcc.Cli;

internal static class ScenesSection
{
    private static readonly (string Name, string Label)[] layers =
        [("against-mean", "against mean"), ("paper", "paper"), ("agreement", "agreement"), ("clusters", "clusters"), ("nothing", "nothing")];

    public static Html Of(ReportData data) => Html.Of($"""
        <section id="scenes">
        <h2>Scenes it never saw</h2>
        <p>The heat map is laid over each frame. <span class="key sounds"></span> marks the true box of what sounds, <span class="key silent"></span> that of what is silent. Below the frame lies the spectrogram, low tones at the bottom,
        tinted by the cluster that takes each part. Click it to hear the sound. The model sees each frame at {data.FrameSize} x {data.FrameSize} pixels; here it is drawn larger.</p>
        <fieldset class="chooser"><legend>Over the frames</legend>
        {layers.Select((layer, i) => Html.Of($"<label><input type=\"radio\" name=\"layer\" id=\"show-{layer.Name}\"{(i == 0 ? " checked" : "")}> {layer.Label}</label>\n"))}</fieldset>
        {data.Gallery.Select(group => Html.Of($"""
        <h3>{group.Title}</h3>
        <p>{group.Explanation}</p>
        <div class="gallery">
        {group.Scenes.Select(SceneFigure.Of)}</div>

        """))}</section>
        """);
}
