// Several sources at once: is each class found in its own place, and is what is silent left dark? Read next: LocalizationMetrics.cs.
namespace Dcc.Model;

/// <summary>Class-aware measures of Hu et al., "Discriminative Sounding Objects Localization" (NeurIPS 2020), by their released evaluation code.</summary>
public static class MultiSourceMetrics
{
    /// <summary>A map is silent at a pixel where its value is at most this.</summary>
    public const float SilentLevel = 0.2f;

    /// <summary>How a class's map becomes pixels.</summary>
    public static LocalizationConvention Convention { get; } = LocalizationConvention.All["dsol-classwise"];

    /// <summary>The union of a class's boxes, as <see cref="ClassIou(HeatMap, float[])"/> takes it.</summary>
    public static float[] Truth(IEnumerable<FrameBox> boxes) => Convention.Truth(boxes, TruthRule.Union);

    /// <summary>IoU of one class: the union of its boxes against its map, binarised at half of its maximum.</summary>
    public static double ClassIou(HeatMap map, IEnumerable<FrameBox> boxes) => ClassIou(map, Truth(boxes));

    /// <summary>The same with the union of the boxes at hand, for many maps of one class.</summary>
    public static double ClassIou(HeatMap map, float[] truth) => LocalizationMetrics.ConsensusIou(Convention.Predict(map, truth), truth);

    /// <summary>
    /// Mean over the classes that sound of <see cref="ClassIou(HeatMap, IEnumerable{FrameBox})"/>; a class without a cluster, or whose boxes cover no pixel while its map is dark, scores 0. NaN if nothing sounds.
    /// </summary>
    /// <param name="maps">A map per cluster.</param>
    /// <param name="sounding">For each sounding class its cluster, -1 for none, and its boxes.</param>
    public static double ClassAwareIou(IReadOnlyList<HeatMap> maps, IReadOnlyList<(int Cluster, IReadOnlyList<FrameBox> Boxes)> sounding) =>
        sounding.Count == 0 ? double.NaN : sounding.Average(one => one.Cluster >= 0 && ClassIou(maps[one.Cluster], one.Boxes) is double iou and >= 0 ? iou : 0);

    /// <summary>
    /// No-sounding accuracy: mean over silent classes of the share of pixels, at the convention's size, where the map of the class is at most <see cref="SilentLevel"/>. Maps are in 0..1 and are not
    /// stretched. NaN without silent classes.
    /// </summary>
    public static double NoSoundingAccuracy(IReadOnlyList<HeatMap> maps, IReadOnlyList<int> silentClusters) => silentClusters.Count == 0
        ? double.NaN
        : silentClusters.Average(cluster => LocalizationMetrics.SilentArea(maps[cluster].Resize(Convention.Size, Convention.Size, Convention.AlignCorners).Values, SilentLevel));
}
