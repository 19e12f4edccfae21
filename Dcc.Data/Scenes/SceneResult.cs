// What a method answered on one scene: for reports that show right and wrong answers. Read next: SceneEvaluation.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>One map on one scene.</summary>
/// <param name="Map">As the method made it; <see cref="HeatMap.Resize"/> brings it to the frame's size.</param>
/// <param name="PeakInBox">Share of the enlarged map's peaks inside a sounding object's box.</param>
/// <param name="BoxMeans">Mean of the enlarged map in each object's box.</param>
/// <param name="OneOfTwo">1 if the sounding box has the larger mean, 0.5 for a tie, else 0; absent unless one of two objects sounds.</param>
public sealed record MapResult(HeatMap Map, double PeakInBox, IReadOnlyList<double> BoxMeans, double? OneOfTwo);

/// <summary>One scene.</summary>
/// <param name="Scene">The scene itself.</param>
/// <param name="Maps">By the rule of making maps.</param>
/// <param name="Similarity">S of its own sound and picture; absent for methods without one.</param>
/// <param name="PairScore">Share of mismatched pictures less similar to its sound.</param>
/// <param name="RetrievedPicture">On single scenes: index in <see cref="SceneTestSet.Single"/> of the picture of its group most similar to its sound.</param>
/// <param name="RetrievedSound">On single scenes: index of the sound of its group most similar to its picture.</param>
public sealed record SceneResult(Scene Scene, IReadOnlyDictionary<string, MapResult> Maps, float? Similarity, double? PairScore, int? RetrievedPicture, int? RetrievedSound);
