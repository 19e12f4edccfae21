// What the readers of published data sets hand to evaluations: paths and annotations, nothing decoded yet. Read next: ../Evaluation/EvaluationReport.cs.
namespace Dcc.Data;

/// <summary>A recording with its class.</summary>
/// <param name="Id">Name that a person finds it by: its path inside the data set.</param>
/// <param name="Path">Where the file lies.</param>
/// <param name="Label">Name of its class.</param>
/// <param name="Group">What must stay together when data are split: a published fold ("1".."5"), "train" or "test", the source of a recording.</param>
/// <param name="Source">What it depends on with others of its group, where that is known: clips cut from one recording, one drum hit softly and hard. Intervals draw these together.</param>
public sealed record LabelledSound(string Id, string Path, string Label, string Group, string? Source = null);

/// <summary>
/// A picture with its classes; several where the data set marks several. <paramref name="Unknown"/> are classes that it may or may not have: it is left out when these are ranked.
/// </summary>
public sealed record LabelledPicture(string Id, string Path, IReadOnlyList<string> Labels, string Group, string? Source = null, IReadOnlyList<string>? Unknown = null);

/// <summary>
/// A rectangle that a person drew, in the units and conventions of the data set: corners in a frame of <paramref name="FrameWidth"/> x <paramref name="FrameHeight"/>. Flickr-SoundNet has
/// 1-based pixels of 256 x 256, VGG-SS and MUSIC fractions of 1 x 1. Values may lie outside the frame: VGG-SS publishes one of -2.9e16. <paramref name="Label"/> is the class of the
/// boxed object, where it is known.
/// </summary>
public sealed record AnnotatedBox(double Left, double Top, double Right, double Bottom, double FrameWidth, double FrameHeight, string? Label = null);

/// <summary>
/// A picture, the sound that goes with it, and what people boxed as its source: no box where people found none. <paramref name="SoundPath"/> is null where the file is missing;
/// <c>dcc data doctor</c> counts those. <paramref name="Label"/> is the class of the pair, where it is known. <paramref name="Silent"/> where a list says that nothing visible sounds.
/// Intervals draw pairs of one <paramref name="Source"/> together, or of one picture where that is null.
/// </summary>
public sealed record BoxedPair(string Id, string PicturePath, string? SoundPath, IReadOnlyList<AnnotatedBox> Boxes, string? Label = null, bool Silent = false, string? Source = null);
