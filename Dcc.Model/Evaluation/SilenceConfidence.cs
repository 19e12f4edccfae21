// How sure a model is that something in the picture sounds. Read next: DetectionCurve.cs, ../../docs/understanding.md.
namespace Dcc.Model;

/// <summary>Rules by which a unit's analysis becomes one confidence.</summary>
public enum ConfidenceKind
{
    /// <summary>The mean of those cosines between the two centres of a cluster that are positive, 0..1; 0 if none is.</summary>
    Positive,

    /// <summary>The largest of the cosines, -1..1.</summary>
    Top,

    /// <summary>The mean of the hottest quarter of the heat map's raw values, unbounded, as SLAVC does for its maps.</summary>
    Map,
}

/// <summary>Higher is surer. Always a finite number: digital silence gets one like any other sound, by the same rule.</summary>
public static class SilenceConfidence
{
    /// <summary>The confidence that what is heard is seen.</summary>
    /// <param name="unit">A model's analysis.</param>
    /// <param name="kind">The rule.</param>
    /// <param name="map">The heat map whose raw values <see cref="ConfidenceKind.Map"/> takes.</param>
    /// <exception cref="InvalidOperationException">The analysis is not finite.</exception>
    public static double Of(UnitAnalysis unit, ConfidenceKind kind, HeatMapKind map = HeatMapKind.AgainstMean)
    {
        double confidence = kind switch
        {
            ConfidenceKind.Positive => MeanOfPositive([.. ClusterRanking.Rank(unit).Select(each => each.Cosine)]),
            ConfidenceKind.Top => ClusterRanking.Rank(unit)[0].Cosine,
            _ => MeanOfTopQuarter(unit.Map(map).Values),
        };
        return double.IsFinite(confidence) ? confidence : throw new InvalidOperationException("The model's answer is not a number, so it has no confidence.");
    }

    /// <summary>0 if no value is positive.</summary>
    public static double MeanOfPositive(IReadOnlyList<double> values) => values.Where(value => value > 0).DefaultIfEmpty(0).Average();

    /// <summary>The mean of the largest quarter of the values, at least one of them.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static double MeanOfTopQuarter(IReadOnlyList<float> values)
    {
        if (values.Count == 0) throw new ArgumentException("A map without values has no confidence.");
        return values.OrderDescending().Take(Math.Max(1, values.Count / 4)).Average(value => (double)value);
    }
}
