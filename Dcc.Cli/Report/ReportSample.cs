// One pair of picture and sound as the report knows it, wherever it comes from. Read next: SampleViews.cs.
using Dcc.Model;

namespace Dcc.Cli;

/// <param name="Key">Tells samples apart.</param>
/// <param name="Title">Named for the reader; the model never sees a name.</param>
/// <param name="Class">What map and filter group by; empty if unknown.</param>
/// <param name="Kind">"one of two", "single", "pair".</param>
/// <param name="Description">What the picture shows, in words.</param>
/// <param name="Picture">As large as it is to be shown.</param>
/// <param name="Sound">One unit.</param>
/// <param name="Boxes">True ones, where they are known.</param>
/// <param name="Right">Whether the answer was right; null where nothing was asked.</param>
/// <param name="Note">Beside the similarity.</param>
internal sealed record ReportSample(
    string Key, string Title, string Class, string Kind, string Description, Func<Picture> Picture, Sound Sound, IReadOnlyList<BoxView> Boxes, bool? Right = null, string Note = "");

/// <summary>A sample and what the model says of it.</summary>
internal sealed record Analysed(ReportSample Sample, UnitAnalysis Analysis)
{
    /// <summary>The cluster whose two centres agree best.</summary>
    public int Cluster => Array.IndexOf(Analysis.Assignments.Cosines, Analysis.Assignments.Cosines.Max());
}
