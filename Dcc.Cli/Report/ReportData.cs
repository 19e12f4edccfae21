// All that the report shows, as plain records: the page can be drawn from made-up data. Read next: ReportPage.cs; DemoReport.cs fills it from a run.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed record ReportData
{
    public required string Title { get; init; }

    /// <summary>One sentence on what was trained and judged.</summary>
    public required string Lead { get; init; }

    /// <summary>Pixels a side of what the model sees.</summary>
    public required int FrameSize { get; init; }

    public required IReadOnlyList<TargetView> Targets { get; init; }
    public required SceneMetrics Metrics { get; init; }
    public required IReadOnlyList<TrainingProgress> History { get; init; }
    public required IReadOnlyList<SceneGroup> Gallery { get; init; }
    public required IReadOnlyList<AnswersView> Answers { get; init; }
    public required IReadOnlyList<ClusterView> Clusters { get; init; }
    public required IReadOnlyList<RetrievalView> Retrieval { get; init; }
    public required IReadOnlyList<FactGroup> Facts { get; init; }
}

/// <summary>A headline number: what was asked of the model, and what a guess gets.</summary>
internal sealed record TargetView(string Name, string Question, Measure Result, double Target, double Chance, double Untrained);

/// <summary>A layer over a frame that the reader can choose by its name: a heat map, the clusters. Uri is a data URI.</summary>
internal sealed record LayerView(string Name, string Uri);

/// <summary>In shares of the frame, 0 to 1.</summary>
internal sealed record BoxView(double Left, double Top, double Width, double Height, bool Sounds);

internal sealed record FrameView(string Uri, string Description, IReadOnlyList<LayerView> Layers, IReadOnlyList<BoxView> Boxes);

/// <summary>A spectrogram, the clusters over it, and the sound itself, all as data URIs.</summary>
internal sealed record SoundView(string Spectrogram, string Clusters, string Wav, double Seconds);

/// <summary>Right is absent where nothing was asked.</summary>
internal sealed record SceneView(string Title, FrameView Frame, SoundView Sound, bool? Right, string Note);

internal sealed record SceneGroup(string Title, string Explanation, IReadOnlyList<SceneView> Scenes);

/// <summary>Right and wrong answers to one question, side by side.</summary>
internal sealed record AnswersView(string Question, IReadOnlyList<SceneView> Right, IReadOnlyList<SceneView> Wrong);

/// <summary>Use is the cluster's mean share of the frames' positions.</summary>
internal sealed record ClusterView(int Index, double Use, IReadOnlyList<SceneView> Members);

internal sealed record CandidateView(FrameView Frame, string Label, float Similarity, bool IsTrue);

/// <summary>One sound, and the pictures of its group from the most similar down.</summary>
internal sealed record RetrievalView(string Label, SoundView Sound, IReadOnlyList<CandidateView> Ranked);

internal sealed record FactGroup(string Title, IReadOnlyList<Fact> Facts);

internal sealed record Fact(string Name, string Value);
