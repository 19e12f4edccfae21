// Chooses what of a run on composed scenes the report shows. Read next: ReportPage.cs, PairReport.cs.
using System.Globalization;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class DemoReport
{
    private const int PerKind = 36, PerSide = 4, Members = 6, Retrievals = 4, Ranked = 8, Chunk = 64;
    private const int ShownSize = 208;   // pixels a side: frames are drawn again for the reader, larger than the model sees them

    private readonly DemoRun run;
    private readonly SceneSamples samples;
    private readonly SampleViews views;
    private readonly Analysed[] single, oneOfTwo;

    private DemoReport(DemoRun run)
    {
        this.run = run;
        SceneRedraw redraw = new(run.Tests, run.TestSeed, SampleSet.Load(run.SampleFolder, Math.Max(ShownSize, run.Tests.Samples.FrameSize), run.Tests.Samples.SampleRate));
        Dictionary<Scene, (SceneKind Kind, int Index)> places = [];
        foreach (IReadOnlyList<Scene> kind in new[] { run.Tests.Single, run.Tests.OneOfTwo })
            for (int i = 0; i < kind.Count; i++) places.Add(kind[i], (kind[i].Kind, i));
        samples = new SceneSamples(run.Tests.Samples, scene => redraw.Draw(places[scene].Kind, places[scene].Index));
        views = new SampleViews(run.Model.Options.LogMel.Bands);
        single = Analyze(run.Tests.Single, run.Evaluation.Results);
        oneOfTwo = Analyze(run.Tests.OneOfTwo, run.Evaluation.Results.Skip(run.Tests.Single.Count + run.Tests.Both.Count));
    }

    public static string Write(DemoRun run) => ReportPage.Write(new DemoReport(run).Data());

    private ReportData Data() => new()
    {
        Title = "Which of them makes that sound?",
        Lead = $"A network of {run.Model.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)} parameters watched composed scenes and listened for {Minutes(run.Result.Seconds)}, with nobody telling it what was in them. This page shows what it made of scenes it had never met.",
        FrameSize = run.Model.Options.FrameSize,
        Targets = [.. DemoTarget.All.Select(Target)],
        Metrics = run.Evaluation.Metrics,
        History = run.Result.History,
        Gallery = new GalleryView("Scenes it never saw",
            "One of two: both things are visible, one is heard, and the map should be warmer in its box; a map that finds any pasted thing is right half of the time. Single: the hottest point should lie inside the box. Each thing is heard once of each kind.",
            [.. Distinct(oneOfTwo).Take(PerKind).Concat(Distinct(single).Take(PerKind)).Select(views.Browsed)], single.Length + oneOfTwo.Length),
        Answers =
        [
            Sides("One of two: is the map warmer in the box of what sounds?", oneOfTwo),
            Sides("A single thing: is the hottest point inside its box?", single),
        ],
        Clusters = [.. Enumerable.Range(0, run.Model.Options.Clusters).Select(Cluster)],
        Retrieval = [.. Enumerable.Range(0, Math.Min(Retrievals, run.Tests.Single.Count / SceneTestSet.GroupSize)).Select(Retrieval)],
        Embedding = EmbeddingMap.Of(single, run.Model.Options),
        Facts = ReportFacts.Of(run),
    };

    private TargetView Target(DemoTarget target)
    {
        SceneMetrics metrics = run.Evaluation.Metrics;
        return new TargetView(target.Name, target.Question, target.Pick(metrics.Model)!, target.Target, target.ChanceIn(metrics.TestSet), target.Pick(metrics.Baselines["untrained"])?.Value ?? target.Chance);
    }

    /// <summary>In the order of the test set, each sounding thing once.</summary>
    private static IEnumerable<Analysed> Distinct(IEnumerable<Analysed> items) => items.DistinctBy(item => item.Sample.Title);

    private AnswersView Sides(string question, IEnumerable<Analysed> items)
    {
        ILookup<bool, Analysed> sides = items.ToLookup(item => item.Sample.Right == true);
        return new AnswersView(question, [.. Distinct(sides[true]).Take(PerSide).Select(views.Answered)], [.. Distinct(sides[false]).Take(PerSide).Select(views.Answered)]);
    }

    /// <summary>The single scenes whose two centres agree best in this cluster, each thing once.</summary>
    private ClusterView Cluster(int k)
    {
        IEnumerable<Analysed> members = Distinct(single.OrderByDescending(item => item.Analysis.Assignments.Cosines[k])).Take(Members);
        return new ClusterView(k, single.Average(item => VisualShare(item.Analysis.Assignments, k)), [.. members.Select(item => views.Member(item, k))]);
    }

    /// <summary>The mean share of a cluster over a unit's positions.</summary>
    internal static double VisualShare(UnitAssignments assignments, int k)
    {
        int positions = assignments.Frames * assignments.MapHeight * assignments.MapWidth;
        return assignments.Visual.AsSpan(k * positions, positions).ToArray().Average();
    }

    /// <summary>The first sound of a group against all its pictures.</summary>
    private RetrievalView Retrieval(int group)
    {
        int asked = group * SceneTestSet.GroupSize;
        IEnumerable<CandidateView> ranked = Enumerable.Range(asked, SceneTestSet.GroupSize)
            .Select(i => new { Index = i, Similarity = Dot(single[asked].Analysis.AudioCentres, single[i].Analysis.VisualCentres) })
            .OrderByDescending(each => each.Similarity).Take(Ranked)
            .Select(each => new CandidateView(views.Frame(single[each.Index].Sample, []) with { Boxes = [] }, single[each.Index].Sample.Title, each.Similarity, each.Index == asked));
        return new RetrievalView(single[asked].Sample.Title, views.Sound(single[asked], Images.AudioClusters(single[asked].Analysis.Assignments)), [.. ranked], SceneTestSet.GroupSize);
    }

    private static float Dot(float[] a, float[] b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private Analysed[] Analyze(IReadOnlyList<Scene> scenes, IEnumerable<SceneResult> results) =>
        [.. scenes.Chunk(Chunk).SelectMany(chunk => run.Model.Analyze(SceneTestSet.Batch(chunk))).Zip(results, (analysis, result) => new Analysed(samples.Of(result), analysis))];

    internal static string Minutes(double seconds) => seconds < 90 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} seconds") : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F1} minutes");
}
