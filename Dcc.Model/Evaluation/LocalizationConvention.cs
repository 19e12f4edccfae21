// From a heat map to a predicted set of pixels: every convention in use, by name. Results of different conventions cannot be compared. Read next: LocalizationMetrics.cs.
namespace Dcc.Model;

/// <summary>Which pixels of the enlarged, stretched map are predicted. N is the number of pixels.</summary>
public enum BinarizationRule
{
    /// <summary>map &gt; the value at index N/2 of the sorted map: the top half; fewer with ties.</summary>
    AboveMedian,

    /// <summary>map &gt;= that value: more with ties.</summary>
    AtLeastMedian,

    /// <summary>map &gt;= level.</summary>
    AtLeastLevel,

    /// <summary>map &gt; the value at index N - c of the sorted map, c the pixels that the truth covers (N/2 if it covers none): the size of the answer is given away.</summary>
    CoveredArea,

    /// <summary>map / max &gt;= level.</summary>
    AtLeastShareOfMax,

    /// <summary>map &gt; level * max.</summary>
    AboveShareOfMax,
}

/// <summary>
/// One published way to turn a heat map into pixels. The map is enlarged bilinearly to <paramref name="Size"/> and stretched to 0..1 first; a flat map stays as it is, as in the released codes.
/// </summary>
/// <param name="Name">What a user selects it by.</param>
/// <param name="Size">Side of the square map on which areas are counted, pixels.</param>
/// <param name="Boxes">How boxes become pixels.</param>
/// <param name="AlignCorners">Corner pixels of both maps coincide (PyTorch's align_corners); otherwise pixel centres at halves, as in OpenCV.</param>
/// <param name="Rule">Which pixels are predicted.</param>
/// <param name="Level">The rule's level, where it has one.</param>
public sealed record LocalizationConvention(string Name, int Size, BoxRule Boxes, bool AlignCorners, BinarizationRule Rule, double Level = 0)
{
    /// <summary>Every convention by its name.</summary>
    public static IReadOnlyDictionary<string, LocalizationConvention> All { get; } = new LocalizationConvention[]
    {
        new("lvs", 224, BoxRule.Scaled, AlignCorners: false, BinarizationRule.AboveMedian),
        new("ez-vsl", 224, BoxRule.Scaled, AlignCorners: true, BinarizationRule.AtLeastMedian),
        new("slavc-relative", 224, BoxRule.Scaled, AlignCorners: true, BinarizationRule.AtLeastMedian),
        new("slavc-absolute", 224, BoxRule.Scaled, AlignCorners: true, BinarizationRule.AtLeastLevel, 0.5),
        new("adaptive", 224, BoxRule.Scaled, AlignCorners: false, BinarizationRule.CoveredArea),
        new("coarse-to-fine", 256, BoxRule.OneBased, AlignCorners: false, BinarizationRule.AtLeastShareOfMax, 0.1),
        new("dsol", 224, BoxRule.Scaled, AlignCorners: false, BinarizationRule.AboveShareOfMax, 0.1),
        new("dsol-classwise", 224, BoxRule.Scaled, AlignCorners: false, BinarizationRule.AboveShareOfMax, 0.5),
    }.ToDictionary(convention => convention.Name);

    /// <summary>The ground truth at this convention's size.</summary>
    public float[] Truth(IEnumerable<FrameBox> boxes, TruthRule rule) => ConsensusMap.Of(boxes, Size, Boxes, rule);

    /// <summary>The predicted pixels, [Size * Size] row by row. <paramref name="truth"/> is asked for its area by <see cref="BinarizationRule.CoveredArea"/> alone.</summary>
    /// <exception cref="ArgumentException">The map holds NaN or infinity: nothing can be predicted from it.</exception>
    public bool[] Predict(HeatMap map, ReadOnlySpan<float> truth)
    {
        if (!map.Values.All(float.IsFinite)) throw new ArgumentException("The heat map holds NaN or infinity: the model diverged on this sample; take an earlier checkpoint.");
        float[] values = Stretched(map.Resize(Size, Size, AlignCorners).Values);
        float max = values.Max();
        return Rule switch
        {
            BinarizationRule.AboveMedian => Above(values, Sorted(values)[values.Length / 2]),
            BinarizationRule.AtLeastMedian => AtLeast(values, Sorted(values)[values.Length / 2]),
            BinarizationRule.AtLeastLevel => AtLeast(values, Level),
            BinarizationRule.CoveredArea => Above(values, Sorted(values)[values.Length - Covered(truth, values.Length)]),
            BinarizationRule.AtLeastShareOfMax => max > 0 ? AtLeast(values, Level * max) : new bool[values.Length],
            _ => Above(values, Level * max),
        };
    }

    /// <summary>How sure the map is that something sounds: the mean of the hottest quarter of its raw values at this convention's size, as SLAVC has it. Not bounded.</summary>
    public double Confidence(HeatMap map) => SilenceConfidence.MeanOfTopQuarter(map.Resize(Size, Size, AlignCorners).Values);

    private static float[] Stretched(float[] values)
    {
        float low = values.Min(), range = values.Max() - low;
        return range > 0 ? Array.ConvertAll(values, value => (value - low) / range) : values;
    }

    private static float[] Sorted(float[] values)
    {
        float[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted;
    }

    private static int Covered(ReadOnlySpan<float> truth, int pixels)
    {
        if (truth.Length != pixels) throw new ArgumentException($"The truth has {truth.Length} pixels, this convention's maps have {pixels}: make it with Truth.");
        int covered = truth.Length - truth.Count(0f);
        return covered > 0 ? covered : pixels / 2;
    }

    private static bool[] Above(float[] values, double level) => Array.ConvertAll(values, value => value > level);
    private static bool[] AtLeast(float[] values, double level) => Array.ConvertAll(values, value => value >= level);
}
