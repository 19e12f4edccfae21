// What an evaluation found, as it stands in metrics.json. Read next: SceneEvaluation.cs.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dcc.Data;

/// <summary>How well one rule of making heat maps finds what sounds.</summary>
/// <param name="OneOfTwo">On one_of_two scenes: is the map's mean larger in the sounding object's box? A tie counts one half. Chance 0.5.</param>
/// <param name="PeakInBox">On single scenes: is the peak of the map, enlarged to the frame, inside the box? Several equal peaks count by the share inside.</param>
public sealed record MapMetrics(Measure OneOfTwo, Measure PeakInBox);

/// <summary>How well one method does.</summary>
/// <param name="Maps">By the rule of making maps: against_mean, paper and agreement for networks, map for baselines, which have only one.</param>
/// <param name="SoundToPicture">R@1 on single scenes: of 16 pictures of different things, is the sound's own the most similar? Equal ones share. Chance 0.0625.</param>
/// <param name="PictureToSound">The same the other way.</param>
/// <param name="PairAccuracy">Over all scenes: is a sound more similar to its own picture than to one that shows nothing heard in it? Mean over several such pictures; a tie counts one half. Chance 0.5.</param>
public sealed record MethodMetrics(
    IReadOnlyDictionary<string, MapMetrics> Maps,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Measure? SoundToPicture,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Measure? PictureToSound,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Measure? PairAccuracy);

/// <summary>What the test set consists of.</summary>
public sealed record TestSetSummary(
    int Things, int ThingsWithSecondView, int ThingsWithHeldOutSound, int StrictThings, int TrainingBackgrounds, int TestBackgrounds, int ScenesPerKind, int RetrievalGroup, double MeanBoxArea);

/// <summary>A model beside its baselines, all on the same scenes and by the same measures.</summary>
/// <param name="Seed">Seed of the random baselines, the mismatches and the bootstrap.</param>
/// <param name="TestSet">What was measured on.</param>
/// <param name="Model">The trained model.</param>
/// <param name="Baselines">random, fixed_centre, fixed_best (the best fixed point on training scenes), all_ones, and untrained (the same architecture and seed).</param>
public sealed record SceneMetrics(ulong Seed, TestSetSummary TestSet, MethodMetrics Model, IReadOnlyDictionary<string, MethodMetrics> Baselines)
{
    /// <summary>Indented JSON with names like one_of_two.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SceneMetricsJson.Default.SceneMetrics);

    /// <summary>The reverse of <see cref="ToJson"/>.</summary>
    public static SceneMetrics FromJson(string json) => JsonSerializer.Deserialize(json, SceneMetricsJson.Default.SceneMetrics) ?? throw new JsonException("The metrics are null.");
}

/// <summary>Reads and writes metrics without reflection; embed <see cref="SceneMetrics"/> in a larger document through it.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SceneMetrics))]
public sealed partial class SceneMetricsJson : JsonSerializerContext;
