// What a folder in a published layout holds. Read next: DataSetFolder.cs, DataSetDoctor.cs.
namespace Dcc.Data;

/// <summary>The samples that a data set offers, of each kind that it has, and what its lists name but its folders lack.</summary>
public sealed record DataSetContents
{
    /// <summary>The name of the layout: "ESC-50".</summary>
    public required string Layout { get; init; }

    public required string Folder { get; init; }

    /// <summary>For `dcc evaluate sound-features`.</summary>
    public IReadOnlyList<LabelledSound> Sounds { get; init; } = [];

    /// <summary>For `dcc evaluate image-features`.</summary>
    public IReadOnlyList<LabelledPicture> Pictures { get; init; } = [];

    /// <summary>For `dcc evaluate localization`; each has its picture and its sound.</summary>
    public IReadOnlyList<BoxedPair> Boxes { get; init; } = [];

    /// <summary>Clips of video that a list names, present or not: what to download.</summary>
    public IReadOnlyList<ListedClip> Clips { get; init; } = [];

    /// <summary>Samples that a list names and that cannot be used, and why.</summary>
    public IReadOnlyList<SkippedSample> Missing { get; init; } = [];

    /// <summary>What is odd about this copy or this data set, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Samples that an evaluation will use.</summary>
    public int Usable => Sounds.Count + Pictures.Count + Boxes.Count;

    /// <summary>Every file that an evaluation will read.</summary>
    public IEnumerable<string> Files => Sounds.Select(sound => sound.Path).Concat(Pictures.Select(picture => picture.Path)).Concat(Boxes.Select(pair => pair.PicturePath)).Concat(Boxes.Select(pair => pair.SoundPath!)).Distinct();
}

/// <summary>
/// A clip of a video platform that a list names: its id there, seconds from <paramref name="Start"/> to <paramref name="End"/>, classes, and the part of the data set ("train", "test", "" where there is one).
/// </summary>
public sealed record ListedClip(string VideoId, double Start, double End, IReadOnlyList<string> Labels, string Part);
