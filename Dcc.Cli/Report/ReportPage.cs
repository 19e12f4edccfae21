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
        <nav aria-label="Sections">{Links(data).Select(link => Html.Of($"<a href=\"#{link.Id}\">{link.Label}</a> "))}</nav>
        </header>
        <main>
        {HeadlineSection.Of(data)}
        {TrainingSection.Of(data.History)}
        {GallerySection.Of(data.Gallery, data.FrameSize)}
        {AnswersSection.Of(data.Answers)}
        {ClustersSection.Of(data.Clusters)}
        {RetrievalSection.Of(data.Retrieval)}
        {EmbeddingSection.Of(data.Embedding, data.Clusters.Count)}
        {FactsSection.Of(data.Facts)}
        </main>
        <script>
        {Html.Trusted(Asset("report.js"))}
        </script>
        </body>
        </html>

        """).ToString();

    private static IEnumerable<(string Id, string Label)> Links(ReportData data)
    {
        yield return ("numbers", "Numbers");
        yield return ("training", "Training");
        yield return ("gallery", "Gallery");
        if (data.Answers.Count > 0) yield return ("answers", "Right and wrong");
        yield return ("clusters", "Clusters");
        if (data.Retrieval.Count > 0) yield return ("retrieval", "Retrieval");
        if (data.Embedding is not null) yield return ("map", "Map");
        yield return ("facts", "This run");
    }

    internal static string Asset(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"Dcc.Cli.Report.{name}") ?? throw new InvalidOperationException($"The asset {name} is missing from the assembly.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
