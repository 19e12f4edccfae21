// dcc localize IMAGE AUDIO: where in a picture a sound comes from. Read next: ../Pictures/Overlay.cs.
using System.CommandLine;
using System.Globalization;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Cli;

internal sealed class LocalizeCommand : Verb
{
    private static readonly string usualModel = Path.Combine("dcc-demo", "model.safetensors");

    private readonly CommonOptions common = new();
    private readonly Argument<string> image = new("IMAGE") { Description = "A picture: PNG, JPEG, BMP or GIF." };
    private readonly Argument<string> audio = new("AUDIO") { Description = "A sound: WAV, any rate; its beginning is used." };
    private readonly Option<string> output = new("--out") { Description = "The picture with the heat map over it, PNG.", HelpName = "FILE", DefaultValueFactory = _ => "heat.png" };
    private readonly Option<string> model = new("--model") { Description = "A model that `dcc demo` or `dcc train` made.", HelpName = "FILE", DefaultValueFactory = _ => usualModel };
    private readonly Option<HeatMapKind> map = CommonOptions.Choice("--map", "The rule that makes the map; docs/dcc.md explains them.", HeatMapKind.AgainstMean, HeatMapKinds.ByName);

    public LocalizeCommand() : base("localize", "Shows where in a picture a sound comes from, and how well the two fit.")
    {
        Arguments.Add(image);
        Arguments.Add(audio);
        Options.Add(output);
        Options.Add(model);
        Options.Add(map);
        common.AddTo(this, seed: false);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc localize frog.png frog.wav --out heat.png", "Asks the model of `dcc demo` and writes the picture with the heat map over it."),
        new("dcc localize street.jpg bell.wav --model my-run/model.safetensors --map paper", "Another model, and the map of the paper."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string path = arguments.GetValue(output)!, modelPath = arguments.GetValue(model)!;
        if (Directory.Exists(path)) throw new CliException($"--out {path} is a folder, the heat map is a file: name one such as {Path.Combine(path, "heat.png")}.");
        Picture picture = PictureReader.Read(arguments.GetValue(image)!);
        Sound sound = WavReader.Read(arguments.GetValue(audio)!);
        if (!File.Exists(modelPath)) throw new CliException($"There is no model {modelPath}: `dcc demo` makes one in a few minutes, or name another with --model.");

        using Device device = common.Open(arguments, screen);
        using DccModel dcc = DccModel.Load(device, modelPath);
        UnitAnalysis analysis = dcc.AnalyzeOne(picture, sound);
        HeatMap heat = analysis.Map(arguments.GetValue(map));
        cancel.ThrowIfCancellationRequested();
        Write(path, Overlay.Blend(picture, heat));

        (int x, int y) = heat.Resize(picture.Width, picture.Height).Peak();
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"similarity  {analysis.Similarity:F3}   ({Range(dcc.Options)})"));
        screen.Line($"peak        x {x}, y {y}   (of {picture.Width} x {picture.Height} pixels)");
        screen.Line($"clusters    {string.Join("  ", analysis.Assignments.Cosines.Select((cosine, k) => string.Create(CultureInfo.InvariantCulture, $"{k + 1}: {cosine:F2}")))}");
        screen.Line($"heat map    {path}");
        return CommandLine.Done;
    }

    private static void Write(string path, Picture picture)
    {
        try { AtomicFile.Write(path, stream => Png.Write(stream, picture)); }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--out {path} cannot be written ({failure.Message.TrimEnd('.')}): choose another place.", failure);
        }
    }

    private static string Range(DccOptions options) => options.Profile == ClusteringProfile.Projected
        ? $"sum of the clusters' cosines, from -{options.Clusters} to {options.Clusters}"
        : "minus the distance of the two sets of centres; 0 is the best";
}
