// The numbers beside a heat-map video: JSON with everything, CSV with a line a second. Read next: HeatVideoRenderer.cs.
using System.Text.Json;
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Tensors;

namespace Dcc.Cli;

internal static class HeatVideoFiles
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="track">What was found.</param>
    /// <param name="about">What was asked and with which model; the seconds are put below.</param>
    /// <param name="size">Pixels of the video, for the peaks.</param>
    public static JsonObject Json(HeatTrack track, JsonObject about, (int Width, int Height) size)
    {
        about["seconds"] = new JsonArray([.. track.PerSecond().Select(each => Line(each, size))]);
        return about;
    }

    /// <summary>Writes NAME.json and NAME.csv beside the video; gives their names.</summary>
    public static (string Json, string Csv) Write(string video, JsonObject all)
    {
        string json = Path.ChangeExtension(video, ".json"), csv = Path.ChangeExtension(video, ".csv");
        AtomicFile.WriteText(json, all.ToJsonString(indented) + "\n");
        AtomicFile.WriteText(csv, EvaluationOutput.Csv([.. all["seconds"]!.AsArray().Select(line => Flat(line!.AsObject()))]));
        return (json, csv);
    }

    private static JsonObject Line(HeatSecond each, (int Width, int Height) size) => new()
    {
        ["second"] = each.Second,
        ["silent"] = each.Silent,
        ["level_decibels"] = double.IsFinite(each.Level) ? Math.Round(each.Level, 1) : null,
        ["confidence"] = Rounded(each.Confidence),
        ["similarity"] = Rounded(each.Similarity),
        ["peak_x"] = each.PeakX is { } x ? (int)(x * size.Width) : null,
        ["peak_y"] = each.PeakY is { } y ? (int)(y * size.Height) : null,
        ["clusters"] = new JsonArray([.. each.Activities.Select(activity => (JsonNode)Math.Round(activity, 4))]),
    };

    /// <summary>A column for each cluster.</summary>
    private static JsonObject Flat(JsonObject line)
    {
        JsonObject flat = new();
        foreach ((string name, JsonNode? value) in line)
            if (value is JsonArray clusters)
                for (int k = 0; k < clusters.Count; k++) flat[$"cluster_{k + 1}"] = clusters[k]!.DeepClone();
            else flat[name] = value?.DeepClone();
        return flat;
    }

    private static JsonNode? Rounded(double? value) => value is { } known ? Math.Round(known, 4) : null;
}
