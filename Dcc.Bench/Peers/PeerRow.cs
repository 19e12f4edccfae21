// One line of the comparison: what is timed on both sides, how it is checked, and the limit of the ratio. Read next: PeersCommand.cs, Rows/ForwardRows.cs.
using Dcc.Bench.Measuring;
using Dcc.Kernels;

namespace Dcc.Bench.Peers;

/// <summary>
/// <paramref name="Limit"/>: the largest ratio ours / peer that is good enough; null where none is set. <paramref name="Open"/> makes both sides when the row's turn
/// comes: a row at a time holds memory.
/// </summary>
internal sealed record PeerRow(string Group, string Name, double? Limit, Func<CpuDevice, PeerSides> Open);

/// <summary>How far the two results lie apart: the largest ||ours - peer|| / ||peer|| of what is compared.</summary>
internal readonly record struct Agreement(double Error, double Tolerance)
{
    public bool Holds => Error <= Tolerance; // false for NaN

    /// <summary>The largest difference of several results.</summary>
    public static double Worst(float[][] ours, float[][] theirs) => ours.Zip(theirs).Max(pair => Difference(pair.First, pair.Second));

    public static double Difference(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        if (ours.Length != theirs.Length) return double.NaN;
        double difference = 0, size = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            difference += ((double)ours[i] - theirs[i]) * ((double)ours[i] - theirs[i]);
            size += (double)theirs[i] * theirs[i];
        }
        return difference == 0 ? 0 : Math.Sqrt(difference / size);
    }
}

/// <summary>A way to do the peer's side. The fastest one of a row counts.</summary>
internal sealed record PeerVariant(string Name, Action Run, Func<Agreement> Check);

/// <summary>Both sides of a row, ready to run.</summary>
internal sealed class PeerSides(Action ours, params PeerVariant[] peers) : IDisposable
{
    public Action Ours { get; } = ours;
    public PeerVariant[] Peers { get; } = peers;

    /// <summary>Operations of one call, a convolution counted as the direct one; 0 where nobody asks.</summary>
    public double Flops { get; init; }

    /// <summary>What the sides hold, disposed in this order.</summary>
    public required IReadOnlyList<IDisposable> Held { get; init; }

    public void Dispose()
    {
        foreach (IDisposable held in Held) held.Dispose();
    }
}

/// <summary>What came out of a row. Values are milliseconds, or MiB where the group says so.</summary>
internal sealed record PeerResult(string Group, string Name, double? Limit, Timing Ours, string PeerName, Timing Peer, double Flops, Agreement? Agreement)
{
    public double Ratio => Ours.Median / Peer.Median;

    public string Verdict => Limit is not { } limit ? "" : Ratio <= limit ? "met" : "missed";
}
