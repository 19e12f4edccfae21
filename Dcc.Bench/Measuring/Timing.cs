// Times sides in turn (A B A B ...) so that a change of the machine's mood hits all of them. Read next: Roofs.cs.
using System.Diagnostics;

namespace Dcc.Bench.Measuring;

/// <summary>Milliseconds of one call, over rounds.</summary>
internal sealed record Timing(double[] Rounds)
{
    public double Median => Middle(Rounds);
    public double Min => Rounds.Min();
    public double Max => Rounds.Max();

    public static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public override string ToString() => $"{Text.Number(Median)} ({Text.Number(Min)}..{Text.Number(Max)})";
}

internal static class Alternating
{
    /// <summary>
    /// Rounds of every side in turn. Within a round a side runs as often as fills <paramref name="fill"/> milliseconds, after a pause and one call that are not
    /// timed: threads of the side before may still spin, and its data fills the caches. Every measurement is of warm code.
    /// </summary>
    public static Timing[] Measure(int rounds, double fill, params ReadOnlySpan<Action> sides)
    {
        int[] calls = new int[sides.Length];
        double[][] times = new double[sides.Length][];
        for (int i = 0; i < sides.Length; i++)
        {
            times[i] = new double[rounds];
            calls[i] = (int)Math.Clamp(Math.Ceiling(fill / Once(sides[i])), 1, 10_000);
        }
        for (int round = 0; round < rounds; round++)
            for (int i = 0; i < sides.Length; i++)
            {
                Thread.Sleep(20);
                if (calls[i] > 1) sides[i]();
                long begin = Stopwatch.GetTimestamp();
                for (int call = 0; call < calls[i]; call++) sides[i]();
                times[i][round] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds / calls[i];
            }
        return Array.ConvertAll(times, t => new Timing(t));
    }

    /// <summary>Milliseconds of a call once warm: the second one, or a tenth where calls are short.</summary>
    public static double Once(Action side)
    {
        double last = double.MaxValue, spent = 0;
        side();
        for (int call = 0; call < 10 && (call == 0 || spent < 50); call++)
        {
            long begin = Stopwatch.GetTimestamp();
            side();
            last = Math.Min(last, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            spent += last;
        }
        return Math.Max(last, 1e-4);
    }
}
