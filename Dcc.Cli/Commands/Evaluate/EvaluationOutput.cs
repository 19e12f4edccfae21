// What all `dcc evaluate` verbs print and write: a table, one JSON file, one CSV line a sample. Read next: ../../../Dcc.Data/Evaluation/EvaluationReport.cs.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;
using Dcc.Data;
using Dcc.Tensors;
using Spectre.Console;

namespace Dcc.Cli;

internal static class EvaluationOutput
{
    private const int SkippedShown = 20;

    public static Option<string> Option(string task) => new("--out")
    {
        Description = "The result, JSON; a CSV file with a line for each sample is written beside it.",
        HelpName = "FILE",
        DefaultValueFactory = _ => $"{task}.json",
    };

    /// <summary>Prints the report and writes <paramref name="path"/> and its neighbour NAME.samples.csv; each appears only when it is complete.</summary>
    public static void Show(Screen screen, EvaluationReport report, string path)
    {
        screen.Heading($"{report.Task}: {report.Samples} samples of {report.Data}");
        foreach ((string name, string value) in report.Choices) screen.Line($"{name,-16} {value}");
        Table table = screen.Table(["", .. report.Methods[0].Scores.Select(score => score.Name)]);
        foreach (MethodScores method in report.Methods)
            table.AddRow([Markup.Escape(method.Method), .. report.Methods[0].Scores.Select(wanted => Cell(method.Scores.FirstOrDefault(score => score.Name == wanted.Name)))]);
        screen.Show(table);
        foreach (string note in report.Notes) screen.Line(note);
        ShowSkipped(screen, report);
        string samples = Path.ChangeExtension(path, ".samples.csv");
        AtomicFile.WriteText(path, report.ToJson() + "\n");
        AtomicFile.WriteText(samples, Csv(report.PerSample));
        screen.Line($"Written: {path}, {samples}");
        screen.Answer(report.ToJson());
    }

    private static string Cell(Score? score) => score is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{score.Value:F3} ({score.Low:F3}..{score.High:F3})");

    private static void ShowSkipped(Screen screen, EvaluationReport report)
    {
        if (report.Skipped.Count == 0) return;
        screen.Heading($"{report.Skipped.Count} samples cannot be used and are left out:");
        Table table = screen.Table("sample", "reason");
        foreach (SkippedSample skipped in report.Skipped.Take(SkippedShown)) table.AddRow(Markup.Escape(skipped.Id), Markup.Escape(skipped.Reason));
        if (report.Skipped.Count > SkippedShown) table.AddRow("...", $"{report.Skipped.Count - SkippedShown} more; the JSON file lists them all");
        screen.Show(table);
    }

    /// <summary>A line for each object, below their keys.</summary>
    internal static string Csv(IReadOnlyList<JsonObject> samples)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using (CsvWriter csv = CsvWriter.Create(text, new CsvWriterOptions(), leaveOpen: true))
        {
            string[] names = samples.Count > 0 ? [.. samples[0].Select(pair => pair.Key)] : [];
            csv.WriteRecord(names);
            foreach (JsonObject sample in samples) csv.WriteRecord(Array.ConvertAll(names, name => sample[name]?.ToString() ?? ""));
        }
        return text.ToString();
    }
}
