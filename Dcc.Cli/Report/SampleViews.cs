// From a sample and what the model says of it to what the report shows of it. Read next: DemoReport.cs, PairReport.cs.
using System.Globalization;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class SampleViews(int bands)
{
    /// <summary>Bytes of all sounds of a page.</summary>
    private const long SoundBytes = 10 << 20;

    private static readonly (string Layer, HeatMapKind Kind)[] maps =
        [("against-mean", HeatMapKind.AgainstMean), ("paper", HeatMapKind.Paper), ("agreement", HeatMapKind.Agreement)];

    private readonly SoundShelf sounds = new(SoundBytes);
    private readonly Dictionary<string, (string Uri, double Aspect)> photographs = [];

    public int SoundsLeftOut => sounds.LeftOut;

    /// <summary>With all maps to choose from.</summary>
    public SceneView Answered(Analysed item)
    {
        (ReportSample sample, UnitAnalysis analysis) = item;
        string note = string.Create(CultureInfo.InvariantCulture, $"{sample.Note}{(sample.Note.Length > 0 ? "; " : "")}S\u00a0=\u00a0{analysis.Similarity:F2}");
        LayerView[] layers = [.. maps.Select(each => new LayerView(each.Layer, Images.Heat(analysis.Map(each.Kind)))), new LayerView("clusters", Images.VisualClusters(analysis.Assignments))];
        return new SceneView(sample.Title, Frame(sample, layers), Sound(item, Images.AudioClusters(analysis.Assignments)), sample.Right, note);
    }

    public BrowseItem Browsed(Analysed item) => new(Answered(item), item.Sample.Class, item.Sample.Kind, item.Cluster, item.Analysis.Similarity);

    /// <summary>As a member of a cluster: its share of frame and spectrogram.</summary>
    public SceneView Member(Analysed item, int cluster) => new(
        item.Sample.Title, Frame(item.Sample, [new LayerView("share", Images.VisualShare(item.Analysis.Assignments, cluster))]) with { Boxes = [] },
        Sound(item, Heard(item.Analysis, cluster)), null, string.Create(CultureInfo.InvariantCulture, $"cos {item.Analysis.Assignments.Cosines[cluster]:F2}"));

    /// <summary>The Euclidean profile's audio clusters are others than the visual ones, and often only one: there all are shown.</summary>
    private static string Heard(UnitAnalysis analysis, int cluster) => analysis.Assignments.AudioClusters == analysis.Assignments.Clusters ? Images.AudioShare(analysis.Assignments, cluster) : Images.AudioClusters(analysis.Assignments);

    public FrameView Frame(ReportSample sample, IReadOnlyList<LayerView> layers) => new(Photograph(sample).Uri, sample.Description, layers, sample.Boxes, Photograph(sample).Aspect);

    public SoundView Sound(Analysed item, string clusters)
    {
        ShelvedSound sound = sounds.Place(item.Sample.Key, item.Sample.Sound);
        return new SoundView(Images.Spectrogram(item.Analysis.LogMel, bands), clusters, sound, item.Sample.Sound.Seconds);
    }

    private (string Uri, double Aspect) Photograph(ReportSample sample)
    {
        if (photographs.TryGetValue(sample.Key, out (string, double) known)) return known;
        Picture picture = sample.Picture();
        return photographs[sample.Key] = (Images.Photograph(picture), (double)picture.Width / picture.Height);
    }
}
