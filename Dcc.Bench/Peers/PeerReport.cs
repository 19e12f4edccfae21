// The comparison as tables. Read next: PeersCommand.cs, ../Report/PerformancePage.cs.
using System.Globalization;
using System.Text;
using Dcc.Bench.Measuring;
using Dcc.Bench.Peers.Rows;

namespace Dcc.Bench.Peers;

internal static class PeerReport
{
    public static string ToMarkdown(IReadOnlyList<PeerResult> results, string device, RoofsOfThreads roofs, bool keepHeap)
    {
        StringBuilder text = new();
        text.Append($"### Beside other engines: {device}{(keepHeap ? ", kept heap" : "")}\n\n");
        text.Append("Median of the rounds (shortest..longest); each round times both sides in turn, warm. \"Difference\" is the largest relative L2 distance between the two sides' results, checked before anything is timed. ");
        text.Append("The peer's faster memory order or formulation counts and is named. GFLOP/s count a convolution as the direct one (direct-equivalent): an algorithm that does less may pass the roof.\n");
        foreach (string note in (string[])[keepHeap ? PeerHeap.Note : "", Machine.PeerSwitches, Machine.Busy])
            if (note.Length > 0) text.Append($"\n{note}\n");
        foreach (IGrouping<string, PeerResult> group in results.GroupBy(result => result.Group))
        {
            MarkdownTable table = new("work", $"ours, {Unit(group.Key)}", "peer", $"peer, {Unit(group.Key)}", "ratio", "limit", "", "ours GFLOP/s", "peer GFLOP/s", "ours, % of peak", "difference", "allowed");
            foreach (PeerResult r in group)
            {
                string Rate(double ms) => r.Flops > 0 && double.IsFinite(ms) ? Text.Number(r.Flops / ms / 1e6) : "";
                table.Add(r.Name, r.Ours.ToString(), r.PeerName, r.Peer.ToString(), Invariant($"{r.Ratio:F2}"), r.Limit is { } limit ? Invariant($"{limit:F2}") : "", r.Verdict,
                    Rate(r.Ours.Median), Rate(r.Peer.Median), r.Flops > 0 ? Invariant($"{100 * r.Flops / r.Ours.Median / 1e6 / roofs.Peak:F0} %") : "",
                    r.Agreement is { } a ? Text.Number(a.Error) : "", r.Agreement is { } b ? Text.Number(b.Tolerance) : "");
            }
            text.Append($"\n**{group.Key}**\n\n{table}");
        }
        return text.ToString();
    }

    public static string ToCsv(IReadOnlyList<PeerResult> results)
    {
        MarkdownTable table = new("group", "work", "limit", "ours median", "ours min", "ours max", "peer", "peer median", "peer min", "peer max", "unit", "ratio", "flops", "difference", "allowed");
        foreach (PeerResult r in results)
            table.Add(r.Group, r.Name, Raw(r.Limit), Raw(r.Ours.Median), Raw(r.Ours.Min), Raw(r.Ours.Max), r.PeerName, Raw(r.Peer.Median), Raw(r.Peer.Min), Raw(r.Peer.Max), Unit(r.Group), Raw(r.Ratio), Raw(r.Flops),
                Raw(r.Agreement?.Error), Raw(r.Agreement?.Tolerance));
        return table.ToCsv();
    }

    private static string Unit(string group) => group == ProcessRow.MemoryGroup ? "MiB" : "ms";

    private static string Raw(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
