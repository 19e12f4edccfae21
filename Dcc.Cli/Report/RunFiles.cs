// What a run left in its folder, read again for a report. Read next: ../RunRecord.cs, ../Commands/ReportCommand.cs.
using System.Text.Json;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>
/// A run's record. <paramref name="Folder"/> is as the user wrote it; <paramref name="IsDemo"/> says that it is `dcc demo`'s; <paramref name="Manifest"/> holds the pairs it was trained on, a list or a prepared folder, null for
/// composed scenes; <paramref name="Samples"/> is their folder of sample data; <paramref name="Data"/> the training data in words; <paramref name="Skipped"/> pairs that training left out.
/// </summary>
internal sealed record RunFiles(
    string Folder, bool IsDemo, string? Manifest, string? Samples, string Data, int Skipped, string Version, string Runtime, string System, string Device, int StepsDone, double Seconds,
    TrainerOptions Training, IReadOnlyList<TrainingProgress> History, SceneMetrics? Metrics)
{
    public ulong Seed => Training.Seed;

    public string Model => Path.Combine(Folder, "model.safetensors");

    /// <exception cref="CliException">The folder is none of a run, or its record cannot be read.</exception>
    public static RunFiles Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new CliException($"{folder} does not exist: name the folder that `dcc train` or `dcc demo` wrote.");
        string? record = new[] { "training.json", "metrics.json" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (record is null || !File.Exists(Path.Combine(folder, "model.safetensors")))
            throw new CliException($"{folder} holds no run: {(record is null ? "neither training.json nor metrics.json is there" : "model.safetensors is missing")}. Name the folder that `dcc train` or `dcc demo` wrote.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(record));
            return Of(folder, record, document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw new CliException($"{record} is no record of a run ({failure.Message.Split('\n')[0].TrimEnd('.')}): train again, or restore the file.", failure);
        }
    }

    private static RunFiles Of(string folder, string record, JsonElement json)
    {
        bool demo = Path.GetFileName(record) == "metrics.json";
        return new RunFiles(folder, demo, Text("manifest"), Text("samples"), demo ? "composed scenes" : Text("data") ?? "unknown", json.TryGetProperty("skipped", out JsonElement skipped) ? skipped.GetArrayLength() : 0,
            Text("dcc") ?? "unknown", Text("runtime") ?? "unknown", Text("system") ?? "unknown", Text("device") ?? "unknown", json.GetProperty("steps_done").GetInt32(), json.GetProperty("training_seconds").GetDouble(),
            json.GetProperty("training").Deserialize(RunJson.Default.TrainerOptions)!, json.GetProperty("history").Deserialize(RunJson.Default.IReadOnlyListTrainingProgress)!,
            demo ? json.GetProperty("evaluation").Deserialize(SceneMetricsJson.Default.SceneMetrics) : null);

        string? Text(string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    /// <summary>Results of `dcc evaluate` that stand in the folder, by name.</summary>
    public IReadOnlyList<EvaluationReport> Evaluations()
    {
        List<EvaluationReport> found = [];
        foreach (string file in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal))
            if (Path.GetFileName(file) is not ("training.json" or "metrics.json") && EvaluationReport.TryRead(File.ReadAllText(file)) is { } report) found.Add(report);
        return found;
    }
}
