// dcc devices: what this machine can compute on, what was skipped and why. Read next: ../../Dcc.Kernels/Core/DeviceCatalog.cs.
using System.CommandLine;
using Dcc.Kernels;
using Spectre.Console;

namespace Dcc.Cli;

internal sealed class DevicesCommand : Verb
{
    public DevicesCommand() : base("devices", "Lists the devices of this machine, what was skipped and why, and which one `--device auto` takes.") { }

    public override IReadOnlyList<Example> Examples { get; } = [new("dcc devices", "Lists the names that --device takes on this machine.")];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        DeviceCatalog catalog = DeviceCatalog.Find();
        FoundDevice automatic = catalog.Found.First(found => found.WhyNotAutomatic is null);
        Table table = screen.Table("--device", "device", "memory", "remark");
        foreach (FoundDevice found in catalog.Found)
            table.AddRow(found.Id, Markup.Escape(found.Name), Size(found), Markup.Escape(found == automatic ? "auto takes this one" : found.WhyNotAutomatic ?? ""));
        screen.Show(table);
        foreach (SkippedDevice skipped in catalog.Skipped) screen.Note(skipped.ToString());
        return CommandLine.Done;
    }

    private static string Size(FoundDevice found) => found.Memory > 0 ? $"{found.Memory / (double)(1L << 30):F1} GiB" : "";
}
