// JSON lists as published, read without trust. Read next: VggSs.cs.
using System.Text.Json;

namespace Dcc.Data;

internal static class JsonFiles
{
    /// <summary>Throws <see cref="DataException"/> for what is no JSON.</summary>
    public static JsonDocument Parse(string path)
    {
        using FileStream stream = InputFile.Open(path, "a JSON file");
        try { return JsonDocument.Parse(stream); }
        catch (JsonException failure)
        {
            throw new DataException($"{path}, line {failure.LineNumber + 1}: it is no valid JSON ({failure.Message.Split('.')[0]}); download it again.", failure);
        }
    }

    public static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>So many numbers, or null.</summary>
    public static double[]? Numbers(JsonElement list, int count)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != count) return null;
        double[] numbers = new double[count];
        int i = 0;
        foreach (JsonElement value in list.EnumerateArray())
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out numbers[i++])) return null;
        return numbers;
    }
}
