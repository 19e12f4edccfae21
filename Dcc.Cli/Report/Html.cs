// Markup that cannot forget to escape: a text put into an interpolated string is escaped, markup is not. Read next: ReportPage.cs.
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Dcc.Cli;

/// <summary>Markup. <c>Html.Of($"&lt;p&gt;{name}&lt;/p&gt;")</c> escapes the name.</summary>
internal readonly struct Html
{
    private readonly string? markup;

    private Html(string markup) => this.markup = markup;

    public static Html Of(HtmlHandler content) => new(content.Markup);

    /// <summary>Text that is markup already: our own style sheet and script.</summary>
    public static Html Trusted(string markup) => new(markup);

    public override string ToString() => markup ?? "";
}

[InterpolatedStringHandler]
internal readonly ref struct HtmlHandler(int literalLength, int formattedCount)
{
    private readonly StringBuilder text = new(literalLength + 32 * formattedCount);

    public string Markup => text.ToString();

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(Html markup) => text.Append(markup.ToString());

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (Html part in parts) text.Append(part.ToString());
    }

    public void AppendFormatted(string? value) => text.Append(WebUtility.HtmlEncode(value));

    public void AppendFormatted<T>(T value, string? format = null) where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));
}
