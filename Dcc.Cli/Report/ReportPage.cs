// The report: one HTML file that needs nothing else. Each section is a file beside this one. Read next: HeadlineSection.cs.
namespace Dcc.Cli;

internal static class ReportPage
{
    public static string Write(ReportData data) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{data.Title}</title>
        <style>
        {Html.Trusted(Asset("report.css"))}
        </style>
        </head>
        <body>
        <header>
        <h1>{data.Title}</h1>
        <p class="lead">{data.Lead}</p>
        <nav aria-label="Sections"><a href="#numbers">Numbers</a> <a href="#training">Training</a> <a href="#scenes">Scenes</a> <a href="#answers">Right and wrong</a> <a href="#clusters">Clusters</a> <a href="#retrieval">Retrieval</a> <a href="#facts">This run</a></nav>
        </header>
        <main>
        {HeadlineSection.Of(data)}
        {TrainingSection.Of(data.History)}
        {ScenesSection.Of(data)}
        {AnswersSection.Of(data.Answers)}
        {ClustersSection.Of(data.Clusters)}
        {RetrievalSection.Of(data.Retrieval)}
        {FactsSection.Of(data.Facts)}
        </main>
        <script>
        {Html.Trusted(Asset("report.js"))}
        </script>
        </body>
        </html>

        """).ToString();

    private static string Asset(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"Dcc.Cli.Report.{name}") ?? throw new InvalidOperationException($"The asset {name} is missing from the assembly.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
