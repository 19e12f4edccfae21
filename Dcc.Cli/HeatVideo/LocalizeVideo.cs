// dcc localize VIDEO: looks once through the video for maps and scale, then once more to draw. Read next: ../../Dcc.Data/HeatVideos/HeatTrackReader.cs, HeatVideoRenderer.cs.
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class LocalizeVideo
{
    private readonly MediaInfo media;
    private readonly string path;
    private readonly HeatMapKind map;
    private readonly HeatVideoChoice choice;

    /// <summary>Everything that can be refused is refused here, before the model is loaded.</summary>
    public LocalizeVideo(string named, string? output, HeatMapKind map, HeatVideoChoice choice)
    {
        media = MediaFile.Probe(named);
        this.map = map;
        this.choice = choice;
        path = output ?? Path.GetFileNameWithoutExtension(named) + ".heat.mp4";
        if (media.Video is null) throw new CliException($"{named} holds sound alone, no moving pictures: name a picture before it, or a video.");
        if (media.Audio is null) throw new CliException($"{named} has no sound, so there is nothing to find in its pictures: name a video with sound.");
        if (Directory.Exists(path)) throw new CliException($"--out {path} is a folder, the result is a video: name a file such as {Path.Combine(path, "heat.mp4")}.");
        VideoEncoder.RequireKnown(path);
        if (Path.GetFullPath(path) == Path.GetFullPath(named)) throw new CliException($"--out {path} is the video itself: choose another name.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (File.Exists(folder)) throw new CliException($"--out {path} lies below {folder}, which is a file: choose another place.");
    }

    public static string NameOf(HeatMapKind kind) => HeatMapKinds.ByName.First(each => each.Value == kind).Key;

    /// <summary>Makes the video and the files beside it; gives what the JSON file holds.</summary>
    public JsonObject Run(Screen screen, DccModel model, string modelPath, CancellationToken cancel)
    {
        HeatTrackOptions options = new(choice.HopSeconds, map, choice.SilenceDecibels);
        double length = Math.Max(media.Seconds, 1e-3);
        HeatTrack track = screen.WithProgress("Looking and listening", progress => HeatTrackReader.Read(model, media, options, new Told<double>(second => progress.Report(Math.Min(1, second / length))), cancel));
        HeatVideoRenderer renderer = new(track, media, new HeatVideoOptions(choice.MostFramesPerSecond, choice.MaxSide));
        screen.WithProgress("Drawing", progress =>
        {
            renderer.Render(path, progress, part => screen.Note($"Stopped; what was drawn so far is {part}."), cancel);
            return true;
        });
        JsonObject all = HeatVideoFiles.Json(track, About(model, modelPath, track, renderer), renderer.Size);
        (string json, string csv) = HeatVideoFiles.Write(path, all);
        Tell(screen, track);
        screen.Line($"Written: {path}, {json}, {csv}");
        return all;
    }

    private JsonObject About(DccModel model, string modelPath, HeatTrack track, HeatVideoRenderer renderer) => new()
    {
        ["video"] = media.Path,
        ["heat_video"] = path,
        ["dcc"] = RunRecord.Version,
        ["model"] = modelPath,
        ["model_sha256"] = ModelFile.Hash(modelPath),
        ["map"] = NameOf(map),
        ["hop_seconds"] = track.HopSeconds,
        ["unit_seconds"] = (double)model.Options.SamplesPerUnit / model.Options.LogMel.SampleRate,
        ["silence_decibels"] = choice.SilenceDecibels,
        ["length_seconds"] = Math.Round(track.Seconds, 3),
        ["width"] = renderer.Size.Width,
        ["height"] = renderer.Size.Height,
        ["frames_per_second"] = Math.Round(renderer.FramesPerSecond, 3),
        ["heat_scale"] = new JsonObject { ["cold"] = renderer.Scale.Cold, ["hot"] = renderer.Scale.Hot },
    };

    private static void Tell(Screen screen, HeatTrack track)
    {
        IReadOnlyList<HeatSecond> seconds = track.PerSecond();
        HeatSecond[] sounding = [.. seconds.Where(each => !each.Silent)];
        string told = string.Create(CultureInfo.InvariantCulture, $"{track.Seconds:F1} s: {sounding.Length} seconds with sound, {seconds.Count - sounding.Length} silent");
        if (sounding.Length > 0) told += string.Create(CultureInfo.InvariantCulture, $"; confidence {sounding.Average(each => each.Confidence!.Value):F2} on average, {sounding.Max(each => each.Confidence!.Value):F2} at second {sounding.MaxBy(each => each.Confidence)!.Second}");
        screen.Line($"{told}.");
    }
}
