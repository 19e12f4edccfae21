// One bad clip never ends an evaluation: it is told from what does. Read next: EvaluationReport.cs.
namespace Dcc.Data;

internal static class Usable
{
    /// <summary>Computes; of a sample that cannot be read or judged, why in a sentence.</summary>
    public static string? Try<T>(Func<T> compute, out T result)
    {
        result = default!;
        try
        {
            result = compute();
            return null;
        }
        catch (Exception error) when (error is DataException or IOException or UnauthorizedAccessException or NotSupportedException or InvalidOperationException) { return error.Message; }
    }

    /// <summary>The same number for the same name, in order of appearance.</summary>
    public static int[] Numbers(IEnumerable<string> names)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            if (!numbers.TryGetValue(name, out int number)) numbers.Add(name, number = numbers.Count);
            return number;
        })];
    }
}
