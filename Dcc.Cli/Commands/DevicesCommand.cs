// dcc devices: what this machine can compute on, what was skipped and why; with --profile what a training step asks of one of them.
// Read next: ../../Dcc.Kernels/Core/DeviceCatalog.cs, ../../Dcc.Model/Training/StepProfile.cs.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Kernels;
using Dcc.Model;
using Spectre.Console;

namespace Dcc.Cli;

internal sealed class DevicesCommand : Verb
{
    private const int ProfiledUnits = 8, SimulatedUnits = 2;

    private readonly Option<bool> profile = new("--profile") { Description = "Runs two training steps on a GPU device and counts what the second asks of it." };
    private readonly Option<string> device = new CommonOptions().Device;

    public DevicesCommand() : base("devices", "Lists the devices of this machine, what was skipped and why, and which one `--device auto` takes.")
    {
        Options.Add(profile);
        Options.Add(device);
        Options.Add(Json);
        Validators.Add(result =>
        {
            if (result.GetResult(device) is { Implicit: false } && !result.GetValue(profile)) result.AddError("--device names what --profile looks at: give both or neither.");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc devices", "Lists the names that --device takes on this machine."),
        new("dcc devices --profile --device cuda", "Counts the launches of a training step on an NVIDIA card, kernel by kernel."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        if (arguments.GetValue(profile))
        {
            using Device opened = Devices.Open(arguments.GetValue(device)!, screen.Note);
            return Profile(opened, screen);
        }
        DeviceCatalog catalog = DeviceCatalog.Find();
        FoundDevice automatic = catalog.Found.First(found => found.WhyNotAutomatic is null);
        Table table = screen.Table("--device", "device", "memory", "remark");
        foreach (FoundDevice found in catalog.Found)
            table.AddRow(found.Id, Markup.Escape(found.Name), Size(found), Markup.Escape(found == automatic ? "auto takes this one" : found.WhyNotAutomatic ?? ""));
        screen.Show(table);
        foreach (SkippedDevice skipped in catalog.Skipped) screen.Note(skipped.ToString());
        screen.Answer(new JsonObject
        {
            ["devices"] = new JsonArray([.. catalog.Found.Select(found => new JsonObject { ["id"] = found.Id, ["name"] = found.Name, ["memory_bytes"] = found.Memory, ["automatic"] = found == automatic, ["remark"] = found.WhyNotAutomatic })]),
            ["skipped"] = new JsonArray([.. catalog.Skipped.Select(skipped => JsonValue.Create(skipped.ToString()))]),
        }.ToJsonString());
        return CommandLine.Done;
    }

    private static int Profile(Device device, Screen screen)
    {
        if (device.Profile is null) throw new CliException($"{device.Name} loads no kernels, so there is nothing to profile. Name a GPU device: --device cuda, opencl or simulator.");
        bool simulated = device.Kind == DeviceKind.Simulator;
        int units = simulated ? SimulatedUnits : ProfiledUnits;
        screen.Heading($"A training step of the {(simulated ? "small model's parts, tiny" : "small model")}, {units} units, on {device.Name}");
        StepProfile step = StepProfile.Measure(device, simulated ? StepProfile.Tiny : DccOptions.Small, units);
        Table table = screen.Table("kernel", "launches", "ms");
        foreach ((string kernel, long count, double seconds) in step.Launches) table.AddRow(Markup.Escape(kernel), Text($"{count}"), Text($"{1000 * seconds:F2}"));
        table.AddRow("total", Text($"{step.TotalLaunches}"), Text($"{1000 * step.Launches.Sum(launch => launch.Seconds):F2}"));
        screen.Show(table);
        screen.Line(WarmUp.Line(device)!);
        screen.Line(Text($"The first step took {step.FirstStepSeconds:F2} s, the second {step.StepSeconds:F3} s; ms are of a third, in which the host waits for each kernel."));
        screen.Line(Text($"Buffers allocated in the second step: {step.Allocations}."));
        screen.Line(Text($"The host waits in a step for {step.HostReads} read (loss, pair accuracy and gradient norm: training stops on NaN before the weights change),"));
        screen.Answer(new JsonObject
        {
            ["device"] = device.Name,
            ["kernels"] = new JsonArray([.. step.Launches.Select(launch => new JsonObject { ["name"] = launch.Kernel, ["launches"] = launch.Count, ["seconds"] = launch.Seconds })]),
            ["launches"] = step.TotalLaunches,
            ["step_seconds"] = step.StepSeconds,
            ["allocations"] = step.Allocations,
        }.ToJsonString());
        screen.Line(Text($"{step.HostWrites} writes (the batch's frames and sound, the spectrogram mask) and {step.Synchronizations} other synchronisations."));
        return CommandLine.Done;
    }

    private static string Size(FoundDevice found) => found.Memory > 0 ? $"{found.Memory / (double)(1L << 30):F1} GiB" : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
