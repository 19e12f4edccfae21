// dcc localize IMAGE AUDIO: where in a picture a sound comes from; dcc localize VIDEO: the same for every moment of a video. Read next: ../HeatVideo/LocalizeVideo.cs, ../Pictures/Overlay.cs.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Cli;

internal sealed class LocalizeCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string> image = new("IMAGE") { Description = "A picture (PNG, JPEG, BMP or GIF); or a video with its sound, without AUDIO." };
    private readonly Argument<string?> audio = new("AUDIO") { Description = "A sound, its beginning is used: WAV, any rate; with ffmpeg installed any sound or video.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> output = new("--out") { Description = "The picture with the heat map over it, PNG (heat.png if not given); of a video the video, .mp4, .mov, .mkv or .webm (NAME.heat.mp4 in the current folder).", HelpName = "FILE" };
    private readonly Option<string> model = ModelFile.Option();
    private readonly Option<HeatMapKind> map = CommonOptions.Choice("--map", "The rule that makes the map; docs/dcc.md explains them.", HeatMapKind.AgainstMean, HeatMapKinds.ByName);
    private readonly HeatVideoChoices video = new();

    public LocalizeCommand() : base("localize", "Shows where in a picture, or in every moment of a video, a sound comes from, and how well the two fit.")
    {
        Arguments.Add(image);
        Arguments.Add(audio);
        Options.Add(output);
        Options.Add(model);
        Options.Add(map);
        Options.Add(Json);
        video.AddTo(this);
        common.AddTo(this, seed: false);
        Validators.Add(result =>
        {
            if (result.GetValue(image) is { } named && result.GetValue(audio) is null && MediaList.IsPicture(named)) result.AddError($"{named} is a picture: name a sound after it, or a video alone.");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc localize frog.png frog.wav --out heat.png", "Asks the model of `dcc demo` and writes the picture with the heat map over it."),
        new("dcc localize street.jpg bell.mp3 --model my-run/model.safetensors --map paper --json", "Another model, and the map of the paper; the numbers as JSON."),
        new("dcc localize street.mp4 --out heat.mp4", "A whole video with heat over it, its sound, and a strip with spectrogram, confidence and clusters; heat.json and heat.csv have the numbers."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string named = arguments.GetValue(image)!, modelPath = arguments.GetValue(model)!;
        JsonObject result;
        if (arguments.GetValue(audio) is { } sound)
        {
            string path = arguments.GetValue(output) ?? "heat.png";
            if (Directory.Exists(path)) throw new CliException($"--out {path} is a folder, the heat map is a file: name one such as {Path.Combine(path, "heat.png")}.");
            Picture picture = PictureReader.Read(named);
            Sound heard = SoundFile.Read(sound, cancel);
            ModelFile.RequireThere(modelPath);
            using Device device = common.Open(arguments, screen);
            using DccModel dcc = DccModel.Load(device, modelPath);
            result = OfPicture(screen, dcc, picture, heard, arguments.GetValue(map), path, cancel);
        }
        else
        {
            ModelFile.RequireThere(modelPath);
            LocalizeVideo job = new(named, arguments.GetValue(output), arguments.GetValue(map), video.Read(arguments));
            using Device device = common.Open(arguments, screen);
            using DccModel dcc = DccModel.Load(device, modelPath);
            result = job.Run(screen, dcc, modelPath, cancel);
        }
        screen.Answer(result.ToJsonString());
        return CommandLine.Done;
    }

    private static JsonObject OfPicture(Screen screen, DccModel dcc, Picture picture, Sound sound, HeatMapKind kind, string path, CancellationToken cancel)
    {
        UnitAnalysis analysis = dcc.AnalyzeOne(picture, sound);
        HeatMap heat = analysis.Map(kind);
        cancel.ThrowIfCancellationRequested();
        Write(path, Overlay.Blend(picture, heat));

        (int x, int y) = heat.Resize(picture.Width, picture.Height).Peak();
        double confidence = SilenceConfidence.Of(analysis, ConfidenceKind.Positive);
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"similarity  {analysis.Similarity:F3}   ({Range(dcc.Options)})"));
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"confidence  {confidence:F3}   (mean of the positive cosines, 0 to 1)"));
        screen.Line($"peak        x {x}, y {y}   (of {picture.Width} x {picture.Height} pixels)");
        screen.Line($"clusters    {string.Join("  ", analysis.Assignments.Cosines.Select((cosine, k) => string.Create(CultureInfo.InvariantCulture, $"{k + 1}: {cosine:F2}")))}");
        bool silent = Loudness.Decibels(sound.Samples.AsSpan(0, Math.Min(sound.Samples.Length, (int)((long)dcc.Options.SamplesPerUnit * sound.SampleRate / dcc.Options.LogMel.SampleRate)))) < Loudness.Silent;
        if (silent) screen.Line("silence     the sound is quieter than -60 dB of full scale: what the model says of it means nothing");
        screen.Line($"heat map    {path}");
        return new JsonObject
        {
            ["similarity"] = analysis.Similarity, ["confidence"] = confidence, ["silent"] = silent, ["peak_x"] = x, ["peak_y"] = y, ["width"] = picture.Width, ["height"] = picture.Height,
            ["clusters"] = new JsonArray([.. analysis.Assignments.Cosines.Select(cosine => (JsonNode)cosine)]), ["map"] = LocalizeVideo.NameOf(kind), ["heat_map"] = path,
        };
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
