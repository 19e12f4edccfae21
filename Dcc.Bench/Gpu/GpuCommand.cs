// The command for the day a card is there: checks every kernel, measures the card's roofs, times everything beside them. Read next: GpuRow.cs.
using System.Text;
using Dcc.Bench.Measuring;
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Bench.Gpu;

/// <param name="Device">As --device takes it; null: the first CUDA device, else the first OpenCL device, PoCL included.</param>
/// <param name="Quick">Few rounds and no large sizes.</param>
/// <param name="Only">Only work whose name contains this text; null: all.</param>
internal sealed record GpuOptions(string? Device, bool Quick, string? Only);

internal static class GpuCommand
{
    /// <summary>0 if all cases agree with the reference. <paramref name="write"/> gets the device's name, the Markdown and the CSV.</summary>
    public static int Run(GpuOptions options, TextWriter output, TextWriter errors, Action<string, string, string>? write)
    {
        try
        {
            using GpuDevice device = Open(options.Device);
            return Run(device, options, output, write);
        }
        catch (DeviceNotFoundException missing)
        {
            errors.WriteLine($"gpu: {missing.Message}");
            return 1;
        }
    }

    public static int Run(GpuDevice device, GpuOptions options, TextWriter output, Action<string, string, string>? write)
    {
        bool Wanted(string name) => options.Only is null || name.Contains(options.Only, StringComparison.OrdinalIgnoreCase);
        int rounds = options.Quick ? 3 : 15;
        double fill = options.Quick ? 20 : 100;
        List<GpuRow> rows = [];
        List<string> failures = [], notes = [];

        OpCase[] cases = [.. AllCases.List.Where(op => Wanted(op.ToString()))];
        GpuRoofs roofs = GpuRoofs.Measure(device, options.Quick);
        MarkdownTable checks = new("case", "largest relative error", "allowed");
        foreach (OpCase op in cases)
        {
            output.WriteLine($"# {op}");
            ReferenceCheck check = ReferenceCheck.Of(device, op);
            checks.Add(op.ToString(), check.Failure is null ? $"{check.WorstError:E1}" : "WRONG", $"{op.Tolerance:E1}");
            if (check.Failure is not null) failures.Add(check.Failure);
            // A wrong kernel's time is of no use to anyone; the simulator's neither.
            if (op.Size == CaseSize.Real && check.Failure is null && device.Kind != DeviceKind.Simulator) rows.AddRange(GpuCases.Time(device, op, rounds, fill));
        }
        if (device.Kind != DeviceKind.Simulator)
            foreach ((string name, Func<IEnumerable<GpuRow>> measure) in GpuLadder.Work(device, options.Quick, rounds, fill, notes.Add).Concat(GpuModel.Work(device, options.Quick, rounds, fill)).Where(work => Wanted(work.Name)))
            {
                output.WriteLine($"# {name}");
                rows.AddRange(measure());
            }
        if (cases.Length == 0 && rows.Count == 0) throw new DeviceNotFoundException($"nothing is named \"{options.Only}\": --only takes a part of the name of an op case, such as \"Conv2d\", or of \"product\", \"convolution\" or \"model\".");

        string text = Page(device, options, roofs, rows, cases.Length, failures, notes, checks);
        output.WriteLine();
        output.Write(text);
        MarkdownTable all = new(["section", .. GpuRow.Headings]);
        foreach (GpuRow row in rows) all.Add([row.Section, .. row.Cells(roofs)]);
        write?.Invoke(device.Name, text, all.ToCsv());
        return failures.Count == 0 ? 0 : 1;
    }

    private static string Page(GpuDevice device, GpuOptions options, GpuRoofs roofs, List<GpuRow> rows, int cases, List<string> failures, List<string> notes, MarkdownTable checks)
    {
        StringBuilder text = new($"# {device.Name}\n\n");
        text.Append($"Written by `Dcc.Bench -- gpu`{(options.Quick ? " with --quick: numbers to look at" : "")}. Roofs, measured in this run: {Text.Number(roofs.Gigaflops)} GFLOP/s of multiply-adds in registers, {Text.Number(roofs.Gigabytes)} GB/s of a copy, ");
        text.Append("read and written bytes counted. A time is one call out of a queue that is waited for once. *% of roof*: the shortest time that the two roofs allow, beside the median; a cache can beat the copy. *Floor*: the same from the data sheets' peaks of docs/kernels.md.\n");
        if (cases > 0) text.Append($"\n{cases - failures.Count} of {cases} cases agree with the double reference.\n");
        foreach (string failure in failures) text.Append($"\n- WRONG: {failure}\n");
        foreach (string note in notes) text.Append($"\n- {note}\n");
        foreach ((string section, string heading) in ((string, string)[])[("ops", "Ops"), ("ladder", "The ladder of matrix product and convolution"), ("model", "Whole models")])
        {
            MarkdownTable table = new(GpuRow.Headings);
            foreach (GpuRow row in rows.Where(row => row.Section == section)) table.Add(row.Cells(roofs));
            if (!table.IsEmpty) text.Append($"\n## {heading}\n\n{table}");
        }
        if (!checks.IsEmpty) text.Append($"\n## Against the double reference\n\n{checks}");
        return text.ToString();
    }

    private static GpuDevice Open(string? name)
    {
        if (name is not null)
        {
            Device named = Devices.Open(name);
            if (named is GpuDevice gpu) return gpu;
            named.Dispose();
            throw new DeviceNotFoundException($"{name} is not a GPU device. Name one (cuda, opencl), or measure the CPU with `suites`.");
        }
        DeviceCatalog catalog = DeviceCatalog.Find();
        FoundDevice? best = catalog.Found.FirstOrDefault(found => found.Kind == DeviceKind.Cuda) ?? catalog.Found.FirstOrDefault(found => found.Kind == DeviceKind.OpenCl);
        if (best is not null) return best.Kind == DeviceKind.Cuda ? GpuDevice.Cuda(best.Index) : GpuDevice.OpenCl(best.Index);
        throw new DeviceNotFoundException($"this machine has no CUDA and no OpenCL device. {string.Join(" ", catalog.Skipped)} Install an NVIDIA driver or, to run the kernels on the processor, PoCL 5 or newer (docs/contributing.md).");
    }
}
