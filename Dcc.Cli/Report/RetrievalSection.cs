// A sound and the pictures it finds. Read next: FactsSection.cs.
namespace Dcc.Cli;

internal static class RetrievalSection
{
    public static Html Of(IReadOnlyList<RetrievalView> examples) => examples.Count == 0 ? default : Html.Of($"""
        <section id="retrieval">
        <h2>Which picture does a sound find?</h2>
        <p>Each sound was compared with {examples[0].Among} pictures. The most similar come first; the true one is outlined.</p>
        {examples.Select(example => Html.Of($"""
        <div class="retrieval">
        <figure class="asked">{SceneFigure.Sound(example.Sound)}<figcaption><strong>{example.Label}</strong></figcaption></figure>
        <ol>
        {example.Ranked.Select(Candidate)}</ol>
        </div>

        """))}</section>
        """);

    private static Html Candidate(CandidateView candidate) => Html.Of($"""
        <li class="{(candidate.IsTrue ? "true" : "")}">{SceneFigure.Frame(candidate.Frame)}<span class="small">{candidate.Label}{(candidate.IsTrue ? " ✓" : "")}<br>{candidate.Similarity:F2}</span></li>

        """);
}
