using System.Globalization;
using System.Text;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>A table as GitHub-flavoured Markdown, bars left out; what is bad news is strong.</summary>
internal static class MarkdownTable
{
    private const int MostCellCharacters = 240;

    /// <summary>Writes it without its caption, and returns how many rows were too many.</summary>
    public static int Write(StringBuilder text, SheetTable table, int mostRows)
    {
        int[] shown = [.. Enumerable.Range(0, table.Columns.Length).Where(i => table.Columns[i].Kind != SheetColumnKind.Bar)];
        Line(text, shown.Select(i => Cell(table.Columns[i].Head)));
        text.Append(CultureInfo.InvariantCulture, $"|{string.Join('|', shown.Select(i => table.Columns[i].Kind == SheetColumnKind.Number ? "--:" : "---"))}|\n");
        foreach (var row in table.Rows.Take(mostRows))
        {
            var cells = shown.Skip(1).Select(i => row.Cells[i - 1]).Select(c => c.Ink == Ink.Bad ? $"**{Cell(c.Text)}**" : Cell(c.Text));
            Line(text, cells.Prepend(string.Concat(Enumerable.Repeat("&emsp;", row.Depth)) + Cell(row.Name)));
        }

        return Math.Max(0, table.Rows.Length - mostRows);
    }

    /// <summary>Text of strangers in a cell.</summary>
    public static string Cell(string text) => MarkdownText.Of(text, MostCellCharacters);

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells)} |\n");
}
