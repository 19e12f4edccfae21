// What the max-margin loss compares. Read next: MaxMargin.Reference.cs.
namespace Dcc.Kernels;

/// <summary>Who looks for its partner among the batch.</summary>
public enum MaxMarginAnchors
{
    /// <summary>Every sound and every picture.</summary>
    Both,
    /// <summary>Every sound, among the pictures: along a row.</summary>
    Sound,
    /// <summary>Every picture, among the sounds: down a column, as in the published code.</summary>
    Image,
}

/// <summary>Which of an anchor's mismatched partners count.</summary>
public enum MaxMarginNegatives
{
    All,
    /// <summary>Only the most similar one (ties: the lowest index).</summary>
    Hardest,
}

/// <summary>Options of the loss over a whole batch.</summary>
public readonly record struct MaxMarginOptions(float Margin, MaxMarginAnchors Anchors = MaxMarginAnchors.Both, MaxMarginNegatives Negatives = MaxMarginNegatives.All)
{
    public bool UsesSounds => Anchors != MaxMarginAnchors.Image;

    public bool UsesImages => Anchors != MaxMarginAnchors.Sound;

    /// <summary>Number of terms that the loss averages, and of comparisons that the pair accuracy does.</summary>
    public (double Terms, double Comparisons) Counts(int batch)
    {
        double anchors = (UsesSounds ? batch : 0.0) + (UsesImages ? batch : 0.0);
        return (Negatives == MaxMarginNegatives.All ? anchors * (batch - 1) : anchors, anchors * (batch - 1));
    }

    public void Validate(int batch)
    {
        if (batch < 2) throw new ArgumentException($"MaxMargin: a batch of {batch} has no mismatched pair. Use at least 2.");
        if (!float.IsFinite(Margin) || Margin < 0) throw new ArgumentException($"MaxMargin: the margin is {Margin}, it must be 0 or more.");
    }
}
