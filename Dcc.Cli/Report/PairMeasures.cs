// How well sounds and pictures of the report's pairs find each other, beside an untrained network and chance. Read next: PairReport.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal static class PairMeasures
{
    /// <summary>Null for fewer than two recordings.</summary>
    /// <param name="model">Compares centres; trained and untrained ones in the same way.</param>
    /// <param name="items">What the trained model says of each pair.</param>
    /// <param name="untrained">What an untrained one says of it.</param>
    /// <param name="groups">The recording of each pair. Others of the same recording are left out of the question: they may be as right as the pair itself, or nearly the same picture.</param>
    /// <param name="data">What the pairs are, in words.</param>
    /// <param name="seed">Of the bootstrap.</param>
    public static EvaluationReport? Of(DccModel model, IReadOnlyList<Analysed> items, IReadOnlyList<UnitAnalysis> untrained, string[] groups, string data, ulong seed)
    {
        if (groups.Distinct().Count() < 2) return null;
        return new EvaluationReport
        {
            Task = "Do sound and picture find each other?",
            Data = data,
            Samples = items.Count,
            Seed = seed,
            Choices = new Dictionary<string, string>(),
            Methods =
            [
                new MethodScores("trained network", Scores(model, [.. items.Select(item => item.Analysis)], groups, seed)),
                new MethodScores("untrained network", Scores(model, untrained, groups, seed)),
                new MethodScores("chance", Chance(groups)),
            ],
            Notes = ["Pair accuracy: the share of pictures of other recordings that fit a sound less well than its own. R@1: its own comes before all of them. Pairs that training saw are found more easily than new ones. Small figures are 95 % intervals."],
        };
    }

    private static Score[] Scores(DccModel model, IReadOnlyList<UnitAnalysis> units, string[] groups, ulong seed)
    {
        int n = units.Count;
        int[] recording = [.. groups.Select(group => Array.IndexOf(groups, group))];
        float[] similarity = model.Similarities([.. units.Select(unit => unit.AudioCentres)], [.. units.Select(unit => unit.VisualCentres)]);
        Place[] pictures = [.. Enumerable.Range(0, n).Select(i => Place.Of(groups, i, other => similarity[i * n + other]))];
        Place[] sounds = [.. Enumerable.Range(0, n).Select(i => Place.Of(groups, i, other => similarity[other * n + i]))];
        return [Mean("pair accuracy", i => pictures[i].Beaten), Mean("sound to picture R@1", i => pictures[i].Recall(1)), Mean("R@5", i => pictures[i].Recall(5)),
            Mean("picture to sound R@1", i => sounds[i].Recall(1)), Mean("R@5 ", i => sounds[i].Recall(5))];

        Score Mean(string name, Func<int, double> value) => Score.Of(name, n, picks => picks.Average(value), seed, recording);
    }

    /// <summary>Where nothing is known, all places are as likely: as where everything is tied.</summary>
    private static Score[] Chance(string[] groups)
    {
        Place[] tied = [.. Enumerable.Range(0, groups.Length).Select(i => Place.Of(groups, i, _ => 0f))];
        double first = tied.Average(place => place.Recall(1)), five = tied.Average(place => place.Recall(5));
        return [Sure("pair accuracy", 0.5), Sure("sound to picture R@1", first), Sure("R@5", five), Sure("picture to sound R@1", first), Sure("R@5 ", five)];

        static Score Sure(string name, double value) => new(name, value, value, value);
    }

    /// <summary>Where a pair's own stands among those of other recordings: so many are better, so many as good.</summary>
    private readonly record struct Place(int Others, int Better, int Tied)
    {
        public static Place Of(string[] groups, int own, Func<int, float> similarity)
        {
            int others = 0, better = 0, tied = 0;
            for (int i = 0; i < groups.Length; i++)
            {
                if (groups[i] == groups[own]) continue;
                others++;
                if (similarity(i) > similarity(own)) better++;
                else if (similarity(i) == similarity(own)) tied++;
            }
            return new Place(others, better, tied);
        }

        /// <summary>Share of others that it beats; one that is as good counts half.</summary>
        public double Beaten => 1 - (Better + Tied / 2.0) / Others;

        /// <summary>How likely it is among the first <paramref name="k"/>, ties broken by chance.</summary>
        public double Recall(int k) => Math.Clamp((k - Better) / (Tied + 1.0), 0, 1);
    }
}
