// What a golden file holds of a tensor, and how far a tensor is from it. Read next: GoldenFile.cs.
namespace Dcc.Bench.Parity;

/// <summary>Norm, mean and up to 32 values at fixed places of a tensor in this engine's layout.</summary>
internal sealed record Digest(double Norm, double Mean, double[] Values)
{
    public static Digest Of(string name, float[] tensor) => Of(name, tensor.Length, i => tensor[i]);

    public static Digest Of(string name, double[] tensor) => Of(name, tensor.Length, i => tensor[i]);

    private static Digest Of(string name, int count, Func<int, double> value)
    {
        double squares = 0, sum = 0;
        for (int i = 0; i < count; i++)
        {
            double x = value(i);
            squares += x * x;
            sum += x;
        }
        return new Digest(Math.Sqrt(squares), sum / count, [.. ParityRecipe.Places(name, count).Select(value)]);
    }

    /// <summary>The largest of: the values' root mean square distance and the mean's distance, by the tensor's RMS, and the norm's relative distance. A NaN makes it infinite.</summary>
    public double ErrorOf(Digest other, int count)
    {
        double rms = Norm / Math.Sqrt(count), error = Math.Max(Math.Abs(other.Norm - Norm) / Norm, Math.Abs(other.Mean - Mean) / rms);
        if (other.Values.Length != Values.Length) return double.PositiveInfinity;
        double squares = 0;
        for (int i = 0; i < Values.Length; i++) squares += (other.Values[i] - Values[i]) * (other.Values[i] - Values[i]);
        error = Math.Max(error, Math.Sqrt(squares / Values.Length) / rms);
        return double.IsFinite(error) ? error : double.PositiveInfinity;
    }
}
