// dcc evaluate image-features: a linear SVM on frozen features of labelled pictures, beside its yardsticks. Read next: PictureFeatureReader.cs, LabelledTask.cs.
using Dcc.Model;

namespace Dcc.Data;

public static class ImageFeatures
{
    /// <summary>Judges the visual features of a model; a picture may have several classes.</summary>
    /// <exception cref="DataException">Fewer than two classes or two groups of pictures can be read.</exception>
    public static EvaluationReport Evaluate(DccModel model, IReadOnlyList<LabelledPicture> pictures, string data, ProbeOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using UntrainedBaseline untrained = new(model, options.Seed);
        PictureFeatureReader reader = new([model, untrained.Model], options);
        ReadPicture[] read = reader.ReadAll(pictures, progress, cancel);
        LabelledPicture[] used = Array.ConvertAll(read, each => each.Picture);
        LabelledTask task = LabelledTask.Of(data, used.Select(picture => picture.Labels), used.Select(picture => picture.Group), used.Select(picture => picture.Source), reader.Skipped,
            used.Select(picture => picture.Unknown ?? []));

        bool converged = true;
        FeatureSet Rows(Func<ReadPicture, float[]> row) => new([.. read.Select(each => new[] { row(each) })]);
        FeatureSet colours = Rows(each => each.Colours);
        List<LabelPredictions> methods =
        [
            task.Predict("model", Rows(each => each.Features[0]), ProbeClassifier.Svm, options, ref converged),
            task.Predict("untrained", Rows(each => each.Features[1]), ProbeClassifier.Svm, options, ref converged),
            task.Predict("colour_svm", colours, ProbeClassifier.Svm, options, ref converged),
            task.Predict("colour_ridge", colours, ProbeClassifier.Ridge, options, ref converged),
            task.Majority(),
            task.Chance(options.Seed),
        ];
        return new EvaluationReport
        {
            Task = "image-features",
            Data = data,
            Samples = used.Length,
            Seed = options.Seed,
            Choices = new Dictionary<string, string>
            {
                ["features"] = $"{options.PoolingText} of the visual net's last map: {read[0].Features[0].Length} numbers",
                ["classifier"] = options.ClassifierText,
                ["scaling"] = options.ScalingText,
                ["folds"] = task.FoldText,
                ["classes"] = task.OneClassEach ? $"{task.Classes.Length}, one a picture" : $"{task.Classes.Length}, several a picture",
                ["mAP"] = "average precision as scikit-learn has it, and VOC 2007's 11-point one; mean over classes in each fold, then over folds",
                ["colour"] = "mean and deviation of red, green and blue, and shares of 4 x 4 x 4 colours; ridge with alpha = 1",
            },
            Methods = LabelScores.Of(task, methods, precision: true, options.Seed, cancel),
            Notes =
            [
                .. LabelNotes.Of(task, methods[0]), .. ProbeOptions.Caution(converged),
                "A resample holds some pictures twice and others not at all, and a small fold may lose classes: both raise mAP for every method, so its interval may lie above its value; compare methods by their differences.",
            ],
            Skipped = reader.Skipped,
            PerSample = LabelNotes.PerSample(task, [.. used.Select(picture => picture.Id)], methods),
        };
    }
}
