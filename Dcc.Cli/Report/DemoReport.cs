// Chooses what of a demo run the report shows. Read next: ReportPage.cs.
using System.Globalization;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class DemoReport
{
    private const int PerGallery = 10, PerSide = 4, Members = 6, Retrievals = 4, Ranked = 8, Chunk = 64;
    private const int ShownSize = 208;   // pixels a side: frames are drawn again for the reader, larger than the model sees them

    private readonly DemoRun run;
    private readonly SceneViews views;
    private readonly UnitAnalysis[] single, oneOfTwo;

    private DemoReport(DemoRun run)
    {
        this.run = run;
        SceneRedraw redraw = new(run.Tests, run.TestSeed, SampleSet.Load(run.SampleFolder, Math.Max(ShownSize, run.Tests.Samples.FrameSize), run.Tests.Samples.SampleRate));
        Dictionary<Scene, (SceneKind Kind, int Index)> places = [];
        foreach (IReadOnlyList<Scene> kind in new[] { run.Tests.Single, run.Tests.OneOfTwo })
            for (int i = 0; i < kind.Count; i++) places.Add(kind[i], (kind[i].Kind, i));
        views = new SceneViews(run.Tests.Samples, run.Model.Options.LogMel.Bands, scene => redraw.Draw(places[scene].Kind, places[scene].Index));
        single = Analyze(run.Tests.Single);
        oneOfTwo = Analyze(run.Tests.OneOfTwo);
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
        Gallery =
        [
            new SceneGroup("One of two sounds", "The hardest question: both things are visible, one is heard. A map that finds any pasted thing is right half of the time.", [.. Distinct(OneOfTwo()).Take(PerGallery).Select(Answered)]),
            new SceneGroup("A single thing", "Is the hottest point inside the box?", [.. Distinct(Single()).Take(PerGallery).Select(Answered)]),
        ],
        Answers =
        [
            Sides("One of two: is the map warmer in the box of what sounds?", Distinct(OneOfTwo(), PerGallery)),
            Sides("A single thing: is the hottest point inside its box?", Distinct(Single(), PerGallery)),
        ],
        Clusters = [.. Enumerable.Range(0, run.Model.Options.Clusters).Select(Cluster)],
        Retrieval = [.. Enumerable.Range(0, Math.Min(Retrievals, run.Tests.Single.Count / SceneTestSet.GroupSize)).Select(Retrieval)],
        Facts = ReportFacts.Of(run),
    };

    private TargetView Target(DemoTarget target)
    {
        SceneMetrics metrics = run.Evaluation.Metrics;
        return new TargetView(target.Name, target.Question, target.Pick(metrics.Model)!, target.Target, target.ChanceIn(metrics.TestSet), target.Pick(metrics.Baselines["untrained"])?.Value ?? target.Chance);
    }

    private sealed record Answer(SceneResult Result, UnitAnalysis Analysis);

    private IEnumerable<Answer> Single() => run.Evaluation.Results.Take(single.Length).Zip(single, (result, analysis) => new Answer(result, analysis));

    private IEnumerable<Answer> OneOfTwo() => run.Evaluation.Results.Skip(run.Tests.Single.Count + run.Tests.Both.Count).Zip(oneOfTwo, (result, analysis) => new Answer(result, analysis));

    private SceneView Answered(Answer answer) => views.Answered(answer.Result, answer.Analysis);

    /// <summary>In the order of the test set, each sounding thing once, without the first <paramref name="skip"/>, which another place shows.</summary>
    private static IEnumerable<Answer> Distinct(IEnumerable<Answer> answers, int skip = 0) => skip == 0
        ? answers.DistinctBy(answer => answer.Result.Scene.Objects[0].Thing)
        : answers.Except(Distinct(answers).Take(skip));

    private AnswersView Sides(string question, IEnumerable<Answer> answers)
    {
        ILookup<bool, Answer> sides = answers.ToLookup(answer => SceneViews.IsRight(answer.Result));
        return new AnswersView(question, [.. Distinct(sides[true]).Take(PerSide).Select(Answered)], [.. Distinct(sides[false]).Take(PerSide).Select(Answered)]);
    }

    /// <summary>The single scenes whose two centres agree best in this cluster, each thing once.</summary>
    private ClusterView Cluster(int k)
    {
        IEnumerable<Answer> members = Single().OrderByDescending(answer => answer.Analysis.Assignments.Cosines[k]).DistinctBy(answer => answer.Result.Scene.Objects[0].Thing).Take(Members);
        double use = single.Average(analysis => VisualShare(analysis.Assignments, k));
        return new ClusterView(k, use, [.. members.Select(answer => views.Member(answer.Result.Scene, answer.Analysis, k))]);
    }

    private static double VisualShare(UnitAssignments assignments, int k)
    {
        int positions = assignments.Frames * assignments.MapHeight * assignments.MapWidth;
        return assignments.Visual.AsSpan(k * positions, positions).ToArray().Average();
    }

    /// <summary>The first sound of a group against all its pictures.</summary>
    private RetrievalView Retrieval(int group)
    {
        int asked = group * SceneTestSet.GroupSize;
        Scene scene = run.Tests.Single[asked];
        IEnumerable<CandidateView> ranked = Enumerable.Range(asked, SceneTestSet.GroupSize)
            .Select(i => new { Index = i, Similarity = Dot(single[asked].AudioCentres, single[i].VisualCentres) })
            .OrderByDescending(each => each.Similarity).Take(Ranked)
            .Select(each => new CandidateView(views.Frame(run.Tests.Single[each.Index], []) with { Boxes = [] }, views.Label(run.Tests.Single[each.Index].Objects[0]), each.Similarity, each.Index == asked));
        return new RetrievalView(views.Label(scene.Objects[0]), views.Sound(scene, single[asked], Images.AudioClusters(single[asked].Assignments)), [.. ranked]);
    }

    private static float Dot(float[] a, float[] b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private UnitAnalysis[] Analyze(IReadOnlyList<Scene> scenes) => [.. scenes.Chunk(Chunk).SelectMany(chunk => run.Model.Analyze(SceneTestSet.Batch(chunk)))];

    internal static string Minutes(double seconds) => seconds < 90 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} seconds") : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F1} minutes");
}
