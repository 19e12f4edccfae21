// All that the report shows, as plain records: the page can be drawn from made-up data. Read next: ReportPage.cs; DemoReport.cs and PairReport.cs fill it from a run.
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

    /// <summary>What was asked of the model; empty where nothing was.</summary>
    public IReadOnlyList<TargetView> Targets { get; init; } = [];

    /// <summary>Measures on composed scenes; null where there are none.</summary>
    public SceneMetrics? Metrics { get; init; }

    /// <summary>Other evaluations, each beside its baselines.</summary>
    public IReadOnlyList<EvaluationReport> Evaluations { get; init; } = [];

    public required IReadOnlyList<TrainingProgress> History { get; init; }
    public required GalleryView Gallery { get; init; }
    public IReadOnlyList<AnswersView> Answers { get; init; } = [];
    public required IReadOnlyList<ClusterView> Clusters { get; init; }
    public IReadOnlyList<RetrievalView> Retrieval { get; init; } = [];

    /// <summary>Null if there are too few samples for a map.</summary>
    public EmbeddingView? Embedding { get; init; }

    public required IReadOnlyList<FactGroup> Facts { get; init; }
}

/// <summary>A headline number: what was asked of the model, and what a guess gets.</summary>
internal sealed record TargetView(string Name, string Question, Measure Result, double Target, double Chance, double Untrained);

/// <summary>A layer over a frame that the reader can choose by its name: a heat map, the clusters. Uri is a data URI.</summary>
internal sealed record LayerView(string Name, string Uri);

/// <summary>In shares of the frame, 0 to 1.</summary>
internal sealed record BoxView(double Left, double Top, double Width, double Height, bool Sounds);

/// <summary>Aspect is width over height.</summary>
internal sealed record FrameView(string Uri, string Description, IReadOnlyList<LayerView> Layers, IReadOnlyList<BoxView> Boxes, double Aspect = 1);

/// <summary>A spectrogram, the clusters over it, and the sound itself.</summary>
internal sealed record SoundView(string Spectrogram, string Clusters, ShelvedSound Sound, double Seconds);

/// <summary>Right is absent where nothing was asked.</summary>
internal sealed record SceneView(string Title, FrameView Frame, SoundView Sound, bool? Right, string Note);

/// <summary>A scene with what the gallery filters and sorts by. Cluster counts from 0.</summary>
internal sealed record BrowseItem(SceneView View, string Class, string Kind, int Cluster, float Similarity);

/// <summary>Of is how many there were to choose from.</summary>
internal sealed record GalleryView(string Title, string Explanation, IReadOnlyList<BrowseItem> Items, int Of);

/// <summary>Right and wrong answers to one question, side by side.</summary>
internal sealed record AnswersView(string Question, IReadOnlyList<SceneView> Right, IReadOnlyList<SceneView> Wrong);

/// <summary>Use is the cluster's mean share of the frames' positions.</summary>
internal sealed record ClusterView(int Index, double Use, IReadOnlyList<SceneView> Members);

internal sealed record CandidateView(FrameView Frame, string Label, float Similarity, bool IsTrue);

/// <summary>One sound, and the pictures it was compared with, Among of them, from the most similar down: the first ones.</summary>
internal sealed record RetrievalView(string Label, SoundView Sound, IReadOnlyList<CandidateView> Ranked, int Among);

/// <summary>A picture and its sound on the map; Thumbnail is a data URI.</summary>
internal sealed record EmbeddedPair(string Title, string Class, int Cluster, float Similarity, double[] Picture, double[] Sound, string Thumbnail);

/// <summary>Shares: of the variance, along each of the two axes.</summary>
internal sealed record EmbeddingView(IReadOnlyList<EmbeddedPair> Pairs, double[] Shares);

internal sealed record FactGroup(string Title, IReadOnlyList<Fact> Facts);

internal sealed record Fact(string Name, string Value);
