// Looks at every file of a data set without decoding all of it: what is missing, what is broken, and how many samples an evaluation will use. Read next: ../../Dcc.Cli/Commands/Data/DoctorCommand.cs.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dcc.Data;

/// <summary>What the doctor found.</summary>
/// <param name="Layout">The layout that was recognised.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Counts">How many there are of what, by name: "sounds", "classes", "group 1".</param>
/// <param name="Missing">Samples that a list names and the folder lacks.</param>
/// <param name="Broken">Files that are there and cannot be read.</param>
/// <param name="Evaluated">Samples that an evaluation will use: those with no broken file.</param>
/// <param name="Notes">What is odd about this copy.</param>
public sealed record DataSetDiagnosis(
    string Layout, string Folder, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<SkippedSample> Missing, IReadOnlyList<SkippedSample> Broken, int Evaluated, IReadOnlyList<string> Notes)
{
    /// <summary>Indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DiagnosisJson.Default.DataSetDiagnosis);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DataSetDiagnosis))]
internal sealed partial class DiagnosisJson : JsonSerializerContext;

public static class DataSetDoctor
{
    /// <summary>Looks at each file once; <paramref name="progress"/> hears the share done.</summary>
    public static DataSetDiagnosis Examine(DataSetContents contents, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        string[] files = [.. contents.Files];
        Dictionary<string, string> broken = [];
        for (int i = 0; i < files.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (Problem(files[i]) is { } problem) broken.Add(files[i], problem);
            progress?.Report((i + 1.0) / files.Length);
        }
        SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
        Count("sounds", contents.Sounds.Count);
        Count("pictures", contents.Pictures.Count);
        Count("pairs with boxes", contents.Boxes.Count(pair => pair.Boxes.Count > 0));
        Count("boxes", contents.Boxes.Sum(pair => pair.Boxes.Count));
        Count("pairs without a box", contents.Boxes.Count(pair => pair.Boxes.Count == 0 && !pair.Silent));
        Count("non-sounding pairs", contents.Boxes.Count(pair => pair.Silent));
        Count("listed clips", contents.Clips.Count);
        Count("classes", contents.Sounds.Select(sound => sound.Label).Concat(contents.Pictures.SelectMany(picture => picture.Labels)).Concat(contents.Boxes.Select(pair => pair.Label).OfType<string>())
            .Concat(contents.Clips.SelectMany(clip => clip.Labels)).Distinct().Count());
        foreach (IGrouping<string, string> group in contents.Sounds.Select(sound => sound.Group).Concat(contents.Pictures.Select(picture => picture.Group)).GroupBy(name => name)) Count($"group {group.Key}", group.Count());
        int evaluated = contents.Sounds.Count(sound => !broken.ContainsKey(sound.Path)) + contents.Pictures.Count(picture => !broken.ContainsKey(picture.Path))
            + contents.Boxes.Count(pair => !broken.ContainsKey(pair.PicturePath) && !broken.ContainsKey(pair.SoundPath!));
        return new DataSetDiagnosis(contents.Layout, contents.Folder, counts, contents.Missing, [.. broken.Select(pair => new SkippedSample(pair.Key, pair.Value))], evaluated, contents.Notes);

        void Count(string name, int number)
        {
            if (number > 0) counts[name] = number;
        }
    }

    private static string? Problem(string path)
    {
        if (SoundNames.IsOne(path)) return SoundNames.Problem(path);
        try
        {
            PictureReader.Check(path);
            return null;
        }
        catch (DataException failure)
        {
            return failure.Message;
        }
    }
}
