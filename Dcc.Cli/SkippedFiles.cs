// Files that could not be used: a table for the reader, a list for a program. Read next: Commands/EmbedCommand.cs.
using System.Text.Json.Nodes;
using Dcc.Data;
using Spectre.Console;

namespace Dcc.Cli;

internal static class SkippedFiles
{
    private const int Shown = 20;

    /// <summary>Nothing if none was skipped. <paramref name="more"/> says where those are that the table has no room for.</summary>
    public static void Show(Screen screen, IReadOnlyList<SkippedSample> skipped, int all, string more)
    {
        if (skipped.Count == 0) return;
        screen.Heading($"{skipped.Count} of {all} cannot be used and are left out:");
        Table table = screen.Table("file", "reason");
        foreach (SkippedSample each in skipped.Take(Shown)) table.AddRow(Markup.Escape(each.Id), Markup.Escape(each.Reason));
        if (skipped.Count > Shown) table.AddRow("...", Markup.Escape($"{skipped.Count - Shown} more; {more} lists them all"));
        screen.Show(table);
    }

    public static JsonArray Json(IReadOnlyList<SkippedSample> skipped) => new([.. skipped.Select(each => new JsonObject { ["file"] = each.Id, ["reason"] = each.Reason })]);
}
