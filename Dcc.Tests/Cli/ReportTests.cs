// The report drawn from made-up data: complete in itself, and safe against any text. Read next: ../../Dcc.Cli/Report/ReportPage.cs.
using System.Text.RegularExpressions;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.Cli;

public sealed partial class ReportTests
{
    private const string Nasty = "<script>alert(\"&\")</script>";

    [Fact]
    public void Text_is_escaped_and_markup_is_not() =>
        Assert.Equal("<b>&lt;i&gt; 0.50</b><i></i><i></i>", Html.Of($"<b>{"<i>"} {0.5:F2}</b>{new[] { Html.Of($"<i></i>"), Html.Of($"<i></i>") }}").ToString());

    [Fact]
    public void Names_of_things_cannot_break_the_page()
    {
        string page = ReportPage.Write(MadeUp());
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_asks_nothing_of_the_network()
    {
        string page = ReportPage.Write(MadeUp());
        Assert.All(Source().Matches(page), match => Assert.StartsWith("data:", match.Groups[1].Value, StringComparison.Ordinal));
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_element_is_closed()
    {
        Stack<string> open = new();
        foreach (Match tag in Tag().Matches(Verbatim().Replace(ReportPage.Write(MadeUp()), "")))
        {
            string name = tag.Groups[2].Value;
            if (name is "meta" or "img" or "input" or "br" || tag.Value.EndsWith("/>", StringComparison.Ordinal)) continue;
            if (tag.Groups[1].Length == 0) open.Push(name);
            else Assert.Equal(open.Pop(), name);
        }
        Assert.Empty(open);
    }

    [Fact]
    public void A_run_without_scenes_and_targets_has_a_page_too()
    {
        string page = ReportPage.Write(MadeUp() with { Metrics = null, Targets = [], Evaluations = [], Answers = [], Retrieval = [], Embedding = null });
        Assert.Contains("Nothing was evaluated", page, StringComparison.Ordinal);
        foreach (string section in new[] { "answers", "retrieval", "map" }) Assert.DoesNotContain($"#{section}\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_is_in_the_page_once_and_all_together_keep_to_the_limit()
    {
        Sound sound = new(new float[1000], 16000);
        SoundShelf shelf = new(6000);
        ShelvedSound first = shelf.Place("a", sound), again = shelf.Place("a", sound), second = shelf.Place("b", sound), third = shelf.Place("c", sound);
        Assert.StartsWith("data:audio/wav", first.Uri, StringComparison.Ordinal);
        Assert.Equal((first.Id, null), (again.Id, again.Uri));
        Assert.NotNull(second.Uri);
        Assert.Equal(default, third);
        Assert.Equal(1, shelf.LeftOut);
    }

    [Fact]
    public void Ticks_are_round_numbers_within_the_range() => Assert.Equal([0, 0.2, 0.4, 0.6, 0.8], ChartFrame.Ticks(0, 0.9, 4).Select(tick => Math.Round(tick, 9)));

    [Fact]
    public void Heat_runs_from_cold_to_hot()
    {
        Assert.True(ColourMap.Heat(0).B > ColourMap.Heat(0).R);
        Assert.True(ColourMap.Heat(0.9f).R > ColourMap.Heat(0.9f).B);
    }

    private static ReportData MadeUp()
    {
        Measure measure = new(0.9, 0.85, 0.95, 32, new Measure(0.7, 0.5, 0.9, 8));
        MethodMetrics model = new(new Dictionary<string, MapMetrics> { ["against_mean"] = new(measure, measure), ["paper"] = new(measure, measure) }, measure, measure, measure);
        MethodMetrics fixedPoint = new(new Dictionary<string, MapMetrics> { ["map"] = new(measure, measure) }, null, null, null);
        SceneMetrics metrics = new(1, new TestSetSummary(20, 10, 5, 2, 6, 2, 32, 16, 0.2), model, new Dictionary<string, MethodMetrics> { ["untrained"] = model, ["fixed_best"] = fixedPoint });
        FrameView frame = new("data:image/png;base64,", Nasty, [new LayerView("paper", "data:image/png;base64,")], [new BoxView(0.1, 0.2, 0.3, 0.4, true), new BoxView(0.5, 0.6, 0.2, 0.2, false)]);
        SoundView sound = new("data:image/png;base64,", "data:image/png;base64,", new ShelvedSound("sound0", "data:audio/wav;base64,"), 0.975);
        SceneView[] scenes = [new(Nasty, frame, sound, true, Nasty), new("drum", frame, sound, false, "")];
        return new ReportData
        {
            Title = Nasty, Lead = Nasty, FrameSize = 64, Metrics = metrics,
            Targets = [new("One of two", Nasty, measure, 0.8, 0.5, 0.5), new("Pair accuracy", "?", measure, 0.95, 0.5, 0.5)],
            History = [.. Enumerable.Range(1, 5).Select(i => new TrainingProgress(10 * i, 50, 1f / i, 0.5f, 1f, 0.001f, 100, 0, [0.5f, 0.5f]))],
            Gallery = new GalleryView("Gallery", Nasty, [.. scenes.Select((scene, i) => new BrowseItem(scene, Nasty + i, Nasty, i, 1.5f))], 9),
            Evaluations = [Evaluation()],
            Embedding = new EmbeddingView([new EmbeddedPair(Nasty, Nasty, 0, 1.5f, [0.1, 0.2], [0.3, -0.4], "data:image/jpeg;base64,")], [0.6, 0.2]),
            Answers = [new AnswersView("Question", scenes, [])],
            Clusters = [new ClusterView(0, 0.4, scenes), new ClusterView(1, 0.6, [])],
            Retrieval = [new RetrievalView(Nasty, sound, [new CandidateView(frame, Nasty, 1.5f, true), new CandidateView(frame, "bell", 1.2f, false)], 16)],
            Facts = [new FactGroup("Run", [new Fact("Seed", "1"), new Fact(Nasty, Nasty)])],
        };
    }

    private static EvaluationReport Evaluation() => new()
    {
        Task = Nasty, Data = Nasty, Samples = 3, Seed = 1, Choices = new Dictionary<string, string>(), Notes = [Nasty],
        Methods = [new MethodScores("model", [new Score("R@1", 0.5, 0.4, 0.6)]), new MethodScores("random", [new Score("R@1", 0.1, double.NaN, double.NaN)]), new MethodScores(Nasty, [])],
    };

    [GeneratedRegex(@"(?:src|href)=""([^""#][^""]*)""")]
    private static partial Regex Source();

    [GeneratedRegex(@"<(/?)([a-z][a-z0-9]*)(?:\s[^<>]*)?/?>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"(?<=<(style|script)[^>]*>).*?(?=</\1>)", RegexOptions.Singleline)]
    private static partial Regex Verbatim();
}
