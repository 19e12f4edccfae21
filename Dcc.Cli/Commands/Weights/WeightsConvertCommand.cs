// dcc weights convert FILE...: published weights as a model that every other verb takes. Read next: ../../../Dcc.Data/Weights/WeightConversion.cs.
using System.CommandLine;
using System.Globalization;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class WeightsConvertCommand : Verb
{
    /// <summary>What 5 s of sound give at 80/50 ms.</summary>
    private const int DmcFrames = 99;

    private readonly CommonOptions common = new();
    private readonly Argument<string[]> files = new("FILE") { Description = "Visual weights, audio weights, or one file of each.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> output = new("--out") { Description = "The model, safetensors.", HelpName = "FILE", DefaultValueFactory = _ => "model.safetensors" };
    private readonly Option<string> preset = Choice("--preset", "The shape of the model: paper and paper-pooled take VGG16 and VGGish, simplified takes ResNet-18.", "paper", "paper-pooled", "simplified");
    private readonly Option<string> pictures = Choice("--pictures", "How pixels enter: source is what the visual weights were trained with; minus1_1 is the released DCC code's.", "source", "minus1_1", "caffe_bgr_mean", "torchvision");
    private readonly Option<string> frontEnd = Choice("--front-end", "How sounds enter: the preset's own, VGGish's 25/10 ms or the released DCC code's 80/50 ms. Audio weights of another one are refused.", "preset", "vggish", "dmc");

    public WeightsConvertCommand() : base("convert", "Makes a model of published VGG16, VGGish and ResNet-18 weights; what no file gives is initialised from --seed.")
    {
        Arguments.Add(files);
        Options.Add(output);
        Options.Add(preset);
        Options.Add(pictures);
        Options.Add(frontEnd);
        common.AddTo(this);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc weights convert vgg16.safetensors vggish.npz --out start.safetensors", "Both networks; the projections are new."),
        new("dcc weights convert vgg16_notop.h5 --pictures minus1_1", "Keras' VGG16 alone, with the released DCC code's pixels instead of those it was trained with."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string path = arguments.GetValue(output)!;
        if (Directory.Exists(path)) throw new CliException($"--out {path} is a folder, the model is a file: name one such as {Path.Combine(path, "model.safetensors")}.");
        DccOptions options = arguments.GetValue(preset) switch { "paper-pooled" => DccOptions.PaperPooled, "simplified" => DccOptions.Simplified, _ => DccOptions.Paper };
        PictureScale? scale = arguments.GetValue(pictures) switch { "minus1_1" => PictureScale.MinusOneToOne, "caffe_bgr_mean" => PictureScale.CaffeBgrMean, "torchvision" => PictureScale.Torchvision, _ => null };
        if (scale is { } chosen) options = options with { PictureScale = chosen };
        options = arguments.GetValue(frontEnd) switch
        {
            "vggish" => options with { LogMel = LogMelOptions.Vggish, SpectrogramFrames = DccOptions.Paper.SpectrogramFrames },
            "dmc" => options with { LogMel = LogMelOptions.Dmc, SpectrogramFrames = DmcFrames },
            _ => options,
        };
        WeightConversion conversion = WeightConversion.Read(arguments.GetValue(files)!, options, keepPictureScale: scale is not null);
        ulong seed = (ulong)arguments.GetValue(common.Seed);
        using Device device = common.Open(arguments, screen);
        using DccModel model = DccModel.Create(device, conversion.Options, seed);
        model.SetWeights(conversion.Values);
        cancel.ThrowIfCancellationRequested();
        model.Save(path);
        foreach (string note in conversion.Notes) screen.Line(note);
        string[] fresh = [.. model.CopyWeights().Keys.Where(name => !conversion.Values.ContainsKey(name))];
        string[] parts = [.. fresh.Select(name => name.Split('.')[0]).Distinct()];
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"initialised from seed {seed}: {fresh.Length} parameters ({string.Join(", ", fresh.Take(4))}{(fresh.Length > 4 ? ", ..." : "")}) of {string.Join(" and ", parts)}"));
        screen.Line($"Written: {path}");
        return CommandLine.Done;
    }

    /// <summary>The first choice is the usual one.</summary>
    private static Option<string> Choice(string name, string description, params string[] choices) => CommonOptions.Choice(name, description, choices[0], choices.ToDictionary(choice => choice));
}
