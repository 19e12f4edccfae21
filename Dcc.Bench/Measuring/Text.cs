// Numbers and tables as Markdown and CSV. Read next: Timing.cs.
using System.Globalization;
using System.Text;

namespace Dcc.Bench.Measuring;

internal static class Text
{
    /// <summary>Three significant digits, without an exponent for everyday sizes.</summary>
    public static string Number(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value.ToString(CultureInfo.InvariantCulture);
        double size = Math.Abs(value);
        if (size is < 1e-3 or >= 1e7) return value.ToString("0.0e0", CultureInfo.InvariantCulture);
        int decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(size)), 0, 5);
        return value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
    }
}

/// <summary>A table that prints itself with aligned columns; the first column is left-aligned, the others right-aligned.</summary>
internal sealed class MarkdownTable(params string[] headings)
{
    private readonly List<string[]> rows = [];

    public bool IsEmpty => rows.Count == 0;

    public void Add(params string[] cells) => rows.Add(cells);

    public override string ToString()
    {
        int[] widths = [.. headings.Select((heading, column) => Math.Max(3, rows.Select(row => row[column].Length).Append(heading.Length).Max()))];
        StringBuilder text = new();
        Line(headings, ' ');
        Line([.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":")], ' ');
        foreach (string[] row in rows) Line(row, ' ');
        return text.ToString();

        void Line(string[] cells, char fill)
        {
            for (int column = 0; column < cells.Length; column++)
                text.Append("| ").Append(column == 0 ? cells[column].PadRight(widths[column], fill) : cells[column].PadLeft(widths[column], fill)).Append(' ');
            text.Append("|\n");
        }
    }

    public string ToCsv()
    {
        StringBuilder text = new();
        foreach (string[] row in rows.Prepend(headings)) text.AppendJoin(',', row.Select(Quoted)).Append('\n');
        return text.ToString();

        static string Quoted(string cell) => cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell;
    }
}
