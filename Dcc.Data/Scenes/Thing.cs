// A thing that can be seen and heard. Read next: SampleSet.cs.
namespace Dcc.Data;

/// <summary>
/// One recording and the photographs of what makes it. Names and classes serve grouping, evaluation and reports; they never reach training,
/// which sees frames and waveforms alone.
/// </summary>
public sealed class Thing
{
    internal Thing(string label, string coarse, Recording recording, IReadOnlyList<Stamp> mainViews, IReadOnlyList<Stamp> secondViews)
    {
        if (mainViews.Count == 0) throw new DataException($"{label} has no photograph with view \"main\"; training needs one.");
        Label = label;
        Coarse = coarse;
        Recording = recording;
        MainViews = mainViews;
        SecondViews = secondViews;
    }

    /// <summary>What it is, for example "frog".</summary>
    public string Label { get; }

    /// <summary>Its coarse class, for example "bird".</summary>
    public string Coarse { get; }

    /// <summary>Test scenes show it in a photograph that no training scene shows.</summary>
    public bool HasSecondView => SecondViews.Count > 0;

    /// <summary>Test scenes play a part of its recording that no training scene plays.</summary>
    public bool HasHeldOutSound => Recording.IsSplit;

    /// <summary>Both of the above: the strict subset of the evaluation.</summary>
    public bool IsStrict => HasSecondView && HasHeldOutSound;

    internal Recording Recording { get; }
    internal IReadOnlyList<Stamp> MainViews { get; }
    internal IReadOnlyList<Stamp> SecondViews { get; }

    internal IReadOnlyList<Stamp> Views(SceneSplit split) => split == SceneSplit.Test && HasSecondView ? SecondViews : MainViews;
    internal Recording.Part Sound(SceneSplit split) => split == SceneSplit.Test ? Recording.Test : Recording.Training;
}
