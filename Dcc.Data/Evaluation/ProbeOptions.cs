// Choices of a linear probe that change its numbers, for sounds and pictures alike. Read next: FeatureSet.cs.
using System.Globalization;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>The first of each choice is the published protocol.</summary>
public record ProbeOptions
{
    /// <summary>Of untrained weights, random answers, random segments and the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;

    public FeaturePooling Pooling { get; init; } = FeaturePooling.Mean;

    /// <summary>Each feature minus its mean over its deviation, both of the training rows. The protocol does not.</summary>
    public bool Standardize { get; init; }

    public double C { get; init; } = LinearSvm.UsualC;

    /// <summary>What stands in for the pooling in a report.</summary>
    internal string PoolingText => Pooling switch
    {
        FeaturePooling.MeanMax => "average and maximum",
        FeaturePooling.MeanDeviation => "average and deviation",
        FeaturePooling.Blocks => "averages of all blocks up to the end",
        _ => "average",
    };

    internal string ClassifierText => string.Create(CultureInfo.InvariantCulture, $"linear SVM, squared hinge, L2, C = {C}, one-vs-rest, intercept regularised");

    internal string ScalingText => Standardize ? "standardised by the training folds" : "none";

    /// <summary>A caution to print where a solver did not end.</summary>
    internal static IEnumerable<string> Caution(bool converged) => converged ? [] : ["A classifier did not reach its tolerance: features of very different size do that; --scaling standard helps."];
}
