// dcc data doctor DIR: which published layout a folder has, what is missing or broken, and the number that an evaluation will use. Read next: ../../../Dcc.Data/DataSets/DataSetDoctor.cs.
using System.CommandLine;
using System.Globalization;
using Dcc.Data;
using Dcc.Tensors;
using Spectre.Console;

namespace Dcc.Cli;

internal sealed class DoctorCommand : Verb
{
    private const int Shown = 20;

    private readonly Argument<string> folder = new("DIR") { Description = "A folder in the layout of a published data set; docs/data-sets.md shows each." };
    private readonly Option<string?> list = new("--list") { Description = "The file that picks a test set, such as flickr_test.csv or vggss_test.csv; the usual one in the folder if not given.", HelpName = "FILE" };
    private readonly Option<string?> output = new("--out") { Description = "Writes all that was found, JSON.", HelpName = "FILE" };

    public DoctorCommand() : base("doctor", "Recognises a data set, counts what is there, names what is missing or broken, and says how many samples an evaluation will use.")
    {
        Arguments.Add(folder);
        Options.Add(list);
        Options.Add(output);
        Options.Add(Json);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc data doctor ESC-50-master", "Checks a download of ESC-50."),
        new("dcc data doctor flickr --list flickr_test.csv --out found.json", "Checks the pairs of a test list, and writes down everything that is missing."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        DataSetContents contents = DataSetFolder.Recognise(arguments.GetValue(folder)!, arguments.GetValue(list));
        DataSetDiagnosis found = screen.WithProgress("Looking at the files", progress => DataSetDoctor.Examine(contents, progress, cancel));
        screen.Heading($"{found.Layout} in {found.Folder}");
        Table counts = screen.Table("what", "count");
        foreach ((string name, int count) in found.Counts) counts.AddRow(Markup.Escape(name), count.ToString(CultureInfo.InvariantCulture));
        screen.Show(counts);
        foreach (string note in found.Notes) screen.Line(note);
        Show(screen, "missing", found.Missing);
        Show(screen, "broken", found.Broken);
        if (arguments.GetValue(output) is { } path)
        {
            AtomicFile.WriteText(path, found.ToJson() + "\n");
            screen.Line($"Written: {path}");
        }
        screen.Answer(found.ToJson());
        screen.Line(contents.Usable == 0 && contents.Clips.Count > 0 ? "An evaluation needs media; the lists alone hold none." : $"An evaluation will use {found.Evaluated} samples.");
        if (found.Evaluated > 0 || contents.Clips.Count > 0) return CommandLine.Done;
        throw new CliException($"{found.Folder} is {found.Layout} without a sample that can be used: see what is missing above.");
    }

    private static void Show(Screen screen, string what, IReadOnlyList<SkippedSample> samples)
    {
        if (samples.Count == 0) return;
        screen.Heading($"{samples.Count} {what}:");
        Table table = screen.Table("sample", "reason");
        foreach (SkippedSample sample in samples.Take(Shown)) table.AddRow(Markup.Escape(sample.Id), Markup.Escape(sample.Reason));
        if (samples.Count > Shown) table.AddRow("...", $"{samples.Count - Shown} more; --out and --json list them all");
        screen.Show(table);
    }
}
