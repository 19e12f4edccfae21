// metrics.json and training.json: what was run, and what came out. Read next: DemoRun.cs.
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal static class RunRecord
{
    public static string Version { get; } = typeof(RunRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static string Demo(DemoRun run) => Write(json =>
    {
        Common(json, run.Model, run.Training, run.Result);
        json.WriteString("samples", Path.GetFullPath(run.SampleFolder));
        json.WriteNumber("evaluation_seconds", Math.Round(run.EvaluationSeconds, 2));
        json.WriteStartObject("targets");
        foreach (DemoTarget target in DemoTarget.All)
        {
            Measure measure = target.Pick(run.Evaluation.Metrics.Model)!;
            json.WriteStartObject(target.Key);
            json.WriteNumber("value", measure.Value);
            json.WriteNumber("target", target.Target);
            json.WriteNumber("chance", target.ChanceIn(run.Evaluation.Metrics.TestSet));
            json.WriteBoolean("reached", measure.Value >= target.Target);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WritePropertyName("evaluation");
        JsonSerializer.Serialize(json, run.Evaluation.Metrics, SceneMetricsJson.Default.SceneMetrics);
        History(json, run.Result);
    });

    public static string Training(DccModel model, TrainerOptions options, TrainingResult result, string data, string? manifest, string? samples, IReadOnlyList<SkippedPair> skipped) => Write(json =>
    {
        Common(json, model, options, result);
        json.WriteBoolean("cancelled", result.Cancelled);
        json.WriteString("data", data);
        if (manifest is not null) json.WriteString("manifest", Path.GetFullPath(manifest));
        if (samples is not null) json.WriteString("samples", Path.GetFullPath(samples));
        json.WriteStartArray("skipped");
        foreach (SkippedPair pair in skipped)
        {
            json.WriteStartObject();
            json.WriteNumber("line", pair.Line);
            json.WriteString("reason", pair.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        History(json, result);
    });

    /// <summary>What `dcc train --json` prints.</summary>
    public static string Summary(string folder, TrainerOptions options, TrainingResult result, int skipped)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("model", Path.Combine(folder, "model.safetensors"));
            json.WriteBoolean("cancelled", result.Cancelled);
            json.WriteNumber("steps", options.Steps);
            json.WriteNumber("steps_done", result.StepsDone);
            json.WriteNumber("batch", options.Batch);
            json.WriteNumber("seconds", Math.Round(result.Seconds, 2));
            if (result.History is [.., TrainingProgress last])
            {
                json.WriteNumber("loss", last.Loss);
                json.WriteNumber("pair_accuracy", last.PairAccuracy);
                json.WriteNumber("units_per_second", Math.Round(last.UnitsPerSecond, 2));
                json.WriteNumber("wait_share", Math.Round(last.WaitShare, 5));
            }
            json.WriteNumber("skipped", skipped);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Common(Utf8JsonWriter json, DccModel model, TrainerOptions options, TrainingResult result)
    {
        json.WriteString("dcc", Version);
        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteString("device", model.Device.Name);
        json.WriteNumber("seed", options.Seed);
        json.WriteNumber("parameters", model.ParameterCount);
        json.WriteNumber("steps_done", result.StepsDone);
        json.WriteNumber("training_seconds", Math.Round(result.Seconds, 2));
        if (result.History.Count > 0) json.WriteNumber("wait_share", Math.Round(result.History[^1].WaitShare, 5));
        json.WritePropertyName("model");
        JsonSerializer.Serialize(json, model.Options, RunJson.Default.DccOptions);
        json.WritePropertyName("training");
        JsonSerializer.Serialize(json, options with { CheckpointPath = null, StatePath = null }, RunJson.Default.TrainerOptions);
    }

    private static void History(Utf8JsonWriter json, TrainingResult result)
    {
        json.WritePropertyName("history");
        JsonSerializer.Serialize(json, result.History, RunJson.Default.IReadOnlyListTrainingProgress);
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DccOptions))]
[JsonSerializable(typeof(TrainerOptions))]
[JsonSerializable(typeof(IReadOnlyList<TrainingProgress>))]
internal sealed partial class RunJson : JsonSerializerContext;
