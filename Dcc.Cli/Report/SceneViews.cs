// From a scene and what the model says of it to what the report shows of it. Read next: DemoReport.cs.
using System.Globalization;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>Things are named for the reader; the model never sees a name. <paramref name="draw"/> gives a scene's frame as large as it is to be shown.</summary>
internal sealed class SceneViews(SampleSet samples, int bands, Func<Scene, Picture> draw)
{
    public const string Headline = "against_mean";   // the map that right and wrong are about

    private static readonly (string Layer, HeatMapKind Kind)[] maps =
        [("against-mean", HeatMapKind.AgainstMean), ("paper", HeatMapKind.Paper), ("agreement", HeatMapKind.Agreement)];

    private readonly Dictionary<Scene, string> photographs = [];

    public string Label(SceneObject seen) => samples.Things[seen.Thing].Label.Replace('_', ' ');

    public static bool IsRight(SceneResult result)
    {
        MapResult map = result.Maps[Headline];
        return result.Scene.Kind == SceneKind.OneOfTwo ? map.OneOfTwo == 1 : map.PeakInBox >= 0.5;
    }

    /// <summary>With all maps to choose from.</summary>
    public SceneView Answered(SceneResult result, UnitAnalysis analysis)
    {
        Scene scene = result.Scene;
        string note = scene.Kind == SceneKind.OneOfTwo
            ? string.Create(CultureInfo.InvariantCulture, $"{Label(scene.Objects[1])} is silent; S = {analysis.Similarity:F2}")
            : string.Create(CultureInfo.InvariantCulture, $"S = {analysis.Similarity:F2}");
        LayerView[] layers = [.. maps.Select(each => new LayerView(each.Layer, Images.Heat(analysis.Map(each.Kind)))), new LayerView("clusters", Images.VisualClusters(analysis.Assignments))];
        return new SceneView(Title(scene), Frame(scene, layers), Sound(scene, analysis, Images.AudioClusters(analysis.Assignments)), IsRight(result), note);
    }

    /// <summary>As a member of a cluster: its share of frame and spectrogram.</summary>
    public SceneView Member(Scene scene, UnitAnalysis analysis, int cluster) => new(
        Title(scene), Frame(scene, [new LayerView("share", Images.VisualShare(analysis.Assignments, cluster))]) with { Boxes = [] },
        Sound(scene, analysis, Images.AudioShare(analysis.Assignments, cluster)), null,
        string.Create(CultureInfo.InvariantCulture, $"cos {analysis.Assignments.Cosines[cluster]:F2}"));

    public FrameView Frame(Scene scene, IReadOnlyList<LayerView> layers)
    {
        double size = scene.Size;
        return new FrameView(Photograph(scene), Describe(scene), layers,
            [.. scene.Objects.Select(o => new BoxView(o.Boxes[0].Left / size, o.Boxes[0].Top / size, o.Boxes[0].Width / size, o.Boxes[0].Height / size, o.Sounds))]);
    }

    private string Photograph(Scene scene)
    {
        if (!photographs.TryGetValue(scene, out string? uri)) photographs.Add(scene, uri = Images.Photograph(draw(scene)));
        return uri;
    }

    public SoundView Sound(Scene scene, UnitAnalysis analysis, string clusters)
    {
        Sound sound = new(scene.Waveform, samples.SampleRate);
        return new SoundView(Images.Spectrogram(analysis.LogMel, bands), clusters, Images.Wav(sound), sound.Seconds);
    }

    private string Title(Scene scene) => string.Join(" and ", scene.Objects.Where(o => o.Sounds).Select(Label));

    private string Describe(Scene scene) => $"A composed scene with {string.Join(" and ", scene.Objects.Select(o => $"{Label(o)} ({(o.Sounds ? "sounding" : "silent")}, {Place(scene, o.Boxes[0])})"))}";

    private static string Place(Scene scene, Box box)
    {
        string down = ((box.Top + box.Bottom) * 3 / (2 * scene.Size)) switch { 0 => "top", 1 => "middle", _ => "bottom" };
        string along = ((box.Left + box.Right) * 3 / (2 * scene.Size)) switch { 0 => "left", 1 => "centre", _ => "right" };
        return $"{down} {along}";
    }
}
