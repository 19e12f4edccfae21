// Does the model know when nothing that it sees sounds? A confidence a pair, judged on silent and off-screen sounds. Read next: SilencePairs.cs, ../../docs/understanding.md.
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

public static class SilenceEvaluation
{
    /// <summary>The untrained network's mean audio centre is that of so many sounds.</summary>
    private const int CentreSounds = 8;

    private static readonly ConfidenceKind[] Kinds = Enum.GetValues<ConfidenceKind>();

    /// <summary>The model's confidences in the order of <see cref="Kinds"/>, the untrained network's, and the loudness of what both heard.</summary>
    private sealed record Observed(double[] Trained, double[] Before, double Loudness);

    /// <summary>Precision, average precision and maximal F1 of each rule of confidence, beside baselines.</summary>
    /// <param name="model">The trained model; its maps are those against its mean audio centre.</param>
    /// <param name="pairs">Pairs that sound and pairs that do not.</param>
    /// <param name="answer">The rule that gives the answers of single samples, and stands first.</param>
    /// <param name="seed">Of random confidences and of the intervals.</param>
    /// <param name="progress">Share done, 0 to 1.</param>
    /// <param name="cancel">Stops between pairs.</param>
    /// <exception cref="DataException">No pair that sounds, or none that does not, can be used.</exception>
    public static EvaluationReport Run(DccModel model, SilencePairs pairs, ConfidenceKind answer, ulong seed, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using UntrainedBaseline untrained = new(model, seed);
        if (FirstSounds(pairs) is { Count: > 0 } first) untrained.Measure(model.BatchOf(first));
        List<SilencePair> used = [];
        List<Observed> seen = [];
        List<SkippedSample> skipped = [];
        for (int i = 0; i < pairs.Pairs.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            SilencePair pair = pairs.Pairs[i];
            if (Usable.Try(() => Observe(model, untrained.Model, pair), out Observed observed) is { } reason) skipped.Add(new SkippedSample($"{pair.Id} ({pair.Kind})", reason));
            else
            {
                used.Add(pair);
                seen.Add(observed);
            }
            progress?.Report((i + 1.0) / pairs.Pairs.Count);
        }
        int sounding = used.Count(pair => pair.Sounds);
        if (sounding == 0 || sounding == used.Count)
            throw new DataException($"{pairs.Data} has {sounding} pairs that sound and {used.Count - sounding} that do not, of those that can be used; both are needed{(skipped.Count > 0 ? $"; the first that cannot: {skipped[0].Reason}" : ".")}");

        Judge judge = new(used, seed, cancel);
        double[] answers = [.. seen.Select(each => each.Trained[(int)answer])];
        double threshold = judge.Threshold(answers);
        Philox random = new(seed, 0x72616e64);   // "rand"
        return new EvaluationReport
        {
            Task = "silence",
            Data = pairs.Data,
            Samples = used.Count,
            Seed = seed,
            Choices = new Dictionary<string, string>
            {
                ["confidence"] = Name(answer),
                ["pairs"] = string.Join(", ", used.CountBy(pair => pair.Kind).Select(each => $"{each.Value} {each.Key}")),
                ["precision"] = "at the threshold of the largest F1",
                ["AP KIND"] = "the true pairs against those of one kind",
                ["intervals"] = "whole recordings are drawn",
            },
            Methods =
            [
                .. Kinds.OrderBy(kind => kind != answer).Select(kind => judge.Scores($"model {Name(kind)}", [.. seen.Select(each => each.Trained[(int)kind])])),
                .. Kinds.OrderBy(kind => kind != answer).Select(kind => judge.Scores($"untrained {Name(kind)}", [.. seen.Select(each => each.Before[(int)kind])])),
                judge.Scores("loudness", [.. seen.Select(each => each.Loudness)]),
                judge.Scores("random", [.. seen.Select(_ => (double)random.NextFloat())]),
            ],
            Notes = [.. Answers(used, answers, threshold)],
            Skipped = skipped,
            PerSample = [.. used.Select((pair, i) => Line(pair, seen[i], answers[i] >= threshold))],
        };
    }

    /// <summary>As options and reports call it.</summary>
    public static string Name(ConfidenceKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Of the first pairs that sound and can be read.</summary>
    private static List<(Picture, Sound)> FirstSounds(SilencePairs pairs)
    {
        List<(Picture, Sound)> first = [];
        foreach (SilencePair pair in pairs.Pairs.Where(pair => pair.Sounds))
        {
            if (first.Count == CentreSounds) break;
            if (Usable.Try(() => (pair.Picture(), pair.Sound()), out (Picture, Sound) read) is null) first.Add(read);
        }
        return first;
    }

    private static Observed Observe(DccModel model, DccModel untrained, SilencePair pair)
    {
        (Picture picture, Sound sound) = (pair.Picture(), pair.Sound());
        UnitAnalysis after = model.AnalyzeOne(picture, sound), before = untrained.AnalyzeOne(picture, sound);
        int heard = (int)Math.Min(sound.Samples.Length, (long)model.Options.SamplesPerUnit * sound.SampleRate / model.Options.LogMel.SampleRate + 1);
        return new Observed(
            Array.ConvertAll(Kinds, kind => SilenceConfidence.Of(after, kind)), Array.ConvertAll(Kinds, kind => SilenceConfidence.Of(before, kind)),
            Math.Sqrt(sound.Samples.Take(heard).Average(sample => (double)sample * sample)));
    }

    /// <summary>What the model says of each kind of pair.</summary>
    private static IEnumerable<string> Answers(List<SilencePair> pairs, double[] confidences, double threshold)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"Answer: it sounds from a confidence of {threshold:F4} on. It is the threshold of the largest F1 on these pairs, so their F1 flatters a little.");
        foreach (IGrouping<string, int> kind in Enumerable.Range(0, pairs.Count).GroupBy(i => pairs[i].Kind))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{kind.Key}: confidence {kind.Average(i => confidences[i]):F4} ({kind.Min(i => confidences[i]):F4}..{kind.Max(i => confidences[i]):F4}); {kind.Count(i => confidences[i] >= threshold)} of {kind.Count()} are said to sound");
    }

    private static JsonObject Line(SilencePair pair, Observed seen, bool sounds)
    {
        JsonObject line = new() { ["id"] = pair.Id, ["kind"] = pair.Kind, ["recording"] = pair.Group, ["answer"] = sounds ? "sounds" : "silent" };
        foreach (ConfidenceKind kind in Kinds) line[Name(kind)] = seen.Trained[(int)kind];
        line["loudness"] = seen.Loudness;
        return line;
    }

    /// <summary>Every method goes through these lines.</summary>
    private sealed class Judge(IReadOnlyList<SilencePair> pairs, ulong seed, CancellationToken cancel)
    {
        private readonly int[] groups = Usable.Numbers(pairs.Select(pair => pair.Group));
        private readonly string[] wrong = [.. pairs.Where(pair => !pair.Sounds).Select(pair => pair.Kind).Distinct()];

        public double Threshold(double[] confidences) => Curve(confidences, null, [.. Enumerable.Range(0, pairs.Count)]).Best!.Threshold;

        public MethodScores Scores(string method, double[] confidences)
        {
            Score Of(string name, string? kind, Func<DetectionCurve, double> statistic) => Score.Of(name, pairs.Count, picks => statistic(Curve(confidences, kind, picks)), seed, groups, cancel);
            return new MethodScores(method,
            [
                Of("precision", null, curve => curve.Best?.Precision ?? double.NaN),
                Of("AP", null, curve => curve.AveragePrecision()),
                Of("max-F1", null, curve => curve.Best?.F1 ?? double.NaN),
                .. wrong.Length < 2 ? [] : wrong.Select(kind => Of($"AP {kind}", kind, curve => curve.AveragePrecision())),
            ]);
        }

        private DetectionCurve Curve(double[] confidences, string? kind, IReadOnlyList<int> picks)
        {
            List<double> values = [];
            List<bool> truths = [];
            foreach (int pick in picks)
                if (kind is null || pairs[pick].Sounds || pairs[pick].Kind == kind)
                {
                    values.Add(confidences[pick]);
                    truths.Add(pairs[pick].Sounds);
                }
            return new DetectionCurve(values, truths);
        }
    }
}
