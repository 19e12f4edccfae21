// dcc evaluate sound-features: a linear SVM on frozen features of labelled sounds, beside its yardsticks. Read next: SoundReader.cs, LabelledTask.cs.
using System.Globalization;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Choices that change the numbers. The first of each is the published protocol.</summary>
public sealed record SoundFeatureOptions : ProbeOptions
{
    /// <summary>Random segments of a long clip: the DCASE protocol's.</summary>
    public const int ManySegments = 60;

    /// <summary>A clip of more units than this is long.</summary>
    public const int LongClip = 3;

    /// <summary>Segments of a unit's length from each clip; null: <see cref="ManySegments"/> random ones from a clip longer than <see cref="LongClip"/> units, else its beginning.</summary>
    public int? Segments { get; init; }

    /// <summary>Pools over the part of the map that holds sound; not over the silence with which a short clip is filled up.</summary>
    public bool SoundingPart { get; init; }
}

public static class SoundFeatures
{
    /// <summary>Judges the audio features of a model.</summary>
    /// <exception cref="DataException">Fewer than two classes or two groups of sounds can be read.</exception>
    public static EvaluationReport Evaluate(DccModel model, IReadOnlyList<LabelledSound> sounds, string data, SoundFeatureOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using UntrainedBaseline untrained = new(model, options.Seed);
        SoundReader reader = new(model, [model, untrained.Model], options);
        ReadSound[] read = reader.ReadAll(sounds, progress, cancel);
        LabelledSound[] used = Array.ConvertAll(read, each => each.Sound);
        LabelledTask task = LabelledTask.Of(data, used.Select(sound => new[] { sound.Label }), used.Select(sound => sound.Group), used.Select(sound => sound.Source), reader.Skipped);

        bool converged = true;
        FeatureSet trained = new([.. read.Select(each => each.Features[0])]), random = new([.. read.Select(each => each.Features[1])]);
        FeatureSet unitLogMel = new([.. read.Select(each => each.UnitLogMel)]), clipLogMel = new([.. read.Select(each => new[] { each.ClipLogMel })]);
        List<LabelPredictions> methods =
        [
            task.Predict("model", trained, ProbeClassifier.Svm, options, ref converged),
            task.Predict("untrained", random, ProbeClassifier.Svm, options, ref converged),
            task.Predict("log_mel_unit_svm", unitLogMel, ProbeClassifier.Svm, options, ref converged),
            task.Predict("log_mel_unit_ridge", unitLogMel, ProbeClassifier.Ridge, options, ref converged),
            task.Predict("log_mel_clip_svm", clipLogMel, ProbeClassifier.Svm, options, ref converged),
            task.Predict("log_mel_clip_ridge", clipLogMel, ProbeClassifier.Ridge, options, ref converged),
            task.Majority(),
        ];
        int[] segments = [.. read.Select(each => each.Features[0].Length).Distinct().Order()];
        return new EvaluationReport
        {
            Task = "sound-features",
            Data = data,
            Samples = used.Length,
            Seed = options.Seed,
            Choices = new Dictionary<string, string>
            {
                ["features"] = $"{options.PoolingText} of the audio net's last map{(options.SoundingPart ? ", over the sounding part" : "")}: {read[0].Features[0][0].Length} numbers",
                ["segments"] = string.Create(CultureInfo.InvariantCulture, $"{string.Join(" or ", segments)} a clip of {(double)model.Options.SamplesPerUnit / model.Options.LogMel.SampleRate:F2} s"),
                ["classifier"] = options.ClassifierText,
                ["scaling"] = options.ScalingText,
                ["folds"] = task.FoldText,
                ["log_mel"] = "mean and deviation over time of each band: of the unit that the network hears, with the silence that fills it up, or of the whole clip; ridge with alpha = 1",
            },
            Methods = LabelScores.Of(task, methods, precision: false, options.Seed, cancel),
            Notes = [.. LabelNotes.Of(task, methods[0]), .. ProbeOptions.Caution(converged), .. Published(used)],
            Skipped = reader.Skipped,
            PerSample = LabelNotes.PerSample(task, [.. used.Select(sound => sound.Id)], methods),
        };
    }

    /// <summary>ESC-50 is known by its shape: 50 classes in folds 1 to 5.</summary>
    private static IEnumerable<string> Published(LabelledSound[] sounds)
    {
        if (sounds.Select(sound => sound.Label).Distinct().Count() == 50 && sounds.Select(sound => sound.Group).Distinct().Order().SequenceEqual(["1", "2", "3", "4", "5"]))
            yield return "Published for ESC-50 (its README): human accuracy 81.3 %, this paper's method 82.6 %, SoundNet 74.2 %, random forest on MFCC 44.3 %.";
    }
}
