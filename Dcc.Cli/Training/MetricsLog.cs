// metrics.jsonl: one JSON object a report, while the run goes. Read next: DeadClusters.cs, ../Commands/TrainCommand.cs.
using System.Text;
using System.Text.Json;
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>Each line is whole as soon as it is there. A run that goes on keeps the lines up to where it goes on.</summary>
internal sealed class MetricsLog : IDisposable
{
    private readonly StreamWriter writer;

    public MetricsLog(string path, int keepUpTo)
    {
        List<string> kept = [];
        if (keepUpTo > 0 && File.Exists(path))
            foreach (string line in File.ReadLines(path))
                if (StepOf(line) is { } step && step <= keepUpTo) kept.Add(line);
        writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
        foreach (string line in kept) writer.WriteLine(line);
    }

    public void Add(TrainingProgress now, IReadOnlyList<int> deadClusters)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("step", now.Step);
            json.WriteNumber("steps", now.Steps);
            json.WriteNumber("loss", now.Loss);
            json.WriteNumber("pair_accuracy", now.PairAccuracy);
            json.WriteNumber("gradient_norm", now.GradientNorm);
            json.WriteNumber("learning_rate", now.LearningRate);
            json.WriteNumber("units_per_second", Math.Round(now.UnitsPerSecond, 2));
            json.WriteNumber("wait_share", Math.Round(now.WaitShare, 5));
            json.WriteStartArray("cluster_use");
            foreach (float share in now.ClusterUse) json.WriteNumberValue(share);
            json.WriteEndArray();
            json.WriteStartArray("dead_clusters");
            foreach (int cluster in deadClusters) json.WriteNumberValue(cluster);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        writer.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static int? StepOf(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt32();
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException) { return null; }   // torn when the program was killed
    }

    public void Dispose() => writer.Dispose();
}
