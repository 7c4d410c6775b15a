namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>A table as HTML: a caption, headings that say what they head, and on a phone a block for each row.</summary>
internal static class HtmlTable
{
    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, SheetTable table, int mostRows)
    {
        if (!table.Legend.IsEmpty) HtmlSections.WriteLegend(html, table.Legend);
        html.Open("div", "scroll").Open("table").Element("caption", table.Caption).Open("thead").Open("tr");
        foreach (var column in table.Columns) html.Element("th", column.Head, Css(column), ("scope", "col"));
        html.Close(2).Open("tbody").Line();
        foreach (var row in table.Rows.Take(mostRows))
        {
            html.Open("tr", row.IsPlain ? "nodes" : null);
            if (row.Depth > 0) html.Element("th", row.Name, null, ("scope", "row"), ("style", $"padding-left:{HtmlWriter.Number(1.1 * row.Depth + 0.4)}em"));
            else html.Element("th", row.Name, null, ("scope", "row"));
            for (var i = 0; i < row.Cells.Length; i++) WriteCell(html, table.Columns[i + 1], row, row.Cells[i]);
            html.Close().Line();
        }

        html.Close(3);
        WriteRest(html, table.Rows.Length - mostRows);
    }

    /// <summary>Says how much of a list was too much.</summary>
    public static void WriteRest(HtmlWriter html, int rest)
    {
        if (rest > 0) html.Element("p", $"… {Figures.Whole(rest)} more (-o json lists all)", "dim");
        html.Line();
    }

    private static void WriteCell(HtmlWriter html, SheetColumn column, SheetRow row, SheetCell cell)
    {
        html.Open("td", Css(column), ("data-label", column.Head));
        if (cell.Whole > 0)
        {
            html.Open("span", "bar", ("role", "img"), ("aria-label", $"{row.Name}: {cell.Text}"));
            foreach (var (css, amount) in cell.Parts.Where(p => p.Amount > 0)) html.Element("i", "", css, ("style", $"width:{HtmlWriter.Percent(amount, cell.Whole)}"));
            html.Close();
        }
        else if (column.Kind != SheetColumnKind.Bar)
        {
            if (cell.Ink == Ink.Plain || cell.Text.Length == 0) html.Text(cell.Text);
            else html.Element("span", cell.Text, HtmlSections.Css(cell.Ink));
        }

        html.Close();
    }

    private static string? Css(SheetColumn column) => column.Kind switch
    {
        SheetColumnKind.Number => "n",
        SheetColumnKind.Bar => "m",
        _ => null,
    };
}
