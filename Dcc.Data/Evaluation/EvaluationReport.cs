// What every `dcc evaluate` verb finds, in one shape: the model beside its baselines, and a line for each sample. Read next: ../../Dcc.Cli/Commands/Evaluate/EvaluationOutput.cs.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Dcc.Data;

/// <summary>The scores of one method; of the model, or of a baseline such as "random", "all_ones", "centre_prior", "log_mel", "untrained".</summary>
public sealed record MethodScores(string Method, IReadOnlyList<Score> Scores);

/// <summary>A sample that could not be used, and why in a sentence.</summary>
public sealed record SkippedSample(string Id, string Reason);

/// <summary>The outcome of one evaluation.</summary>
public sealed record EvaluationReport
{
    /// <summary>The verb: "localization".</summary>
    public required string Task { get; init; }

    /// <summary>What was evaluated on, in words.</summary>
    public required string Data { get; init; }

    /// <summary>Samples that the scores are made of: to be printed, since subsets of the published sets differ.</summary>
    public required int Samples { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Conventions that change the numbers, by name: binarisation, evaluation size, map.</summary>
    public required IReadOnlyDictionary<string, string> Choices { get; init; }

    /// <summary>The model first, then its baselines.</summary>
    public required IReadOnlyList<MethodScores> Methods { get; init; }

    /// <summary>Published numbers and cautions to print beside the result.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<SkippedSample> Skipped { get; init; } = [];

    /// <summary>One object a sample, all with the same keys: "id", then what the task says about it.</summary>
    [JsonIgnore] public IReadOnlyList<JsonObject> PerSample { get; init; } = [];

    /// <summary>Indented JSON with names like per_sample.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.EvaluationReport);

    /// <summary>The reverse of <see cref="ToJson"/>, without the samples; null if the text is something else.</summary>
    public static EvaluationReport? TryRead(string json)
    {
        try { return JsonSerializer.Deserialize(json, EvaluationJson.Default.EvaluationReport) is { Methods.Count: > 0 } report ? report : null; }
        catch (JsonException) { return null; }
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
