// dcc evaluate image-features DATA: what a linear classifier makes of the visual net's features. Read next: ../../../Dcc.Data/Evaluation/ImageFeatures.cs.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class ImageFeaturesCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly FeatureOptions features = new();
    private readonly Argument<string> data = new("DATA")
    {
        Description = "A folder with one folder for each class or in the layout of PASCAL VOC (docs/data-sets.md), or a CSV file with the columns image,labels,group: several labels have | between them; group is a fold, a source, or train and test.",
    };
    private readonly Option<string> output = EvaluationOutput.Option("image-features");

    public ImageFeaturesCommand() : base("image-features", "Frozen visual features and a linear SVM on labelled pictures, beside colour statistics, an untrained network, the commonest class and chance.")
    {
        Arguments.Add(data);
        features.AddTo(this);
        Options.Add(output);
        Options.Add(Json);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc evaluate image-features samples/pictures.csv --model dcc-demo/model.safetensors", "Photographs of things in five folds; accuracy and mean average precision."),
        new("dcc evaluate image-features VOCdevkit/VOC2007 --model my-run/model.safetensors", "PASCAL VOC 2007: trained on trainval, tested on test; mAP 11-point is its own measure."),
        new("dcc evaluate image-features mine.csv --model my-run/model.safetensors", "A list of your own; several labels have | between them."),
        new("dcc evaluate image-features my-pictures --pool mean-max --scaling standard", "A folder with one folder for each class, and options that the published protocol does not have."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string path = arguments.GetValue(data)!;
        DataSetContents? folder = Directory.Exists(path) ? DataSetFolder.Recognise(path) : null;
        IReadOnlyList<LabelledPicture> pictures = folder?.Pictures ?? LabelledManifest.ReadPictures(path);
        if (pictures.Count == 0) throw new CliException($"{path} is {folder!.Layout} without a labelled picture that can be read: `dcc data doctor {path}` says what is missing.");
        using Device device = common.Open(arguments, screen);
        using DccModel model = features.Load(arguments, device);
        ProbeOptions options = features.Read(arguments, new ProbeOptions { Seed = (ulong)arguments.GetValue(common.Seed) });
        EvaluationReport report = screen.WithProgress($"Features of {pictures.Count} pictures", progress => ImageFeatures.Evaluate(model, pictures, path, options, progress, cancel));
        EvaluationOutput.Show(screen, FeatureOptions.With(report, folder), arguments.GetValue(output)!);
        return CommandLine.Done;
    }
}
