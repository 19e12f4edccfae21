// Composed scenes as samples of the report. Read next: SampleViews.cs, DemoReport.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

/// <summary><paramref name="draw"/> gives a scene's frame as large as it is to be shown.</summary>
internal sealed class SceneSamples(SampleSet samples, Func<Scene, Picture> draw)
{
    public const string Headline = "against_mean";   // the map that right and wrong are about

    private readonly Dictionary<Scene, int> numbers = [];

    public string Label(SceneObject seen) => samples.Things[seen.Thing].Label.Replace('_', ' ');

    public static bool IsRight(SceneResult result)
    {
        MapResult map = result.Maps[Headline];
        return result.Scene.Kind == SceneKind.OneOfTwo ? map.OneOfTwo == 1 : map.PeakInBox >= 0.5;
    }

    public ReportSample Of(SceneResult result)
    {
        Scene scene = result.Scene;
        if (!numbers.TryGetValue(scene, out int number)) numbers.Add(scene, number = numbers.Count);
        double size = scene.Size;
        return new ReportSample($"scene{number}", string.Join(" and ", scene.Objects.Where(o => o.Sounds).Select(Label)), samples.Things[scene.Objects[0].Thing].Coarse.Replace('_', ' '),
            scene.Kind switch { SceneKind.Single => "single", SceneKind.Both => "both", _ => "one of two" }, Describe(scene), () => draw(scene), new Sound(scene.Waveform, samples.SampleRate),
            [.. scene.Objects.Select(o => new BoxView(o.Boxes[0].Left / size, o.Boxes[0].Top / size, o.Boxes[0].Width / size, o.Boxes[0].Height / size, o.Sounds))],
            IsRight(result), scene.Kind == SceneKind.OneOfTwo ? $"{Label(scene.Objects[1])} is silent" : "");
    }

    private string Describe(Scene scene) => $"A composed scene with {string.Join(" and ", scene.Objects.Select(o => $"{Label(o)} ({(o.Sounds ? "sounding" : "silent")}, {Place(scene, o.Boxes[0])})"))}";

    private static string Place(Scene scene, Box box)
    {
        string down = ((box.Top + box.Bottom) * 3 / (2 * scene.Size)) switch { 0 => "top", 1 => "middle", _ => "bottom" };
        string along = ((box.Left + box.Right) * 3 / (2 * scene.Size)) switch { 0 => "left", 1 => "centre", _ => "right" };
        return $"{down} {along}";
    }
}
